#include "domain/consent/auto_replies.hpp"

#include "domain/consent/keyword_recognition.hpp"
#include "domain/consent/opt_out_propagation.hpp"
#include "domain/contacts/state.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Channel;

/// Our own words to a number, by whoever can send.
std::vector<events::Event> reply(const Contact& contact, const ContactId& id,
                                 const SyncRules& rules, const Cause& cause, const PiiText& to,
                                 const std::string& text, const std::string& purpose,
                                 Position allowance, Timestamp asked_at) {
  const auto* sender = sender_for(rules, {});
  if (!sender || to.reveal().empty() || text.empty())
    return {};
  events::ActionIntended out;
  out.delivery = delivery_id_from(cause, ConnectorName(sender->name.value + "/" + purpose), 0);
  out.contact = id;
  out.target = sender->name;
  out.action = events::Action::send_message;
  out.context = contact.merged;
  out.needs_record = false;
  out.purpose = purpose;
  out.allowance = allowance;
  out.message = events::MessageFacts{};
  out.message->source = own_words;
  out.message->their_address = to;
  out.message->text = PiiText(text);
  out.message->stated_at = to_rfc3339(asked_at);
  return {std::move(out)};
}

} // namespace

const SystemRule* sender_for(const SyncRules& rules, const ConnectorName& source) {
  const SystemRule* best = nullptr;
  const auto order = [&](const SystemRule& system) {
    return std::pair{system.capabilities.contact_api, rules.rank(system.name)};
  };
  for (const auto& system : rules.systems)
    if (system.capabilities.sends_messages && system.receives && system.name != source
        && (!best || order(system) < order(*best)))
      best = &system;
  return best;
}

std::vector<events::Event> answer_help(const Contact& contact, const ObserveMessage& command,
                                       const ContactId& id, const SyncRules& rules,
                                       const Cause& cause) {
  const auto& message = command.message;
  if (!message.inbound || message.channel != Channel::sms
      || recognise(message.text.reveal()).sign != MessageSign::help)
    return {};
  const auto said = from_rfc3339(message.stated_at);
  return reply(contact, id, rules, cause, message.their_address, rules.conversation.help, "help",
               {}, said && *said < cause.now ? *said : cause.now);
}

std::vector<events::Event> confirm_opt_out(const Contact& contact, const ApplyConsent& command,
                                           const ContactId& id, const SyncRules& rules,
                                           const Cause& cause) {
  const auto& change = command.change;
  const bool said = command.answers && change.change == events::ConsentChange::revoked
                    && change.alias_of.empty() && change.reason_code == Reason::none
                    && change.evidence == events::Evidence::message_text
                    && std::find(change.channels.begin(), change.channels.end(), Channel::sms)
                           != change.channels.end();
  if (!said || suppression_for(contact.consent, Channel::sms, change.address_hash))
    return {};
  return reply(contact, id, rules, cause, change.address, rules.conversation.opt_out_confirmation,
               "confirmation", change.input, change.received_at);
}

} // namespace tidemark::domain
