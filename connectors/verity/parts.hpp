#pragma once
#include "base/text/json_reader.hpp"
#include "connectors/connector.hpp"
#include "connectors/shared/media_link.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// The parts of the Verity connector, for each other.
namespace tidemark::connectors::verity {

inline constexpr std::string_view texting_channel = "texting";
inline constexpr std::string_view broadcast_channel = "broadcast";
/// What Verity expects as answer, also to a repeat (README fact 3).
inline constexpr std::string_view received_body =
    R"({"success":true,"message":"Webhook received"})";

/// A texting event with the vendor's synonyms resolved (README fact 3, requirement A1.4).
struct Message {
  /// Lower case as written; `message.received` where a body without a name holds an incoming
  /// message, else "".
  std::string event;
  std::string id;
  std::vector<std::string> other_ids; ///< Verity's own id of it, where `id` is the carrier's
  std::string conversation;
  std::string broadcast; ///< where a sender says of which one it is part
  std::string from;
  std::string to;
  std::string text;
  MediaLinks media;
  std::string stated_at; ///< sortable; the time of forwarding
  std::string status;
  std::string error_code;
  std::string error_text;
  bool inbound = false;
  bool unreadable_text = false; ///< it is there and no text: nobody knows what it says
};
Message message_in(const json::Value& root);
/// The message as a command, with the number of the person at its other end.
domain::ObserveMessage observed(const Message& message, const Settings& settings);
/// The first stated text or number among the keys.
std::string first_of(const json::Value& object, std::initializer_list<std::string_view> keys);

Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp now);
/// See Connector.
std::vector<SecretText> webhook_keys(const Settings& settings, std::string_view channel);
std::vector<HandledKind> handled_kinds(const Settings& settings);
Peek peek_at(const json::Value& root, const WebhookRequest& request, const Settings& settings);
domain::Translation translate_root(const json::Value& root, const StoredWebhook& webhook,
                                   const Settings& settings);
NextStep next(const DeliveryWork& work, const Settings& settings);
/// What a refusing answer says, raw (see connectors/shared/refusal.hpp).
events::Refusal refusal(std::string_view body);
NextStep next_action(const ActionWork& work, const Settings& settings);

/// probe.cpp: see Connector.
HttpRequest probe(const Settings& settings);

} // namespace tidemark::connectors::verity
