#include "app/traces/trace_export.hpp"

#include "app/metrics/metric_text.hpp"
#include "app/notices/notice_sender.hpp"
#include "app/service_log/service_log.hpp"
#include "app/traces/otlp_text.hpp"

#include <pthread.h>

#include <algorithm>

namespace tidemark::app {
namespace {

constexpr int tries_max = 3;

} // namespace

TraceExport::TraceExport(config::TracesConfig config, std::string instance, SendNotice send,
                         std::chrono::milliseconds pause)
    : config_(std::move(config)), instance_(std::move(instance)), send_(std::move(send)),
      pause_(pause), thread_([this](const std::stop_token& stop) { run(stop); }) {}

TraceExport::~TraceExport() {
  thread_.request_stop();
  news_.notify_all();
}

void TraceExport::take(std::vector<domain::Span> spans) {
  {
    const std::lock_guard lock(guard_);
    const auto room = std::min(spans.size(), waiting_max - waiting_.size());
    lost_ += spans.size() - room;
    std::move(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(room),
              std::back_inserter(waiting_));
  }
  news_.notify_all();
}

std::vector<domain::Span> TraceExport::next_batch(const std::stop_token& stop) {
  std::unique_lock lock(guard_);
  news_.wait(lock, stop, [&] { return !waiting_.empty(); });
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), batch_max));
  std::vector<domain::Span> out(std::move_iterator(waiting_.begin()),
                                std::move_iterator(waiting_.begin() + count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return out;
}

void TraceExport::run(const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), "traces");
  while (!stop.stop_requested()) {
    const auto batch = next_batch(stop);
    if (batch.empty())
      continue;
    const bool taken = send(otlp_json(batch, instance_), stop);
    const std::lock_guard lock(guard_);
    (taken ? sent_ : lost_) += batch.size();
  }
}

bool TraceExport::send(const std::string& body, const std::stop_token& stop) {
  OutgoingNotice request;
  request.url = config_.endpoint;
  request.headers = {"Content-Type: application/json"};
  request.body = body;
  for (int tries = 1; !stop.stop_requested(); ++tries) {
    const auto why = send_(request, [&] { return stop.stop_requested(); });
    if (!stop.stop_requested())
      note(why);
    if (why.empty() || tries == tries_max)
      return why.empty();
    std::unique_lock lock(guard_);
    news_.wait_for(lock, stop, pause_ * tries, [] { return false; });
  }
  return false;
}

void TraceExport::note(const std::string& why) {
  if (std::exchange(fails_, !why.empty()) == !why.empty())
    return;
  log_line(Part::operations, fails_ ? Level::warning : Level::info,
           fails_ ? "traces_not_taken" : "traces_taken", {{"text", why}});
}

std::string TraceExport::metrics() const {
  constexpr std::string_view name = "tidemark_trace_spans_total";
  const std::lock_guard lock(guard_);
  return family(name, "counter", "Spans that the collector took, and those that are lost.")
         + fmt::format("{0}{{outcome=\"sent\"}} {1}\n{0}{{outcome=\"lost\"}} {2}\n", name, sent_,
                       lost_)
         + lone_sample("tidemark_trace_spans_waiting", "gauge",
                       "Spans that wait for the collector.", waiting_.size());
}

std::unique_ptr<TraceExport> trace_export(const config::Config& config, std::string instance) {
  if (config.traces.endpoint.empty())
    return nullptr;
  return std::make_unique<TraceExport>(config.traces, std::move(instance), send_notice);
}

} // namespace tidemark::app
