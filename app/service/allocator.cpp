// How jemalloc, which the service is linked with, handles memory. By default it keeps freed pages
// for ten seconds in each of four arenas a processor: with 50,000 contacts awake a fifth of what
// the service held was memory that nobody used.
extern "C" {
// NOLINTNEXTLINE: jemalloc reads this name.
extern const char* malloc_conf;
const char* malloc_conf = "narenas:4,background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";
}
