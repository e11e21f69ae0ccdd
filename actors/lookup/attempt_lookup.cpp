#include "actors/lookup/attempt_lookup.hpp"

#include "base/time_zones.hpp"
#include "domain/conversations/sent_messages.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::actors {
namespace {

Result<domain::SentMessages> messages_before(const TenantContext& context,
                                             const events::ActionIntended& send, Timestamp now) {
  domain::SentMessages out(now);
  TRYV(storage::read_under_tag(context.log(), context.tenant, events::contact_tag(send.contact), {},
                               [&](const events::Recorded& recorded) { out.add(recorded); }));
  out.leave_out(send.delivery);
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

/// A flag that is set in between makes the decision fail.
Position AttemptLookup::switched_off(const std::string& agent, events::Channel channel) const {
  const auto tag = events::agent_flag_tag(agent, events::name_of_enum(channel));
  conditions_.push_back({tag, read_to_});
  const auto newest = newest_under(tag);
  if (newest == Position{})
    return {};
  const auto recorded = storage::recorded_event(context_.log(), newest);
  if (!recorded) {
    error_ = recorded.error();
    return {};
  }
  const auto* set = std::get_if<events::AgentFlagSet>(&recorded->event);
  return set && !set->on ? newest : Position{};
}

Position AttemptLookup::undecided_of(const ConnectorName& system, Position until) const {
  const auto newest = newest_under(storage::stream_tag(events::webhook_stream(system)));
  const auto told = std::min(newest, until);
  return told > decided_.to ? told : Position{};
}

domain::SendFacts AttemptLookup::moment(const events::ActionIntended& send) const {
  domain::SendFacts out;
  const auto& limits = context_.rules.conversation.limits;
  out.now = now_;
  out.where = domain::whereabouts(send, limits, now_, utc_offset);
  const bool table = limits.table && domain::quiet_place(send);
  if (limits.per_day == 0 && !table && !limits.pacing)
    return out;
  const auto messages = messages_before(context_, send, now_);
  if (!messages) {
    error_ = messages.error();
    return out;
  }
  out.answers = (table || limits.pacing) && messages->answers();
  out.sent_in_day = messages->in_day();
  if (limits.pacing)
    out.before = messages->before(limits.pacing->per_week);
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
