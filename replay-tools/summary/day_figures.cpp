#include "replay-tools/summary/day_figures.hpp"

#include "base/contains.hpp"
#include "base/overloaded.hpp"
#include "events/codec.hpp"
#include "events/format/reason.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <cmath>

namespace tidemark::tools {
namespace {

/// The others are counted by what they are alone.
constexpr auto figures_of = words(
    events::WebhookReceived::name, events::DeliveryAccepted::name, events::DeliveryRejected::name,
    events::DeliveryUnknown::name, events::DeliveryRetryScheduled::name, events::DeliveryDied::name,
    events::DeliverySuperseded::name, events::DeliverySuppressed::name,
    events::ActionAccepted::name, events::ConsentChanged::name, events::DeadlineReached::name,
    events::ViolationFound::name);

class DayFold {
public:
  DayFold(const storage::LogStore& log, DayFigures& out) : log_(log), out_(out) {}

  Status take(const events::Recorded& recorded) {
    confirmed_ = nullptr;
    std::visit(overloaded{
                   [&](const events::WebhookReceived&) { ++out_.webhooks; },
                   [&](const events::DeliveryAccepted&) { ++out_.deliveries["accepted"]; },
                   [&](const events::ActionAccepted& e) {
                     ++out_.deliveries["accepted"];
                     if (e.action == events::Action::opt_out)
                       confirmed_ = &e.facts;
                   },
                   [&](const events::DeliveryRejected& e) { fail("rejected", e.facts); },
                   [&](const events::DeliveryUnknown& e) { fail("unknown", e.facts); },
                   [&](const events::DeliveryRetryScheduled& e) { fail("retrying", e.facts); },
                   [&](const events::DeliveryDied& e) { fail("dead", e.facts); },
                   [&](const events::DeliverySuperseded&) { ++out_.deliveries["superseded"]; },
                   [&](const events::DeliverySuppressed&) { ++out_.deliveries["suppressed"]; },
                   [&](const events::ConsentChanged& e) {
                     out_.opt_outs += e.change == events::ConsentChange::revoked ? 1 : 0;
                   },
                   [&](const events::DeadlineReached& e) {
                     out_.deadlines_missed += e.state == events::DeadlineState::missed ? 1 : 0;
                   },
                   [&](const events::ViolationFound&) { ++out_.violations; },
                   [](const auto&) {},
               },
               recorded.event);
    return confirmed_ ? time_confirmation(recorded.envelope) : Status(Done{});
  }

private:
  void fail(const char* outcome, const events::AnswerFacts& facts) {
    ++out_.deliveries[outcome];
    ++out_.errors[std::string(name_of(facts.reason_code))];
  }

  /// The acceptance stands in the chain of the input that says so.
  Status time_confirmation(const events::Envelope& envelope) {
    TRY(intent, log_.at(confirmed_->intent));
    if (!intent)
      return Done{};
    TRY(input, log_.at(intent->envelope.correlation));
    if (input)
      out_.confirmed_after.push_back(envelope.recorded_at - input->envelope.recorded_at);
    return Done{};
  }

  const storage::LogStore& log_;
  DayFigures& out_;
  const events::AnswerFacts* confirmed_ = nullptr;
};

} // namespace

std::uint64_t DayFigures::failed() const {
  std::uint64_t out = 0;
  for (const auto* outcome : {"rejected", "dead"})
    if (const auto at = deliveries.find(outcome); at != deliveries.end())
      out += at->second;
  const auto purged = errors.find(std::string(name_of(Reason::purged)));
  return purged == errors.end() ? out : out - std::min(out, purged->second);
}

std::chrono::microseconds share_of(std::vector<std::chrono::microseconds> durations, double share) {
  if (durations.empty())
    return {};
  std::ranges::sort(durations);
  const auto rank = std::ceil(share * static_cast<double>(durations.size()));
  return durations[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

Result<DayFigures> day_figures(const storage::LogStore& log, const TenantId& tenant, Position after,
                               Position last) {
  DayFigures out;
  DayFold fold(log, out);
  const auto take = [&](std::string_view record) -> Result<bool> {
    TRY(header, events::read_header(record));
    if (header.position > last)
      return false;
    if (!tenant.value.empty() && header.tenant != tenant.value)
      return true;
    ++out.events;
    out.bytes += record.size();
    if (!contains(figures_of, header.type))
      return true;
    TRY(view, events::read_record(record, false));
    TRY(event, events::decode(header.type, view.payload));
    TRYV(fold.take({view.envelope, std::move(event)}));
    return true;
  };
  TRYV(storage::read_each(log, after, SIZE_MAX, take));
  return out;
}

} // namespace tidemark::tools
