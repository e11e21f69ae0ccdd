#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/activity.hpp"
#include "events/format/schema.hpp"

#include <map>
#include <string>
#include <vector>

/// What is known of a contact's calls and messages, as it changes hands in a merge (requirement
/// C8): who knows them by which id, who was shown them, and who is still to be. Without it the
/// contact that stays would show a late part as a new call, and send an agent's text again.
namespace tidemark::events {

/// How one system knows a message.
struct MessageId {
  ConnectorName system;
  std::string id;
  bool operator==(const MessageId&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("system", &MessageId::system), member("id", &MessageId::id));
  }
};

/// What we posted, or sent, at one system: that system will tell us of it.
struct PostedMessage {
  ConnectorName system;
  DeliveryId delivery;
  Timestamp at; ///< when it was intended, or later left or was taken: its echo comes after that
  bool operator==(const PostedMessage&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = PostedMessage;
    return use(member("system", &T::system), member("delivery", &T::delivery),
               member("at", &T::at));
  }
};

struct KnownMessage {
  ConnectorName source; ///< who told of it first
  std::vector<MessageId> ids;
  MessageStatus status = MessageStatus::unknown;
  bool inbound = false;
  bool to_be_sent = false; ///< an agent wrote it at `source`, another system sends it
  PiiText text_sha256;     ///< hex, of the text: finds it while a system has not told its id
  std::vector<PostedMessage> posted;
  ContactId origin; ///< contact that it came from in a merge, "" when it was always this one's
  bool operator==(const KnownMessage&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = KnownMessage;
    return use(member("source", &T::source), member("ids", &T::ids), member("status", &T::status),
               member("inbound", &T::inbound), member("to_be_sent", &T::to_be_sent),
               member("text_sha256", &T::text_sha256), member("posted", &T::posted),
               member("origin", &T::origin));
  }
};

/// The thread that a system keeps for the contact.
struct KnownThread {
  ConnectorName system;
  std::string conversation;
  bool operator==(const KnownThread&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("system", &KnownThread::system),
               member("conversation", &KnownThread::conversation));
  }
};

/// A message that a system is to be shown: not yet, or not for sure.
struct WaitingMessage {
  ConnectorName system;
  DeliveryId delivery; ///< under way by it; "" while it waits for a record over there
  MessageFacts message;
  bool operator==(const WaitingMessage&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = WaitingMessage;
    return use(member("system", &T::system), member("delivery", &T::delivery),
               member("message", &T::message));
  }
};

/// What one system was told of a call.
struct ShownCall {
  ConnectorName system;
  DeliveryId delivery;            ///< the first one, which shows the call
  std::string disposition;        ///< last told
  std::vector<std::string> parts; ///< late parts that were told: recording, voicemail ...
  bool operator==(const ShownCall&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ShownCall;
    return use(member("system", &T::system), member("delivery", &T::delivery),
               member("disposition", &T::disposition), member("parts", &T::parts));
  }
};

/// One call as far as it is known.
struct KnownCall {
  CallFacts call;
  std::uint32_t rank = 0; ///< highest of the parts
  /// By field: rank and time of the part that stated its value, so that any order gives the same.
  std::map<std::string, std::string> stated;
  std::vector<std::string> parts; ///< heard so far
  std::vector<ShownCall> shown;
  std::vector<ConnectorName> waiting; ///< systems that are shown it once they have a record
  ContactId origin;                   ///< see KnownMessage
  bool operator==(const KnownCall&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = KnownCall;
    return use(member("call", &T::call), member("rank", &T::rank), member("stated", &T::stated),
               member("parts", &T::parts), member("shown", &T::shown),
               member("waiting", &T::waiting), member("origin", &T::origin));
  }
};

/// All that is known of some calls and messages.
struct History {
  std::vector<KnownCall> calls; ///< oldest first, as are the others
  std::vector<KnownMessage> messages;
  std::vector<KnownThread> threads;
  std::vector<WaitingMessage> waiting; ///< those that wait for a record
  bool operator==(const History&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = History;
    return use(member("calls", &T::calls), member("messages", &T::messages),
               member("threads", &T::threads), member("waiting", &T::waiting));
  }
};

/// Follows `contact.records_released` when there is any. Stream `contact/<id>`.
struct HistoryReleased {
  static constexpr std::string_view name = "contact.history_released.v1";
  ContactId to;
  History history;
  bool operator==(const HistoryReleased&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("to", &HistoryReleased::to), member("history", &HistoryReleased::history));
  }
};

/// Follows `contact.records_adopted` when there is any. Stream `contact/<id>`.
struct HistoryAdopted {
  static constexpr std::string_view name = "contact.history_adopted.v1";
  ContactId from;
  History history;
  bool operator==(const HistoryAdopted&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("from", &HistoryAdopted::from), member("history", &HistoryAdopted::history));
  }
};

} // namespace tidemark::events
