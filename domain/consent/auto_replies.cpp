#include "domain/consent/auto_replies.hpp"

#include "base/contains.hpp"
#include "domain/consent/keyword_recognition.hpp"
#include "domain/consent/opt_out_propagation.hpp"
#include "domain/contacts/state.hpp"

namespace tidemark::domain {
namespace {

using events::Channel;

/// Our own words to a number, by whoever can send: from the number of ours that was `texted`, where
/// it is the sender's own.
void reply(Plan& plan, const PiiText& to, const std::string& text, const std::string& purpose,
           Position allowance, Timestamp asked_at, const events::MessageFacts* texted = nullptr) {
  const auto* sender = sender_for(plan.rules, {});
  if (!sender || to.reveal().empty() || text.empty())
    return;
  events::ActionIntended out;
  out.delivery = delivery_id_from(plan.cause, ConnectorName(sender->name.value + "/" + purpose), 0);
  out.contact = plan.id;
  out.target = sender->name;
  out.action = events::Action::send_message;
  out.context = plan.contact.merged;
  out.needs_record = false;
  out.purpose = purpose;
  out.allowance = allowance;
  out.message = events::MessageFacts{};
  out.message->source = own_words;
  out.message->their_address = to;
  if (texted && texted->source == sender->name)
    out.message->our_address = texted->our_address;
  out.message->text = PiiText(text);
  out.message->stated_at = to_rfc3339(asked_at);
  plan.events.emplace_back(std::move(out));
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

void answer_help(Plan& plan, const ObserveMessage& command) {
  const auto& message = command.message;
  if (!message.inbound || message.channel != Channel::sms
      || recognise(message.text.reveal()).sign != MessageSign::help)
    return;
  const auto now = plan.cause.now;
  const auto said = from_rfc3339(message.stated_at);
  reply(plan, message.their_address, plan.rules.conversation.help, "help", {},
        said && *said < now ? *said : now, &message);
}

void confirm_opt_out(const Contact& before, Plan& plan, const ApplyConsent& command) {
  const auto& change = command.change;
  const bool said = command.answers && change.change == events::ConsentChange::revoked
                    && !change.alias_of && change.reason_code == Reason::none
                    && change.evidence == events::Evidence::message_text
                    && contains(change.channels, Channel::sms);
  if (said && !suppression_for(before.consent, Channel::sms, change.address_hash))
    reply(plan, change.address, plan.rules.conversation.opt_out_confirmation, "confirmation",
          change.input, change.received_at);
}

} // namespace tidemark::domain
