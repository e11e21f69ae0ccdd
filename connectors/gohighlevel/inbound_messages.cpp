#include "base/time.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/consent_signals.hpp"
#include "connectors/shared/inbound.hpp"
#include "domain/rules/normalise.hpp"

#include <array>

namespace tidemark::connectors::gohighlevel {
namespace {

using events::Field;
using events::MessageStatus;

std::string text_of(const json::Value& object, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (const auto text = object[key].text())
      return std::string(*text);
  return {};
}

std::vector<std::string> attachments_of(const json::Value& root) {
  std::vector<std::string> out;
  for (const auto& link : root["attachments"].items())
    if (const auto text = link.text())
      out.emplace_back(*text);
  return out;
}

std::string time_of(const json::Value& root, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (auto time = sortable_time(root[key].text().value_or("")); !time.empty())
      return time;
  return {};
}

/// The direction counts, not the event's name: the vendor's own call samples mix them (7.2).
bool is_inbound(const json::Value& root, const EventKind& kind) {
  const auto direction = alphanumeric_key(root["direction"].text().value_or(""));
  return direction.empty() ? alphanumeric_key(kind.name) == "inboundmessage"
                           : direction == "inbound";
}

/// The word is the vendor's for a message that it held back because the person opted out (README
/// fact 17).
constexpr std::string_view opted_out_word = "optout";

MessageStatus status_of(const json::Value& root) {
  using enum MessageStatus;
  static constexpr std::array<std::pair<std::string_view, MessageStatus>, 11> known{{
      {"pending", queued},
      {"scheduled", queued},
      {"queued", queued},
      {"sent", sent},
      {"delivered", delivered},
      {"read", read},
      {"opened", read},
      {"clicked", read},
      {"failed", failed},
      {"undelivered", failed},
      {opted_out_word, failed},
  }};
  const auto word = alphanumeric_key(root["status"].text().value_or(""));
  for (const auto& [name, status] : known)
    if (word == name)
      return status;
  return unknown;
}

/// The person's number, "" where a custom provider leaves it out (`{}`).
std::string phone_of(const json::Value& value, const Settings& settings) {
  const auto text = value.scalar();
  return text ? domain::normalised(Field::phone, trimmed(*text), region_of(settings))
              : std::string();
}

std::string call_status(const json::Value& root) {
  auto word = alphanumeric_key(text_of(root, {"callStatus"}));
  if (word.empty())
    word = alphanumeric_key(text_of(root, {"status"}));
  if (word == "completed" || word == "answered" || word == "connected")
    return "completed";
  if (word == "voicemail" || word == "failed")
    return word;
  if (word == "canceled" || word == "cancelled")
    return "failed";
  if (word == "noanswer" || word == "busy" || word == "missed")
    return "missed";
  return "initiated";
}

domain::ObserveCall call_in(const json::Value& root, const EventKind& kind,
                            const Settings& settings) {
  domain::ObserveCall out;
  auto& call = out.call;
  call.source = settings.name;
  call.call_id = id_from(root, {"messageId", "webhookId"});
  call.inbound = is_inbound(root, kind);
  call.status = call_status(root);
  call.their_number = PiiText(phone_of(root[call.inbound ? "from" : "to"], settings));
  call.our_number = root[call.inbound ? "to" : "from"].scalar().value_or("");
  call.agent = id_from(root, {"userId"});
  call.started_at = time_of(root, {"dateAdded"});
  call.updated_at = time_of(root, {"timestamp", "dateAdded"});
  const auto seconds = root["callDuration"].integer().value_or(0);
  call.duration_seconds =
      seconds > 0 && seconds < 1'000'000 ? static_cast<std::uint32_t>(seconds) : 0;
  if (const auto links = attachments_of(root); !links.empty())
    (call.status == "voicemail" ? call.voicemail : call.recording) = PiiText(links.front());
  out.part = call.status == "initiated" ? "initiated" : "disposed";
  out.remote_id = RemoteId(id_from(root, {"contactId"}));
  return out;
}

/// The person's own words: they count for every sender and every way of writing (requirement E6.6).
std::vector<domain::ConsentSignal> signs_in(const events::MessageFacts& message) {
  if (!message.inbound)
    return {};
  auto said = sign_in_words(message.text.reveal(), message.their_address.reveal(),
                            message.stated_at, false);
  return said ? std::vector{std::move(*said)} : std::vector<domain::ConsentSignal>{};
}

domain::ObserveMessage message_in(const json::Value& root, const EventKind& kind,
                                  const Settings& settings) {
  domain::ObserveMessage out;
  auto& message = out.message;
  message.source = settings.name;
  message.message_id = id_from(root, {"messageId", "emailMessageId", "webhookId"});
  message.conversation = id_from(root, {"conversationId"});
  message.inbound = is_inbound(root, kind);
  message.our_address = root[message.inbound ? "to" : "from"].scalar().value_or("");
  message.subject = PiiText(text_of(root, {"subject"}));
  message.text = PiiText(text_of(root, {"body", "message"}));
  message.attachments = attachments_of(root);
  message.stated_at = time_of(root, {"dateAdded", "timestamp"});
  message.status = status_of(root);
  message.error_text = message.status == MessageStatus::failed ? text_of(root, {"error"}) : "";
  message.agent = id_from(root, {"userId"});
  out.remote_id = RemoteId(id_from(root, {"contactId"}));
  return out;
}

/// The vendor held it back: the person is closed there. That may be by a mark of ours, which then
/// says nothing new.
std::vector<domain::ConsentSignal> refusal_in(const json::Value& root,
                                              const events::MessageFacts& message) {
  if (message.inbound || !tells_refusal(root))
    return {};
  auto sign = refused_by_provider(message.their_address.reveal(), message.stated_at);
  sign.kept_by_us = true;
  if (message.channel == events::Channel::email) {
    sign.kind = Field::email;
    sign.channels = {events::Channel::email};
  }
  return {std::move(sign)};
}

/// A mail says it in its subject, as what mail programs send for an unsubscribe link, or in its
/// text.
std::vector<domain::ConsentSignal> signs_in_mail(const events::MessageFacts& message) {
  if (!message.inbound)
    return {};
  for (const std::string& text : {message.subject.reveal(), own_words(message.text.reveal())})
    if (auto said = sign_in_words(text, message.their_address.reveal(), message.stated_at, false);
        said && said->change != events::ConsentChange::granted) {
      said->kind = Field::email;
      said->channels = {events::Channel::email};
      return {std::move(*said)};
    }
  return {};
}

/// Types that we do not carry on: what is said in them about opting out counts all the same.
domain::Translation of_later_work(const json::Value& root, const EventKind& kind,
                                  const Settings& settings) {
  auto out = domain::skipped(kind.name, Reason::kind_of_later_work,
                             "Messages of this type are not handled yet; the bytes are kept for "
                             "reprocessing.");
  auto message = message_in(root, kind, settings);
  message.message.their_address = PiiText(phone_of(root["from"], settings));
  auto signs = signs_in(message.message);
  std::erase_if(signs,
                [](const auto& sign) { return sign.change == events::ConsentChange::granted; });
  if (signs.empty() || message.remote_id.value.empty())
    return out;
  domain::ObserveRecord record;
  record.connector = settings.name;
  record.remote_id = message.remote_id;
  record.signs = std::move(signs);
  record.opt_out_seen = closes_any(record.signs);
  out.commands.emplace_back(opt_out_only(std::move(record)));
  return out;
}

domain::Translation nothing_to_attach_to(const EventKind& kind) {
  auto out =
      domain::quarantined(Reason::missing_record_id,
                          "A message without the contact's id; nothing can be attached to it.");
  out.kind = kind.name;
  return out;
}

} // namespace

bool tells_refusal(const json::Value& root) {
  return alphanumeric_key(root["status"].text().value_or("")) == opted_out_word
         && alphanumeric_key(root["direction"].text().value_or("")) != "inbound";
}

std::string own_words(std::string_view mail) {
  for (const std::string_view quote : {"\n>", "\r\n>", "\nOn ", "\r\nOn ", "<blockquote"})
    mail = mail.substr(0, mail.find(quote));
  std::string out;
  bool in_tag = false;
  for (const char c : mail) {
    in_tag = in_tag || c == '<';
    if (!in_tag)
      out += c;
    else if (c == '>') {
      in_tag = false;
      out += ' ';
    }
  }
  return out;
}

domain::Translation translate_message(const json::Value& root, const EventKind& kind,
                                      const Settings& settings) {
  domain::Translation out{kind.name};
  auto type = alphanumeric_key(text_of(root, {"messageType", "messageTypeString"}));
  if (type.starts_with("type"))
    type.erase(0, 4);
  if (type == "call" || type == "voicemail") {
    auto command = call_in(root, kind, settings);
    if (command.remote_id.value.empty() || command.call.call_id.empty())
      return nothing_to_attach_to(kind);
    out.commands.emplace_back(std::move(command));
    return out;
  }
  const bool mail = type == "email";
  if (!mail && type != "sms" && type != "whatsapp")
    return of_later_work(root, kind, settings);
  auto command = message_in(root, kind, settings);
  if (command.remote_id.value.empty())
    return nothing_to_attach_to(kind);
  auto& message = command.message;
  if (mail) {
    message.channel = events::Channel::email;
    message.their_address = PiiText(
        domain::normalised(Field::email, text_of(root, {message.inbound ? "from" : "to"}), {}));
    command.signs = message.inbound ? signs_in_mail(message) : refusal_in(root, message);
  } else {
    message.channel = type == "sms" ? events::Channel::sms : events::Channel::whatsapp;
    message.their_address = PiiText(phone_of(root[message.inbound ? "from" : "to"], settings));
    // What stands under our own provider was logged by us: its words were heard where they came in,
    // and told once more, later, a STOP would close what a START has opened since.
    const auto& own = settings.get("conversation_provider_id");
    if (own.empty() || root["conversationProviderId"].scalar() != own)
      command.signs = message.inbound ? signs_in(message) : refusal_in(root, message);
  }
  out.commands.emplace_back(std::move(command));
  return out;
}

bool is_to_be_sent(const json::Value& root) {
  const auto direction = alphanumeric_key(root["direction"].text().value_or(""));
  return (direction.empty() || direction == "outbound")
         && (!text_of(root, {"message", "body", "html"}).empty() || !attachments_of(root).empty());
}

domain::Translation translate_provider_delivery(const json::Value& root, Timestamp received_at,
                                                const Settings& settings) {
  const EventKind kind{EventClass::message, std::string(provider_channel)};
  auto command = message_in(root, kind, settings);
  auto& message = command.message;
  if (!is_to_be_sent(root) && !message.inbound)
    return domain::skipped(kind.name, Reason::nothing_to_send,
                           "It asks for no message to be sent: taken note of.");
  message.to_be_sent = !message.inbound; // what the person wrote is not sent back to them
  if (message.inbound)
    command.signs = signs_in(message);
  message.message_id = id_from(root, {"messageId"});
  message.status = MessageStatus::unknown;
  if (const auto said = from_rfc3339(message.stated_at); !said || *said > received_at)
    message.stated_at = to_rfc3339(received_at); // one of the future would never grow old
  if (alphanumeric_key(text_of(root, {"type"})) == "email") {
    message.channel = events::Channel::email;
    message.text = PiiText(text_of(root, {"html"}));
  } else {
    auto phone = phone_of(root["phone"], settings);
    message.their_address = PiiText(phone);
    // The number finds the person too: the record may be one that we were never told of.
    if (!domain::identity_key(Field::phone, phone).empty())
      command.fields.set(Field::phone, std::move(phone));
  }
  if (command.remote_id.value.empty() || message.message_id.empty())
    return nothing_to_attach_to(kind);
  domain::Translation out{kind.name};
  out.commands.emplace_back(std::move(command));
  return out;
}

} // namespace tidemark::connectors::gohighlevel
