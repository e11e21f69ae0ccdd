#pragma once
#include "app/notices/notifier.hpp"
#include "config/config.hpp"
#include "domain/operations/span.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tidemark::app {

/// Sends spans to a collector, on a thread of its own. So many wait for it at most; what comes
/// beyond that, what it has not taken after three tries, and what waits when the service ends is
/// lost and counted: a collector costs nothing but spans.
class TraceExport {
public:
  static constexpr std::size_t waiting_max = 10'000;
  static constexpr std::size_t batch_max = 512;

  /// `instance` names this installation in what is sent; `pause` stands before a second try, twice
  /// of it before the third.
  TraceExport(config::TracesConfig config, std::string instance, SendNotice send,
              std::chrono::milliseconds pause = std::chrono::seconds{1});
  ~TraceExport();
  TraceExport(const TraceExport&) = delete;
  TraceExport& operator=(const TraceExport&) = delete;

  /// Does not wait for anybody.
  void take(std::vector<domain::Span> spans);
  /// `tidemark_trace_spans_total` and `tidemark_trace_spans_waiting`
  std::string metrics() const;

private:
  void run(const std::stop_token& stop);
  std::vector<domain::Span> next_batch(const std::stop_token& stop);
  bool send(const std::string& body, const std::stop_token& stop);
  void note(const std::string& why);

  const config::TracesConfig config_;
  const std::string instance_;
  const SendNotice send_;
  const std::chrono::milliseconds pause_;
  mutable std::mutex guard_;
  std::condition_variable_any news_;
  std::deque<domain::Span> waiting_;
  std::uint64_t sent_ = 0, lost_ = 0;
  bool fails_ = false;  ///< of the thread alone
  std::jthread thread_; ///< the last member: it uses the others
};

/// Null where none is configured.
std::unique_ptr<TraceExport> trace_export(const config::Config& config, std::string instance);

} // namespace tidemark::app
