#include "app/notices/notifier.hpp"

#include "app/service_log/service_log.hpp"
#include "base/text/joined.hpp"
#include "storage/files/files.hpp"

#include <pthread.h>

#include <algorithm>

namespace tidemark::app {
namespace {

using Kind = config::ReceiverConfig::Kind;
constexpr std::chrono::seconds between_looks_at_due{1};
constexpr unsigned file_mode = 0600;

std::vector<NoticeRules> rules_of(const std::vector<config::ReceiverConfig>& receivers) {
  std::vector<NoticeRules> out;
  for (const auto& one : receivers)
    out.push_back({one.name, one.critical_only, one.second_way, one.kind != Kind::alertmanager,
                   one.heartbeat, one.tenants});
  return out;
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
  case Kind::webhook:
    return "webhook";
  case Kind::alertmanager:
    return "alertmanager";
  case Kind::mail:
    return "mail";
  }
  return "";
}

} // namespace

Notifier::Notifier(std::vector<config::ReceiverConfig> receivers, std::string service,
                   std::string file, const WallClock& clock, SendNotice send)
    : receivers_(std::move(receivers)), service_(std::move(service)), file_(std::move(file)),
      clock_(clock), send_(std::move(send)), book_(rules_of(receivers_)) {
  const auto kept = storage::read_file(file_);
  const auto read = !kept ? Status(kept.error()) : *kept ? book_.read_json(**kept) : Status(Done{});
  if (!read)
    log_line(Part::operations, Level::warning, "alert_notices_lost",
             {{"file", file_}, {"text", read.error().text}});
  for (std::size_t i = 0; i < receivers_.size(); ++i)
    threads_.emplace_back([this, i](const std::stop_token& stop) { run(i, stop); });
}

Notifier::~Notifier() {
  for (auto& thread : threads_)
    thread.request_stop();
  news_.notify_all();
}

void Notifier::look(const std::vector<NoticeAlert>& active) {
  if (receivers_.empty())
    return;
  {
    const std::lock_guard lock(guard_);
    if (book_.see(active, clock_.now()))
      save();
  }
  news_.notify_all();
}

void Notifier::save() {
  auto json = book_.to_json();
  if (json == saved_)
    return;
  const auto written = storage::write_file(file_, json, file_mode);
  if (!written && !save_failed_)
    log_line(Part::operations, Level::error, "alert_notices_not_saved",
             {{"file", file_}, {"text", written.error().text}});
  save_failed_ = !written;
  if (written)
    saved_ = std::move(json);
}

void Notifier::run(std::size_t receiver, const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), "alerts");
  while (!stop.stop_requested()) {
    std::optional<Notice> notice;
    {
      std::unique_lock lock(guard_);
      news_.wait_for(lock, stop, between_looks_at_due, [&] {
        notice = book_.due(receiver, clock_.now());
        return notice.has_value();
      });
    }
    if (notice && !stop.stop_requested())
      tell(receiver, *notice, stop);
  }
}

void Notifier::tell(std::size_t receiver, const Notice& notice, const std::stop_token& stop) {
  const auto& to = receivers_[receiver];
  auto why =
      send_(outgoing(to, notice, service_, clock_.now()), [&] { return stop.stop_requested(); });
  if (stop.stop_requested() && !why.empty())
    return; // the next start tells it
  const std::lock_guard lock(guard_);
  const bool failed_before = book_.state(receiver, clock_.now()).failing_since.has_value();
  if (why.empty()) {
    book_.taken(receiver, notice, clock_.now());
    save();
  } else {
    book_.failed(receiver, why, clock_.now());
  }
  if (why.empty() == failed_before)
    log_line(Part::operations, why.empty() ? Level::info : Level::error,
             why.empty() ? "alert_receiver_takes" : "alert_receiver_fails",
             {{"receiver", to.name}, {"text", why}});
}

std::vector<gateway::ReceiverReport> Notifier::receivers() const {
  const std::lock_guard lock(guard_);
  std::vector<gateway::ReceiverReport> out;
  for (std::size_t i = 0; i < receivers_.size(); ++i) {
    auto state = book_.state(i, clock_.now());
    out.push_back({receivers_[i].name, std::string(kind_name(receivers_[i].kind)),
                   receivers_[i].second_way, receivers_[i].tenants, state.pending, state.last_told,
                   state.failing_since, std::move(state.last_error)});
  }
  return out;
}

Result<std::string> Notifier::test(const std::string& receiver) {
  const auto at = std::ranges::find(receivers_, receiver, &config::ReceiverConfig::name);
  if (at == receivers_.end())
    return Error{"bad_usage", receivers_.empty()
                                  ? "no receiver is configured: [[alerts.receivers]]"
                                  : "there is no such receiver; there are: "
                                        + joined(receivers_, ", ", &config::ReceiverConfig::name)};
  const auto now = clock_.now();
  const Notice notice{Notice::Kind::test, "test_" + to_rfc3339(now), {}};
  auto why = send_(outgoing(*at, notice, service_, now), [] { return false; });
  if (why.empty()) {
    const std::lock_guard lock(guard_);
    book_.works(static_cast<std::size_t>(at - receivers_.begin()));
  }
  news_.notify_all();
  return why;
}

} // namespace tidemark::app
