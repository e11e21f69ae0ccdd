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
  TIDEMARK_MEMBERS(MessageId, system, id)
};

/// What we posted, or sent, at one system: that system will tell us of it.
struct PostedMessage {
  ConnectorName system;
  DeliveryId delivery;
  Timestamp at; ///< when it was intended, or later left or was taken: its echo comes after that
  TIDEMARK_MEMBERS(PostedMessage, system, delivery, at)
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
  TIDEMARK_MEMBERS(KnownMessage, source, ids, status, inbound, to_be_sent, text_sha256, posted,
                   origin)
};

/// The thread that a system keeps for the contact.
struct KnownThread {
  ConnectorName system;
  std::string conversation;
  TIDEMARK_MEMBERS(KnownThread, system, conversation)
};

/// A message that a system is to be shown: not yet, or not for sure.
struct WaitingMessage {
  ConnectorName system;
  DeliveryId delivery; ///< under way by it; "" while it waits for a record over there
  MessageFacts message;
  TIDEMARK_MEMBERS(WaitingMessage, system, delivery, message)
};

/// What one system was told of a call.
struct ShownCall {
  ConnectorName system;
  DeliveryId delivery;              ///< the first one, which shows the call
  std::string disposition{};        ///< last told
  std::vector<std::string> parts{}; ///< late parts that were told: recording, voicemail ...
  TIDEMARK_MEMBERS(ShownCall, system, delivery, disposition, parts)
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
  TIDEMARK_MEMBERS(KnownCall, call, rank, stated, parts, shown, waiting, origin)
};

/// All that is known of some calls and messages.
struct History {
  std::vector<KnownCall> calls; ///< oldest first, as are the others
  std::vector<KnownMessage> messages;
  std::vector<KnownThread> threads;
  std::vector<WaitingMessage> waiting; ///< those that wait for a record
  TIDEMARK_MEMBERS(History, calls, messages, threads, waiting)
};

/// Follows `contact.records_released` when there is any. Stream `contact/<id>`.
struct HistoryReleased {
  static constexpr std::string_view name = "contact.history_released.v1";
  ContactId to;
  History history;
  TIDEMARK_MEMBERS(HistoryReleased, to, history)
};

/// Follows `contact.records_adopted` when there is any. Stream `contact/<id>`.
struct HistoryAdopted {
  static constexpr std::string_view name = "contact.history_adopted.v1";
  ContactId from;
  History history;
  TIDEMARK_MEMBERS(HistoryAdopted, from, history)
};

} // namespace tidemark::events
