#include "actors/http/http_client.hpp"

#include "actors/http/http_guard.hpp"
#include "actors/http/http_transfer.hpp"

#include <pthread.h>

#include <csignal>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

namespace tidemark::actors {
namespace {

constexpr std::size_t idle_transfers_max = 256;
constexpr long kept_connections_max = 512;
constexpr int poll_ms_max = 1'000;

/// A signal is the program's business, not this thread's; a broken connection must not end it.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

/// libcurl multi on one thread. Callers put calls into a queue; the thread takes the whole queue at
/// once, so that under load neither side waits for the other.
class CurlClient final : public HttpClient {
public:
  explicit CurlClient(HttpClientOptions options)
      : options_(std::move(options)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS,
                      static_cast<long>(options_.connections_per_host));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections_max);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    worker_ = std::thread([this] { work(); });
  }

  ~CurlClient() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    worker_.join();
    idle_.clear();
    curl_multi_cleanup(multi_);
  }

  HttpPool pool() const override { return counts_.pool(); }

  void send(HttpCall call, std::function<void(HttpResult)> done) override {
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      was_empty = asked_.empty();
      ++counts_.requests;
      asked_.push_back({std::move(call), std::move(done), std::chrono::steady_clock::now()});
    }
    if (was_empty) // else a wake-up is on its way already
      curl_multi_wakeup(multi_);
  }

private:
  struct Asked {
    HttpCall call;
    std::function<void(HttpResult)> done;
    std::chrono::steady_clock::time_point at;
  };

  void work() {
    block_signals();
    pthread_setname_np(pthread_self(), "http-client");
    while (take_asked()) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      collect_finished();
      curl_multi_poll(multi_, nullptr, 0, poll_ms_max, nullptr);
    }
    stop_all();
  }

  /// False when the client stops.
  bool take_asked() {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_)
        return false;
      batch_.swap(asked_);
    }
    for (auto& asked : batch_) {
      if (const auto refusal = refusal_of(asked.call))
        refuse(asked, *refusal);
      else
        start(asked);
    }
    batch_.clear();
    return true;
  }

  void refuse(Asked& asked, Reason transport) {
    --counts_.requests;
    HttpResult result;
    result.answer.transport = transport;
    result.answer.sent = false;
    result.body_sha256 = sha256_hex("");
    asked.done(std::move(result));
  }

  void start(Asked& asked) {
    auto transfer = idle_transfer();
    const bool ready = transfer->begin(std::move(asked.call), std::move(asked.done), asked.at);
    if (!ready || curl_multi_add_handle(multi_, transfer->handle()) != CURLM_OK)
      return transfer->finish(CURLE_OUT_OF_MEMORY);
    open_.insert(transfer.release());
  }

  std::unique_ptr<Transfer> idle_transfer() {
    if (idle_.empty())
      return std::make_unique<Transfer>(options_, counts_);
    auto transfer = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }

  void collect_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE)
        continue;
      const auto code = message->data.result; // the message dies with remove_handle
      auto transfer = take_back(message->easy_handle);
      transfer->finish(code);
      if (idle_.size() < idle_transfers_max)
        idle_.push_back(std::move(transfer));
    }
  }

  std::unique_ptr<Transfer> take_back(CURL* handle) {
    char* owner = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &owner);
    std::unique_ptr<Transfer> transfer(reinterpret_cast<Transfer*>(owner));
    open_.erase(transfer.get());
    curl_multi_remove_handle(multi_, handle);
    return transfer;
  }

  void stop_all() {
    while (!open_.empty())
      take_back((*open_.begin())->handle())->stop();
    // Being told of the end may make a caller ask once more.
    for (bool any = true; any;) {
      {
        const std::lock_guard lock(mutex_);
        batch_.swap(asked_);
      }
      any = !batch_.empty();
      for (auto& asked : batch_)
        refuse(asked, Reason::stopping);
      batch_.clear();
    }
  }

  HttpClientOptions options_;
  PoolCounts counts_;
  CURLM* multi_;
  std::mutex mutex_;
  std::vector<Asked> asked_; ///< guarded by mutex_
  bool stopping_ = false;    ///< guarded by mutex_
  // Only the worker's:
  std::vector<Asked> batch_;
  std::unordered_set<Transfer*> open_;
  std::vector<std::unique_ptr<Transfer>> idle_;
  std::thread worker_;
};

} // namespace

std::unique_ptr<HttpClient> make_curl_client(HttpClientOptions options) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready ? std::make_unique<CurlClient>(std::move(options)) : nullptr;
}

} // namespace tidemark::actors
