#include "app/operations/failure_log.hpp"

#include "app/service_log/service_log.hpp"
#include "base/overloaded.hpp"
#include "events/format/reason.hpp"
#include "events/format/stream_name.hpp"
#include "storage/recorded_event.hpp"

#include <chrono>
#include <optional>

namespace tidemark::app {
namespace {

constexpr std::chrono::minutes between_failures{1};

struct Failure {
  const events::AnswerFacts* facts = nullptr;
  std::string_view state;
  std::optional<Timestamp> next{}; ///< the next attempt
};

std::optional<Failure> failure_in(const events::Event& event) {
  using Found = std::optional<Failure>;
  return std::visit(overloaded{
                        [](const events::DeliveryRetryScheduled& e) -> Found {
                          return Failure{&e.facts, "retrying", e.not_before};
                        },
                        [](const events::DeliveryUnknown& e) -> Found {
                          return Failure{&e.facts, "unknown", e.not_before};
                        },
                        [](const events::DeliveryRejected& e) -> Found {
                          return Failure{&e.facts, "rejected"};
                        },
                        [](const events::DeliveryDied& e) -> Found {
                          return Failure{&e.facts, "dead"};
                        },
                        [](const auto&) -> Found { return std::nullopt; },
                    },
                    event);
}

} // namespace

bool FailureLog::is_failure(std::string_view type) {
  return type == events::DeliveryRetryScheduled::name || type == events::DeliveryUnknown::name
         || type == events::DeliveryRejected::name || type == events::DeliveryDied::name;
}

void FailureLog::take(const events::Recorded& recorded) {
  const auto failure = failure_in(recorded.event);
  // What never asked the system is told by the delivery alone.
  if (!failure || failure->facts->reason_code == Reason::purged)
    return;
  const auto& facts = *failure->facts;
  const auto at = recorded.envelope.recorded_at;
  const std::string connector(events::target_in(recorded.envelope.stream.value));
  const std::string reason(name_of(facts.reason_code));
  const auto [known, is_new] =
      last_.try_emplace({recorded.envelope.tenant, connector, reason}, Last{at, 0});
  auto& last = known->second;
  if (!is_new && at >= last.at && at - last.at < between_failures) {
    ++last.left_out;
    return;
  }
  const auto left_out = std::exchange(last, Last{at, 0}).left_out;
  const auto& answer = facts.answer;
  log_line(Part::delivery, Level::warning, "vendor_failure",
           {{"tenant", recorded.envelope.tenant.value},
            {"connector", connector},
            {"operation", operation_at(log_, facts.intent)},
            {"state", std::string(failure->state)},
            {"reason", reason},
            {"status", answer.http_status == 0 ? "" : std::to_string(answer.http_status)},
            {"network", std::string(name_of(answer.transport))},
            {"attempt", std::to_string(facts.attempt)},
            {"next_try", failure->next ? to_rfc3339(*failure->next) : ""},
            {"delivery", facts.delivery.value},
            {"left_out_before", std::to_string(left_out)}});
}

std::string operation_at(const storage::LogStore& log, Position intent) {
  const auto recorded = storage::recorded_event(log, intent);
  if (!recorded)
    return {};
  if (const auto* action = std::get_if<events::ActionIntended>(&recorded->event))
    return std::string(events::name_of_enum(action->action));
  if (const auto* values = std::get_if<events::DeliveryIntended>(&recorded->event))
    return values->forward != Position{} ? std::string("forward")
                                         : std::string(events::name_of_enum(values->operation));
  return {};
}

} // namespace tidemark::app
