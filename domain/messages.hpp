#pragma once
#include "base/ids.hpp"
#include "domain/cause.hpp"
#include "domain/command.hpp"
#include "domain/rules.hpp"
#include "events/all.hpp"

#include <string>
#include <vector>

/// Messages with one contact: shown in the other systems' threads, sent when an agent wrote them
/// there, their status only ever forward (mission M3-M6).
namespace tidemark::domain {

struct Contact;

/// How one system knows a message.
struct MessageId {
  ConnectorName system;
  std::string id;
  bool operator==(const MessageId&) const = default;
  static constexpr auto members() {
    return std::tuple{events::member("system", &MessageId::system),
                      events::member("id", &MessageId::id)};
  }
};

struct KnownMessage {
  std::vector<MessageId> ids;
  events::MessageStatus status = events::MessageStatus::unknown;
  bool inbound = false;
  std::string text_sha256; ///< hex, of the text: finds it while a system has not told its id
  std::string said_at;
  std::vector<DeliveryId> deliveries; ///< that show or send it elsewhere
  bool operator==(const KnownMessage&) const = default;
  static constexpr auto members() {
    using T = KnownMessage;
    using events::member;
    return std::tuple{member("ids", &T::ids),         member("status", &T::status),
                      member("inbound", &T::inbound), member("text_sha256", &T::text_sha256),
                      member("said_at", &T::said_at), member("deliveries", &T::deliveries)};
  }
};

/// The thread that a system keeps for the contact.
struct KnownThread {
  ConnectorName system;
  std::string conversation;
  bool operator==(const KnownThread&) const = default;
  static constexpr auto members() {
    return std::tuple{events::member("system", &KnownThread::system),
                      events::member("conversation", &KnownThread::conversation)};
  }
};

struct MessageBook {
  std::vector<KnownMessage> messages; ///< oldest first; the last few
  std::vector<KnownThread> threads;
  bool operator==(const MessageBook&) const = default;
  static constexpr auto members() {
    return std::tuple{events::member("messages", &MessageBook::messages),
                      events::member("threads", &MessageBook::threads)};
  }
};

/// The first event is `message.observed`.
std::vector<events::Event> decide_message(const Contact& contact, const ObserveMessage& command,
                                          const ContactId& id, const SyncRules& rules,
                                          const Cause& cause);
void evolve(MessageBook& book, const events::MessageObserved& e);
void evolve(MessageBook& book, const events::ActionIntended& e);
void evolve(MessageBook& book, const events::ActionAccepted& e);

} // namespace tidemark::domain
