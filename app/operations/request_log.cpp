#include "app/operations/request_log.hpp"

#include "app/service_log/service_log.hpp"

namespace tidemark::app {
namespace {

constexpr std::chrono::minutes between_lines{1};
/// More addresses at a time are told as one: somebody tries many.
constexpr std::size_t addresses_max = 1'000;

} // namespace

void RequestLog::refused(const gateway::RefusedWebhook& webhook) {
  const auto now = clock_.now();
  auto client = webhook.client;
  std::uint64_t left_out = 0;
  {
    const std::lock_guard lock(guard_);
    if (last_.size() >= addresses_max) {
      std::erase_if(last_, [&](const auto& one) { return now - one.second.at > between_lines; });
      if (last_.size() >= addresses_max && !last_.contains({client, std::string(webhook.reason)}))
        client = "many";
    }
    const auto [known, is_new] =
        last_.try_emplace({client, std::string(webhook.reason)}, Last{now, 0});
    auto& last = known->second;
    if (!is_new && now >= last.at && now - last.at < between_lines) {
      ++last.left_out;
      return;
    }
    left_out = std::exchange(last, Last{now, 0}).left_out;
  }
  const auto* source = webhook.source;
  log_line(Part::intake, Level::warning, "webhook_refused",
           {{"tenant", source ? source->tenant.value : ""},
            {"connector", source ? source->settings.name.value : ""},
            {"reason", std::string(webhook.reason)},
            {"client", client},
            {"request_id", std::string(webhook.request_id)},
            {"left_out_before", std::to_string(left_out)}});
}

void RequestLog::answered(const gateway::AnsweredRequest& request) {
  slow_.note({SlowOperations::Kind::request,
              std::string(request.method) + " " + std::string(request.route),
              std::chrono::duration_cast<std::chrono::milliseconds>(request.took),
              std::string(request.request_id), std::string(request.route)},
             clock_.now());
  if (!is_logged(Part::http, Level::debug))
    return;
  log_line(Part::http, Level::debug, "request",
           {{"request_id", std::string(request.request_id)},
            {"method", std::string(request.method)},
            {"route", std::string(request.route)},
            {"status", std::to_string(request.status)},
            {"microseconds", std::to_string(request.took.count())}});
}

} // namespace tidemark::app
