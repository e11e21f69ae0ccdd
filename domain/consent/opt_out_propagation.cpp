#include "domain/consent/opt_out_propagation.hpp"

#include "base/contains.hpp"
#include "domain/consent/auto_replies.hpp"
#include "domain/consent/imported_opt_out.hpp"
#include "domain/contacts/heard_marks.hpp"
#include "domain/contacts/records.hpp"

#include <algorithm>
#include <functional>

namespace tidemark::domain {
namespace {

using events::Action;
using events::Channel;
using events::ConsentChange;
using events::Field;
using events::Outcome;

bool is_suppressed(const ContactConsent& consent, Channel channel) {
  return std::any_of(consent.closed.begin(), consent.closed.end(),
                     [&](const auto& closed) { return closed.channel == channel; });
}

/// Records of the contact in a system that have to hear of an opt-out: the one that is written to,
/// and every other that it has there (requirement O5), also one that another took the place of, or
/// is to take it: it is still on its lists.
std::vector<const ContactRecord*> records_in(const Contact& contact, const ConnectorName& system) {
  std::vector<const ContactRecord*> out;
  const auto* main = live_record(contact, system);
  if (main)
    out.push_back(main);
  for (const auto& record : contact.records)
    if (record.connector == system && (record.live || record.replaced) && !record.removed
        && &record != main && !record.remote_id.value.empty())
      out.push_back(&record);
  return out;
}

/// A create is out, or nobody knows what became of it: there may be a record. An update makes one
/// too where its record was found to be gone.
bool may_have_one(const Contact& contact, const SystemRule& system) {
  return !live_record(contact, system.name)
         && std::any_of(contact.open.begin(), contact.open.end(), [&](const auto& open) {
              return open.target == system.name && (open.in_flight || open.uncertain);
            });
}

/// May the system have a record with one of these addresses of which nobody here has heard? A
/// create that waits would have come upon it, but an opt-out calls the create off.
bool may_be_asked(const Contact& contact, const SystemRule& system, const events::FieldSet& by) {
  const auto& can = system.capabilities;
  const auto phone = by.get(Field::phone);
  if (!can.found_by_address || (phone.empty() && (can.phone_is_key || !by.has_value(Field::email))))
    return false;
  const auto records = records_in(contact, system.name);
  return records.empty()
         || (can.phone_is_key && std::none_of(records.begin(), records.end(), [&](const auto* one) {
               return same_value(&system, Field::phone, one->held.get(Field::phone), phone);
             }));
}

/// The address that the opt-out or opt-in is about, where it is not the one that the contact has.
events::FieldSet other_address(const Contact& contact, const SystemRule& system,
                               const events::ConsentChanged& change) {
  events::FieldSet out;
  const auto& address = change.address.reveal();
  if (!address.empty()
      && !same_value(&system, change.kind, contact.merged.get(change.kind), address))
    out.set(change.kind, address);
  return out;
}

/// A record that the action has to find: by the contact's addresses, `held` ones in their place.
ContactRecord unheard_of(const SystemRule& system, events::FieldSet held = {}) {
  ContactRecord out;
  out.connector = system.name;
  out.live = false;
  out.held = std::move(held);
  return out;
}

/// Is an opt-out there more than a mark? Where the person is on lists and in sequences, one that
/// the system shows itself has taken nobody off them.
bool is_more_than_a_mark(const SystemRule& system) {
  return system.capabilities.keeps_lists || system.capabilities.keeps_sequences;
}

/// What the record is known to hold: what it was told itself. A mark does not say on which record
/// it stands, so it counts only where there is one.
const PropagatedChannel* propagated_to(const Contact& contact, const SystemRule& system,
                                       const ContactRecord& record, Channel channel) {
  const auto& told = contact.consent.propagated;
  const bool alone = records_in(contact, record.connector).size() == 1;
  const auto at = std::find_if(told.rbegin(), told.rend(), [&](const auto& one) {
    return one.target == record.connector && one.channel == channel
           && (one.record == record.remote_id || (alone && one.record.value.empty()))
           && !(one.closed && one.delivery.value.empty() && is_more_than_a_mark(system));
  });
  return at == told.rend() ? nullptr : &*at;
}

bool is_propagated(const Contact& contact, const SystemRule& system, const ContactRecord& record,
                   Channel channel) {
  const auto* told = propagated_to(contact, system, record, channel);
  return told && told->closed;
}

/// What was found by an address once tells nothing about what has it today: that is looked for
/// anew.
bool needs_propagation(const Contact& contact, const SystemRule& system,
                       const ContactRecord& record, Channel channel) {
  const auto* told = propagated_to(contact, system, record, channel);
  const bool was_looked_for =
      told && told->confirmed && record.remote_id.value.empty() && !record.live;
  return !told || !told->closed || was_looked_for;
}

void note(ContactConsent& consent, PropagatedChannel news) {
  std::erase_if(consent.propagated, [&](const auto& told) {
    const bool looked_for_too = news.closed && news.record.value.empty() && told.closed
                                && told.record.value.empty() && !told.confirmed;
    return !looked_for_too && told.target == news.target && told.channel == news.channel
           && (told.record == news.record || told.record.value.empty()
               || (news.record.value.empty() && !news.closed));
  });
  consent.propagated.push_back(std::move(news));
}

void tell(Plan& plan, const SystemRule& system, Action action, std::vector<Channel> channels,
          const ContactRecord& record, std::string_view purpose = {}) {
  auto intent = plan.action(system, action);
  intent.purpose = purpose;
  intent.remote_id = record.remote_id;
  for (const auto key : {Field::phone, Field::email}) // its own: they may differ
    if (record.held.has_value(key))
      intent.context.set(key, record.held.get(key));
  intent.channels = std::move(channels);
  plan.intend(system, std::move(intent));
}

/// The closed channels of which the record still has to hear.
template <class Needs>
void propagate_closed(Plan& plan, const SystemRule& system, const ContactRecord& record,
                      Needs needs) {
  std::vector<Channel> channels;
  for (const auto& closed : plan.contact.consent.closed)
    if (system.capabilities.reaches_by.has(closed.channel)
        && needs(plan.contact, system, record, closed.channel)
        && !contains(channels, closed.channel))
      channels.push_back(closed.channel);
  if (!channels.empty())
    tell(plan, system, Action::opt_out, std::move(channels), record);
}

/// Was a record closed there that nobody here knows? Then it is the one to open again.
bool was_looked_for(const Contact& contact, const SystemRule& system) {
  return std::any_of(contact.consent.propagated.begin(), contact.consent.propagated.end(),
                     [&](const auto& told) {
                       return told.target == system.name && told.closed && told.record.value.empty()
                              && !told.delivery.value.empty();
                     });
}

/// Its records, and those that the action has to look for; none when it cannot be told, with why.
std::vector<ContactRecord> reachable(Plan& plan, const SystemRule& system,
                                     const events::ConsentChanged& change) {
  const auto& contact = plan.contact;
  std::vector<ContactRecord> out;
  for (const auto* record : records_in(contact, system.name))
    out.push_back(*record);
  const bool asks = change.change == ConsentChange::granted
                        ? was_looked_for(contact, system)
                        : change.change == ConsentChange::revoked;
  if (may_have_one(contact, system) || (asks && may_be_asked(contact, system, contact.merged)))
    out.push_back(unheard_of(system));
  if (auto by = other_address(contact, system, change); asks && may_be_asked(contact, system, by))
    out.push_back(unheard_of(system, std::move(by)));
  if (!system.capabilities.opt_out_api)
    plan.skip(system, Reason::held_by_the_send_gate);
  else if (!system.receives)
    plan.skip(system, Reason::target_does_not_receive);
  else if (out.empty())
    plan.skip(system, Reason::no_record_there);
  else
    return out;
  return {};
}

bool is_mark(events::Evidence evidence) {
  return evidence == events::Evidence::flag || evidence == events::Evidence::tag;
}

/// A mark on the contact's only record in the source needs no telling there. One that is carried
/// over was seen on another record.
bool is_mark_at(const Contact& contact, const SystemRule& system,
                const events::ConsentChanged& change) {
  if (system.name != change.source || !is_mark(change.evidence)
      || change.reason_code == Reason::carried_over || is_more_than_a_mark(system))
    return false;
  const auto records = records_in(contact, system.name);
  return records.empty()
         || (records.size() == 1
             && (change.record.value.empty() || change.record == records.front()->remote_id));
}

/// Does the system say itself how its record stands?
bool says_how_it_stands(const events::ConsentApplied& e) {
  return is_mark(e.evidence)
         && (e.change == ConsentChange::ignored
             || std::any_of(e.targets.begin(), e.targets.end(), [&](const auto& target) {
                  return target.target == e.source && target.reason_code == Reason::said_there;
                }));
}

/// Was the system told that a channel is open, and has not said yes? What it shows now may be from
/// before, and would be undone.
bool is_being_opened(const Contact& contact, const SystemRule& system,
                     const std::vector<Channel>& channels) {
  return std::any_of(contact.consent.propagated.begin(), contact.consent.propagated.end(),
                     [&](const auto& told) {
                       return told.target == system.name && !told.closed && !told.confirmed
                              && contains(channels, told.channel);
                     });
}

/// Of opt-outs from a list: which list. They spread behind what people say just now.
std::string_view purpose_of(const events::ConsentChanged& change) {
  return events::is_of_import(change.rule) ? change.rule
         : change.found                    ? std::string_view(change.found->run)
                                           : std::string_view{};
}

void tell_of(Plan& plan, const SystemRule& system, events::ConsentChanged change) {
  const auto& contact = plan.contact;
  const bool close = change.change != ConsentChange::granted;
  const bool undone = close && is_being_opened(contact, system, change.channels);
  if (is_mark_at(contact, system, change) && change.change != ConsentChange::ignored && !undone)
    return plan.add_outcome(system, Outcome::no_change, Reason::said_there);
  std::erase_if(change.channels,
                [&](Channel channel) { return !system.capabilities.reaches_by.has(channel); });
  if (change.channels.empty())
    return plan.skip(system, Reason::reaches_nobody_that_way);
  for (const auto& record : reachable(plan, system, change)) {
    std::vector<Channel> channels;
    bool still_closed = false;
    for (const auto channel : change.channels) {
      const bool closed = is_suppressed(contact.consent, channel);
      still_closed |= !close && closed;
      if (close ? closed && needs_propagation(contact, system, record, channel)
                : !closed && is_propagated(contact, system, record, channel))
        channels.push_back(channel);
    }
    if (!channels.empty())
      tell(plan, system, close ? Action::opt_out : Action::opt_in, std::move(channels), record,
           purpose_of(change));
    else
      plan.add_outcome(system, Outcome::no_change,
                       still_closed ? Reason::other_opt_out_stands : Reason::already_told);
  }
}

/// Opt-outs are applied first, so one that was said after this opt-in may stand already: it keeps
/// its channels closed, and an opt-in that opens none is ignored.
events::ConsentApplied applied_to(const ContactConsent& consent,
                                  const events::ConsentChanged& change) {
  events::ConsentApplied out{.change = change.change,
                             .channels = change.channels,
                             .address_hash = change.address_hash,
                             .source = change.source,
                             .evidence = change.evidence,
                             .input = change.input};
  if (change.change != ConsentChange::granted)
    return out;
  std::erase_if(out.channels, [&](Channel channel) {
    const auto* closed = suppression_for(consent, channel, change.address_hash);
    return closed && closed->input > change.input;
  });
  if (out.channels.empty()) {
    out.change = ConsentChange::ignored;
    out.channels = change.channels;
  }
  return out;
}

/// Systems to which bodies were to go on that now wait for the one with the mark.
std::optional<events::HeldBodies> held_bodies(const Contact& after, const SyncRules& rules) {
  events::HeldBodies out;
  for (const auto& system : rules.systems) {
    const bool is_due = std::any_of(after.open.begin(), after.open.end(),
                                    [&](const auto& open) { return open.target == system.name; });
    if (is_due && mark_may_come(after, system, rules) && awaited_mark(after.consent, system.name))
      out.at.push_back(system.name);
  }
  return out.at.empty() ? std::nullopt : std::optional(std::move(out));
}

} // namespace

const ClosedChannel* suppression_for(const ContactConsent& consent, Channel channel,
                                     const AddressHash& address) {
  const auto at =
      std::find_if(consent.closed.begin(), consent.closed.end(), [&](const auto& closed) {
        return closed.channel == channel && closed.address_hash == address;
      });
  return at == consent.closed.end() ? nullptr : &*at;
}

std::vector<events::Event> decide_consent_applied(const Contact& contact,
                                                  const ApplyConsent& command,
                                                  const DecisionContext& context) {
  auto change = command.change;
  auto applied = applied_to(contact.consent, change);
  change.change = applied.change;
  change.channels = applied.channels;
  Contact after = contact;
  evolve(after.consent, applied);
  note_own_word(after, applied);
  if (applied.change == ConsentChange::revoked && contains(applied.channels, Channel::sms))
    applied.held = held_bodies(after, context.rules);
  Plan plan(after, context);
  plan.begin("consent");
  // A person decided that it was no opt-out: nobody has to hear of that.
  if (!contact.unreadable && change.change != ConsentChange::cleared)
    for (const auto& system : context.rules.systems)
      tell_of(plan, system, change);
  confirm_opt_out(contact, plan, command);
  return plan.behind(std::move(applied));
}

void propagate_opt_outs(Plan& plan) {
  plan.begin("consent");
  for (const auto& system : plan.rules.systems)
    if (system.capabilities.opt_out_api && system.receives)
      for (const auto* record : records_in(plan.contact, system.name))
        propagate_closed(plan, system, *record, std::not_fn(is_propagated));
}

void propagate_to_unknown_records(const Contact& before, Plan& plan) {
  const auto& after = plan.contact;
  events::FieldSet news;
  for (const auto key : {Field::phone, Field::email})
    if (after.merged.get(key) != before.merged.get(key))
      news.set(key, after.merged.get(key));
  for (const auto& system : plan.rules.systems)
    if (system.capabilities.opt_out_api && system.receives && may_be_asked(after, system, news))
      propagate_closed(plan, system, unheard_of(system), needs_propagation);
}

void evolve(ContactConsent& consent, const events::ConsentApplied& e) {
  for (const auto channel : e.channels) {
    const auto* before = suppression_for(consent, channel, e.address_hash);
    const auto input = std::max(e.input, before ? before->input : Position{});
    const auto since = before ? std::min(e.input, before->since) : e.input;
    std::erase_if(consent.closed, [&](const auto& closed) {
      return e.change != ConsentChange::ignored && closed.channel == channel
             && closed.address_hash == e.address_hash;
    });
    if (e.change == ConsentChange::revoked)
      consent.closed.push_back({channel, e.address_hash, input, since});
    if (says_how_it_stands(e))
      note(consent, {e.source, {}, channel, e.change == ConsentChange::revoked, true, {}, {}});
  }
}

void evolve(ContactConsent& consent, const events::ActionIntended& e) {
  if (e.action != Action::opt_out && e.action != Action::opt_in)
    return;
  for (const auto channel : e.channels)
    note(consent,
         {e.target, e.remote_id, channel, e.action == Action::opt_out, false, e.delivery, {}});
}

void evolve(ContactConsent& consent, const events::ActionAccepted& e) {
  for (auto& told : consent.propagated)
    if (told.delivery == e.facts.delivery) {
      told.confirmed = true;
      told.answer = e.facts.reason_code;
    }
}

void forget_propagation_to(ContactConsent& consent, const ConnectorName& system,
                           const RemoteId& gone) {
  std::erase_if(consent.propagated, [&](const auto& told) {
    return told.target == system && (told.record.value.empty() || told.record == gone);
  });
}

void forget_propagation(ContactConsent& consent, const DeliveryId& delivery) {
  std::erase_if(consent.propagated, [&](const auto& told) { return told.delivery == delivery; });
}

} // namespace tidemark::domain
