#include "actors/lookup/send_facts.hpp"

#include "base/time_zones.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <set>

namespace tidemark::actors {
namespace {

constexpr std::chrono::hours day{24};

void look_at(const std::string& zone, Timestamp now, domain::Whereabouts& where) {
  if (const auto ahead = utc_offset(zone, now))
    where.clocks.push_back({zone, domain::local_time(now, *ahead)});
}

/// By the contact's own time zone, else everywhere where the configuration says a person may be;
/// that is nowhere while it has no quiet hours.
domain::Whereabouts whereabouts(const events::ActionIntended& send,
                                const events::SendLimits& limits, Timestamp now) {
  domain::Whereabouts where;
  if (const auto* zone = send.context.find(events::Field::timezone)) {
    where.from = "contact";
    look_at(*zone, now, where);
  }
  if (where.clocks.empty()) {
    where.from = "default";
    for (const auto& zone : limits.zones)
      look_at(zone, now, where);
  }
  if (where.clocks.empty())
    where.from = "unknown";
  return where;
}

/// Messages of agents that were let through to the person in the 24 hours before, but for those
/// that surely did not leave; one that is tried again is no second one.
Result<std::uint32_t> sent_in_day(const TenantContext& context, const events::ActionIntended& send,
                                  Timestamp now) {
  std::set<DeliveryId> sent;
  const auto read = storage::read_under_tag(
      context.log(), context.tenant, events::contact_tag(send.contact), {},
      [&](const events::Recorded& recorded) {
        const auto* decided = std::get_if<events::SendDecided>(&recorded.event);
        if (decided && decided->allowed && decided->purpose == "conversation"
            && now - recorded.envelope.recorded_at < day)
          sent.insert(decided->delivery);
        if (const auto* rejected = std::get_if<events::DeliveryRejected>(&recorded.event);
            rejected && rejected->facts.reason_code != Reason::outcome_unknown_not_repeated)
          sent.erase(rejected->facts.delivery);
        if (const auto* suppressed = std::get_if<events::DeliverySuppressed>(&recorded.event))
          sent.erase(suppressed->delivery);
      });
  if (!read)
    return read.error();
  sent.erase(send.delivery);
  return static_cast<std::uint32_t>(sent.size());
}

} // namespace

Result<std::optional<domain::SendFacts>> send_facts(const TenantContext& context,
                                                    const ConsentVerdict& verdict,
                                                    const events::ActionIntended& send,
                                                    Timestamp now) {
  domain::SendFacts facts;
  facts.now = now;
  if (const auto* clear = std::get_if<Clear>(&verdict)) {
    facts.evidence = clear->evidence;
  } else if (const auto* closed = std::get_if<OptedOut>(&verdict)) {
    facts.consent = domain::Gate::closed;
    facts.closed_by = facts.evidence = closed->evidence;
  } else {
    return std::optional<domain::SendFacts>();
  }
  const auto& limits = context.rules.conversation.limits;
  facts.where = whereabouts(send, limits, now);
  if (limits.per_day > 0) {
    TRY(sent, sent_in_day(context, send, now));
    facts.sent_in_day = sent;
  }
  return std::optional(std::move(facts));
}

} // namespace tidemark::actors
