#include "actors/lookup/attempt_lookup.hpp"

#include "base/time_zones.hpp"
#include "domain/consent/quiet_rules.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <set>

namespace tidemark::actors {
namespace {

constexpr std::chrono::hours day{24};

void look_at(const std::string& zone, Timestamp now, domain::Whereabouts& where) {
  if (const auto ahead = utc_offset(zone, now))
    where.clocks.push_back({zone, domain::local_time(now, *ahead)});
}

/// By the contact's own time zone, else everywhere where the place of its table of hours lies, or
/// the configuration says that a person may be; that is nowhere while neither has quiet hours.
domain::Whereabouts whereabouts(const events::ActionIntended& send,
                                const events::SendLimits& limits, Timestamp now) {
  domain::Whereabouts where;
  if (const auto* zone = send.context.find(events::Field::timezone)) {
    where.from = "contact";
    look_at(*zone, now, where);
  }
  const auto place = limits.table ? domain::quiet_place(send) : std::nullopt;
  // A configured list is of people whose place nobody knows: it does not widen a known one.
  if (where.clocks.empty() && place && (limits.zones.empty() || domain::has_own_zones(*place))) {
    where.from = "place";
    for (const auto& zone : place->zones)
      look_at(zone, now, where);
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
  TRYV(storage::read_under_tag(
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
      }));
  sent.erase(send.delivery);
  return static_cast<std::uint32_t>(sent.size());
}

/// Did the person write within the hour before? By the provider's time where it is told and is not
/// after ours. What is looked at is known to the log: a message that is still on its way counts as
/// none.
Result<bool> answers(const TenantContext& context, const events::ActionIntended& send,
                     Timestamp now) {
  bool out = false;
  TRYV(storage::read_under_tag(
      context.log(), context.tenant, events::contact_tag(send.contact), {},
      [&](const events::Recorded& recorded) {
        const auto* seen = std::get_if<events::MessageObserved>(&recorded.event);
        if (!seen || !seen->message.inbound || seen->message.text.reveal().empty())
          return;
        const auto stored = recorded.envelope.recorded_at;
        const auto said = std::min(from_rfc3339(seen->message.stated_at).value_or(stored), stored);
        out = out || now - said <= domain::answer_window;
      }));
  return out;
}

} // namespace

std::vector<storage::TagCondition> AttemptLookup::take_conditions(bool sends) {
  if (sends && needs_consent_)
    conditions_.push_back({events::any_opt_out_tag(), read_to_});
  return std::move(conditions_);
}

Position AttemptLookup::newest_under(const events::Tag& tag) const {
  const auto newest = context_.log().newest_tagged(context_.tenant, tag);
  if (!newest)
    error_ = newest.error();
  return newest ? *newest : Position{};
}

Position AttemptLookup::undecided_opt_out() const {
  needs_consent_ = true;
  const auto newest = newest_under(events::any_opt_out_tag());
  return newest > decided_.opt_outs_to ? newest : Position{};
}

/// What inputs before `until` have said; all of them when it is 0.
domain::ConsentState AttemptLookup::fold(const AddressHash& address, Position until) const {
  domain::ConsentState state;
  const auto read =
      storage::read_under_tag(context_.log(), context_.tenant, events::consent_tag(address), {},
                              [&](const events::Recorded& recorded) {
                                domain::evolve(state, address, recorded.event, until);
                              });
  if (!read)
    error_ = read.error();
  return state;
}

domain::AddressConsent AttemptLookup::consent_of(const AddressHash& address) const {
  const auto tag = events::consent_tag(address), imports = events::imported_opt_out_tag(address);
  for (const auto& looked_at : {tag, imports})
    conditions_.push_back({looked_at, read_to_}); // what is looked at counts up to there
  const auto imported = newest_under(imports);    // before what was decided of it
  const auto newest = newest_under(tag);
  domain::AddressConsent out;
  if (newest.value != 0)
    out.state = fold(address, {});
  if (newest > decided_.to)
    out.undecided = newest;
  if (imported > decided_.imports_to)
    out.undecided_import = imported;
  return out;
}

domain::ConsentState AttemptLookup::consent_before(const AddressHash& address,
                                                   Position input) const {
  return fold(address, input);
}

domain::SendFacts AttemptLookup::moment(const events::ActionIntended& send) const {
  domain::SendFacts out;
  const auto& limits = context_.rules.conversation.limits;
  out.now = now_;
  out.where = whereabouts(send, limits, now_);
  const bool table = limits.table && domain::quiet_place(send);
  if (table) {
    const auto answer = answers(context_, send, now_);
    if (!answer)
      error_ = answer.error();
    out.answers = answer && *answer;
  }
  if (limits.per_day == 0 && !table)
    return out;
  if (const auto sent = sent_in_day(context_, send, now_))
    out.sent_in_day = *sent;
  else
    error_ = sent.error();
  return out;
}

std::optional<domain::AttemptStep> AttemptLookup::next_step() const {
  auto step = next_step_();
  if (!step) {
    error_ = step.error();
    return std::nullopt;
  }
  return *std::move(step);
}

} // namespace tidemark::actors
