#include "domain/consent/send_addresses.hpp"

#include "base/contains.hpp"
#include "domain/consent/send_gate.hpp"
#include "domain/rules/address_key.hpp"
#include "domain/rules/reserved_tags.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

/// Tags that say neither that the person opted out nor that a record was deleted.
bool is_shared_tag(const PendingDelivery& delivery) {
  if (!delivery.action || delivery.action->action != events::Action::add_tags)
    return false;
  const auto& tags = delivery.action->tags;
  return std::none_of(tags.begin(), tags.end(),
                      [](const auto& tag) { return tag == archived_tag || is_opt_out_tag(tag); });
}

/// A record as another system shows it, with a mark or our tags, but none for texts: what it shows
/// may go on while other channels are closed.
bool is_called_off_by_texts(const PendingDelivery& delivery) {
  return is_forward(delivery) && delivery.intent.mark;
}

} // namespace

bool needs_consent(const PendingDelivery& delivery) {
  using events::Action;
  if (is_forward(delivery)) // see DeliveryIntended::context
    return !delivery.intent.context.empty();
  if (!delivery.action)
    return true;
  const auto action = delivery.action->action;
  return action == Action::send_message || action == Action::join_list
         || action == Action::leave_lists // it joins the lists again that are to stay
         || action == Action::join_sequence || action == Action::set_owner;
}

Reason cancellation_reason(const DeliveryQueue& lane, const PendingDelivery& delivery) {
  if (is_empty(delivery))
    return delivery.action ? Reason::closed_again : Reason::nothing_left_to_do;
  const bool closed = is_called_off_by_texts(delivery) ? lane.texts_closed : lane.opted_out;
  const bool opted_out = is_shared_tag(delivery)
                             ? delivery.closed_since
                             : closed && needs_consent(delivery) && !is_send(delivery);
  return opted_out ? Reason::opted_out : Reason::none;
}

std::vector<AddressHash> addresses_of(const PendingDelivery& delivery, const TenantId& tenant,
                                      const KeyedHasher& hasher) {
  using events::Field;
  std::vector<AddressHash> out;
  const auto add = [&](Field field, const std::string& value) {
    const auto address = address_key(hasher, tenant, field, value);
    if (address && !contains(out, address->hash))
      out.push_back(address->hash);
  };
  const auto add_fields = [&](const events::FieldSet& fields) {
    add(Field::phone, fields.get(Field::phone));
    add(Field::email, fields.get(Field::email));
  };
  if (delivery.action) {
    if (delivery.action->message) {
      const auto& message = *delivery.action->message;
      add(address_kind(message.channel), message.their_address.reveal());
    }
    add_fields(delivery.action->context);
    if (delivery.action->message) // what it said that names no address of its own
      out.push_back(events::contact_as_address(delivery.intent.contact));
  } else {
    add_fields(delivery.intent.fields);
    add_fields(delivery.intent.context);
  }
  return out;
}

Suppression gate_for(const PendingDelivery& delivery, const ConsentState& state) {
  if (delivery.action && delivery.action->message)
    return suppression(state, delivery.action->message->channel,
                       delivery.action->message->our_address);
  const auto verdict = is_called_off_by_texts(delivery)
                           ? suppression(state, events::Channel::sms, {})
                           : any_suppression(state);
  using events::Action;
  const bool markets = delivery.action
                       && (delivery.action->action == Action::join_list
                           || delivery.action->action == Action::join_sequence);
  if (markets) { // a doubtful word holds it up until somebody has read it (requirement E6.4)
    auto heard = state;
    // Dialers call and text: an opt-out of mails is nothing to them.
    std::erase_if(heard.active,
                  [](const auto& one) { return one.channel == events::Channel::email; });
    return any_suppression(heard);
  }
  return verdict.gate == Gate::closed ? verdict : Suppression{};
}

} // namespace tidemark::domain
