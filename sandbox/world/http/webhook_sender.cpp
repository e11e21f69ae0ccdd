#include "sandbox/world/http/webhook_sender.hpp"

#include "sandbox/world/times.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace tidemark::sandbox {
namespace {

constexpr std::size_t ended_max = 200'000;
constexpr long answer_timeout_ms = 15'000;
constexpr std::chrono::milliseconds retry_longest{10'000};
using Clock = std::chrono::steady_clock;

std::size_t ignore_body(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

bool is_absolute(std::string_view path) {
  return path.starts_with("http://");
}

/// A request in flight; curl holds pointers into it.
struct Flight {
  WebhookJob job;
  CURL* handle = nullptr;
  curl_slist* lines = nullptr;
};

} // namespace

class WebhookSender::Loop {
public:
  explicit Loop(SenderOptions options) : options_(options), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS,
                      static_cast<long>(options_.connections));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.connections));
    thread_ = std::thread([this] { run(); });
  }
  ~Loop() {
    stopping_ = true;
    curl_multi_wakeup(multi_);
    thread_.join();
    for (auto& [handle, flight] : flights_) {
      curl_multi_remove_handle(multi_, handle);
      curl_slist_free_all(flight.lines);
      curl_easy_cleanup(handle);
    }
    for (auto* handle : idle_)
      curl_easy_cleanup(handle);
    curl_multi_cleanup(multi_);
  }

  void submit(WebhookJob job) {
    ++pending;
    {
      const std::lock_guard lock(mutex_);
      // Decided here: when the thread looks, an engine may be set that was not there yet.
      job.lost = engine_.empty() && !is_absolute(job.path);
      inbox_.push_back(std::move(job));
      if (inbox_.size() > 1)
        return; // the loop was woken for the first one and takes all
    }
    curl_multi_wakeup(multi_);
  }
  void set_engine(std::string url) {
    const std::lock_guard lock(mutex_);
    engine_ = std::move(url);
  }
  std::string engine() const {
    const std::lock_guard lock(mutex_);
    return engine_;
  }
  std::vector<WebhookEnd> ended() const {
    const std::lock_guard lock(mutex_);
    return {ended_.begin(), ended_.end()};
  }
  void clear_ended() {
    const std::lock_guard lock(mutex_);
    ended_.clear();
  }

  std::atomic<std::uint64_t> pending{0};

private:
  void run() {
    while (!stopping_) {
      take_inbox();
      start_ready();
      int running = 0;
      curl_multi_perform(multi_, &running);
      collect();
      if (!ready_.empty() && flights_.size() < options_.connections)
        continue;
      curl_multi_poll(multi_, nullptr, 0, pause_ms(), nullptr);
    }
  }

  void take_inbox() {
    std::deque<WebhookJob> jobs;
    {
      const std::lock_guard lock(mutex_);
      jobs.swap(inbox_);
      base_ = engine_;
    }
    for (auto& job : jobs)
      enqueue(std::move(job));
    const auto time = Clock::now();
    while (!later_.empty() && later_.front().not_before <= time) {
      std::pop_heap(later_.begin(), later_.end(), is_later);
      auto job = std::move(later_.back());
      later_.pop_back();
      queue_in_order(std::move(job));
    }
  }

  void enqueue(WebhookJob job) {
    if (job.not_before <= Clock::now())
      return queue_in_order(std::move(job));
    later_.push_back(std::move(job));
    std::push_heap(later_.begin(), later_.end(), is_later);
  }

  void queue_in_order(WebhookJob job) {
    if (!job.order_key.empty()) {
      const auto [line, fresh] = lines_.try_emplace(job.order_key);
      if (!fresh) { // one of this key is on its way
        line->second.push_back(std::move(job));
        return;
      }
    }
    ready_.push_back(std::move(job));
  }

  /// Lets the next webhook of the same key go.
  void leave_line(const std::string& key) {
    const auto line = lines_.find(key);
    if (key.empty() || line == lines_.end())
      return;
    if (line->second.empty()) {
      lines_.erase(line);
      return;
    }
    ready_.push_back(std::move(line->second.front()));
    line->second.pop_front();
  }

  void start_ready() {
    while (!ready_.empty() && flights_.size() < options_.connections) {
      auto job = std::move(ready_.front());
      ready_.pop_front();
      if (job.lost || (base_.empty() && !is_absolute(job.path)))
        end(std::move(job), 0);
      else
        start(std::move(job));
    }
  }

  void start(WebhookJob job) {
    CURL* handle = idle_.empty() ? curl_easy_init() : idle_.back();
    if (!idle_.empty())
      idle_.pop_back();
    auto& flight = flights_[handle];
    flight.job = std::move(job);
    flight.handle = handle;
    ++flight.job.attempts;
    for (const auto& line : flight.job.headers(flight.job.body))
      flight.lines = curl_slist_append(flight.lines, line.c_str());
    flight.lines = curl_slist_append(flight.lines, "Content-Type: application/json");
    flight.lines = curl_slist_append(flight.lines, "Expect:");
    const auto url = is_absolute(flight.job.path) ? flight.job.path : base_ + flight.job.path;
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(flight.job.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, flight.job.body.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, flight.lines);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &ignore_body);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, answer_timeout_ms);
    curl_multi_add_handle(multi_, handle);
  }

  void collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE)
        continue;
      CURL* handle = message->easy_handle;
      long status = 0;
      if (message->data.result == CURLE_OK)
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
      curl_multi_remove_handle(multi_, handle);
      const auto flight = flights_.find(handle);
      curl_slist_free_all(flight->second.lines);
      auto job = std::move(flight->second.job);
      flights_.erase(flight);
      idle_.push_back(handle);
      end(std::move(job), status);
    }
  }

  void end(WebhookJob job, long status) {
    const bool taken = status >= 200 && status < 300;
    const auto key = job.order_key;
    const bool has_target = !job.lost && (!base_.empty() || is_absolute(job.path));
    if (!taken && has_target && job.attempts < job.attempts_max) {
      const auto doubled = options_.retry_first * (1LL << std::min(job.attempts - 1, 10));
      job.not_before = Clock::now() + std::min<std::chrono::milliseconds>(doubled, retry_longest);
      leave_line(key);
      enqueue(std::move(job));
      return;
    }
    if (job.done)
      job.done();
    {
      const std::lock_guard lock(mutex_);
      ended_.push_back(
          {job.system, job.kind, job.id, key, status, job.attempts, unix_micros(now())});
      if (ended_.size() > ended_max)
        ended_.pop_front();
    }
    leave_line(key);
    --pending;
  }

  int pause_ms() const {
    if (later_.empty())
      return 1000;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(later_.front().not_before - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1000));
  }

  static bool is_later(const WebhookJob& a, const WebhookJob& b) {
    return a.not_before > b.not_before;
  }

  SenderOptions options_;
  CURLM* multi_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_; // guards inbox_, engine_, ended_
  std::deque<WebhookJob> inbox_;
  std::string engine_;
  std::deque<WebhookEnd> ended_;
  // Only the thread touches these.
  std::string base_;
  std::deque<WebhookJob> ready_;
  std::vector<WebhookJob> later_; // heap by not_before
  std::unordered_map<std::string, std::deque<WebhookJob>> lines_;
  std::unordered_map<CURL*, Flight> flights_;
  std::vector<CURL*> idle_;
  std::thread thread_;
};

WebhookSender::WebhookSender(SenderOptions options) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(initialised);
  loop_ = std::make_unique<Loop>(options);
}
WebhookSender::~WebhookSender() = default;
void WebhookSender::submit(WebhookJob job) {
  loop_->submit(std::move(job));
}
void WebhookSender::set_engine(std::string url) {
  loop_->set_engine(std::move(url));
}
std::string WebhookSender::engine() const {
  return loop_->engine();
}
std::uint64_t WebhookSender::pending() const {
  return loop_->pending;
}
std::vector<WebhookEnd> WebhookSender::ended() const {
  return loop_->ended();
}
void WebhookSender::clear_ended() {
  loop_->clear_ended();
}

} // namespace tidemark::sandbox
