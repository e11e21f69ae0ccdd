#include "app/metrics/service_metrics.hpp"

#include "app/metrics/metric_text.hpp"

namespace tidemark::app {
namespace {

std::string level_bytes(const std::vector<storage::DbFigures>& databases) {
  constexpr std::string_view name = "tidemark_rocksdb_level_bytes";
  auto out = family(name, "gauge", "Bytes of the files of each level.");
  for (const auto& db : databases)
    for (std::size_t level = 0; level < db.level_bytes.size(); ++level)
      out += fmt::format("{}{{db=\"{}\",level=\"{}\"}} {}\n", name, db.name, level,
                         db.level_bytes[level]);
  return out;
}

std::string stalls(const std::vector<storage::DbFigures>& databases) {
  constexpr std::string_view name = "tidemark_rocksdb_stalls_total";
  auto out = family(name, "counter", "Times that writes were slowed or stopped.");
  for (const auto& db : databases)
    out += fmt::format("{0}{{db=\"{1}\",kind=\"slowed\"}} {2}\n"
                       "{0}{{db=\"{1}\",kind=\"stopped\"}} {3}\n",
                       name, db.name, db.slowdowns, db.stops);
  return out;
}

template <class Figure>
std::string of_each(std::string_view name, std::string_view help,
                    const std::vector<storage::DbFigures>& databases, Figure figure) {
  auto out = family(name, "gauge", help);
  for (const auto& db : databases)
    out += fmt::format("{}{{db=\"{}\"}} {}\n", name, db.name, figure(db));
  return out;
}

} // namespace

std::string process_metrics(const ProcessFigures& process) {
  return lone_sample("process_cpu_seconds_total", "counter", "CPU time, user and system.",
                     process.cpu_seconds)
         + lone_sample("process_resident_memory_bytes", "gauge", "Memory in use.",
                       process.resident_bytes)
         + lone_sample("process_virtual_memory_bytes", "gauge", "Address space in use.",
                       process.virtual_bytes)
         + lone_sample("process_open_fds", "gauge", "Open files and sockets.", process.open_files)
         + lone_sample("process_max_fds", "gauge", "Files and sockets that may be open.",
                       process.open_files_max)
         + lone_sample("process_start_time_seconds", "gauge", "Start of the process since 1970.",
                       fmt::format("{:.2f}", process.start_seconds));
}

std::string pool_metrics(const actors::HttpPool& pool) {
  constexpr std::string_view name = "tidemark_http_pool";
  return family(name, "gauge",
                "Connections to systems that are in use or idle, and requests that wait for one.")
         + fmt::format("{0}{{state=\"in_use\"}} {1}\n"
                       "{0}{{state=\"waiting\"}} {2}\n"
                       "{0}{{state=\"idle\"}} {3}\n",
                       name, pool.in_use, pool.waiting, pool.idle);
}

std::string db_metrics(const std::vector<storage::DbFigures>& databases) {
  return level_bytes(databases)
         + of_each("tidemark_rocksdb_memtable_bytes", "Bytes that are not in files yet.", databases,
                   [](const auto& db) { return db.memtable_bytes; })
         + of_each("tidemark_rocksdb_block_cache_bytes", "Bytes of blocks kept for reading.",
                   databases, [](const auto& db) { return db.block_cache_bytes; })
         + of_each("tidemark_rocksdb_pending_compaction_bytes",
                   "Bytes that are to be compacted, estimated.", databases,
                   [](const auto& db) { return db.pending_compaction_bytes; })
         + of_each("tidemark_rocksdb_writes_stopped", "1 while writes are stopped, 0 else.",
                   databases, [](const auto& db) { return db.writes_stopped ? 1 : 0; })
         + stalls(databases);
}

} // namespace tidemark::app
