#include "base/contains.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/verity/parts.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>
#include <array>

namespace tidemark::connectors::verity {
namespace {

using events::Field;
using events::MessageStatus;

constexpr std::array<std::string_view, 3> text_keys{"body", "text", "message"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// Is there something where the text belongs that is none?
bool has_unreadable_text(const json::Value& data) {
  return std::ranges::any_of(
      text_keys, [&](std::string_view key) { return data[key].stated() && !data[key].scalar(); });
}

/// A number at one end: text, or as a carrier's form holds it, one level deeper, also in a list.
std::string end_in(const json::Value& data, std::string_view key) {
  if (auto out = first_of(data, {key}); !out.empty())
    return out;
  const auto list = data[key].items();
  const auto object = list.empty() ? data[key] : list.front();
  if (const auto text = object.scalar())
    return std::string(trimmed(*text));
  return first_of(object, {"phone_number", "phone"});
}

std::string sender_in(const json::Value& data) {
  auto out = end_in(data, "from");
  return out.empty() ? first_of(data, {"phone", "phoneNumber"}) : out;
}

/// The carrier's names beside Verity's own.
std::string event_named(std::string name) {
  if (name == "message.finalized" || name == "message.sending")
    return "message.sent";
  if (name == "message.delivery_error")
    return "message.failed";
  return name;
}

/// By the carrier's name and its like: no document of Verity's says how it tells of pictures.
MediaLinks media_in(const json::Value& data) {
  for (const auto key : {"media", "mediaUrls", "media_urls", "attachments"})
    if (auto out = stated_media(data[key]); !out.usable.empty() || out.left_out > 0)
      return out;
  return {};
}

void take_ids(Message& out, const json::Value& root, const json::Value& data) {
  out.id = first_of(data, {"messageId", "id"});
  if (out.id.empty())
    out.id = first_of(root, {"messageId"});
  for (const auto& raw : {data["raw"], root["raw"]})
    for (const auto key : {"chatMessageId", "telnyxMessageId"})
      if (auto id = first_of(raw, {key});
          !id.empty() && id != out.id && !contains(out.other_ids, id))
        out.other_ids.push_back(std::move(id));
  out.conversation = first_of(data, {"conversationId"});
  if (out.conversation.empty())
    out.conversation = first_of(data["raw"], {"chatId"});
}

MessageStatus status_of(const Message& message) {
  if (message.inbound)
    return MessageStatus::delivered; // it arrived here
  // The status says more than the event: `sent` may come from the carrier's last word.
  for (const auto& word : {message.status, message.event})
    for (const auto& [name, status] :
         {std::pair{"queued", MessageStatus::queued}, std::pair{"pending", MessageStatus::queued},
          std::pair{"sent", MessageStatus::sent}, std::pair{"delivered", MessageStatus::delivered},
          std::pair{"read", MessageStatus::read}, std::pair{"failed", MessageStatus::failed}})
      if (word == name || word == std::string("message.") + name)
        return status;
  return MessageStatus::unknown;
}

} // namespace

std::string first_of(const json::Value& object, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (auto value = object[key].scalar())
      return std::string(trimmed(*value));
  return {};
}

Message message_in(const json::Value& root) {
  const auto nested = root["message"].kind() == json::Kind::object ? root["message"] : root["data"];
  const auto data = nested.kind() == json::Kind::object ? nested : root;
  Message out;
  out.event = event_named(lower(first_of(root, {"type", "eventType", "event"})));
  if (out.event.empty())
    out.event = event_named(lower(first_of(data, {"type", "eventType", "event"})));
  take_ids(out, root, data);
  for (const auto& place : {data, data["raw"], root["raw"]})
    if (out.broadcast.empty())
      out.broadcast = first_of(place, {"broadcastId", "broadcast_id"});
  out.from = sender_in(data);
  out.to = end_in(data, "to");
  out.text = first_of(data, {text_keys[0], text_keys[1], text_keys[2]});
  out.media = media_in(data);
  out.stated_at = sortable_time(first_of(data, {"timestamp", "createdAt", "date"}));
  out.status = lower(first_of(data, {"status"}));
  out.error_code = first_of(data, {"errorCode"});
  out.error_text = first_of(data, {"errorMessage", "error"});
  const auto direction = lower(first_of(data, {"direction"}));
  const auto says = [&](std::string_view word) { return direction.find(word) != direction.npos; };
  out.inbound = says("inbound") || says("incoming")
                || (direction.empty()
                    && (out.event == "message.received" || out.event.starts_with("optout.")));
  out.unreadable_text = out.inbound && out.text.empty() && has_unreadable_text(data);
  if (out.event.empty() && out.inbound && (!out.text.empty() || out.unreadable_text))
    out.event = "message.received"; // whatever it is called, somebody said something
  return out;
}

domain::ObserveMessage observed(const Message& message, const Settings& settings) {
  const auto& theirs = message.inbound ? message.from : message.to;
  auto phone = domain::normalised(Field::phone, theirs, region_of(settings));
  domain::ObserveMessage out;
  auto& facts = out.message;
  facts.source = settings.name;
  facts.message_id = message.id;
  facts.other_ids = message.other_ids;
  facts.conversation = message.conversation;
  facts.inbound = message.inbound;
  facts.broadcast = message.broadcast;
  facts.their_address = PiiText(phone);
  facts.our_address = message.inbound ? message.to : message.from;
  facts.text = PiiText(message.text);
  facts.attachments = message.media.usable;
  facts.stated_at = message.stated_at;
  facts.status = status_of(message);
  facts.error_code = message.error_code;
  facts.error_text = message.error_text;
  if (!domain::identity_key(Field::phone, phone).empty())
    out.fields.set(Field::phone, std::move(phone));
  return out;
}

} // namespace tidemark::connectors::verity
