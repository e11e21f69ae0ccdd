#pragma once
#include "sandbox/world/gohighlevel/gohighlevel_office.hpp"

#include <map>
#include <vector>

namespace tidemark::sandbox {

/// One message or call of a conversation.
struct GhlMessage {
  Json shown;               ///< as the API shows it
  std::string type;         ///< SMS, Email, Call … as it was written
  std::string from;         ///< "" for messages that a provider logged
  std::string to;           ///< "" likewise
  std::uint64_t number = 0; ///< order in which they were made
  long status_refusals = 0; ///< status calls still answered 403
};

/// `/conversations` of GoHighLevel: one conversation for each contact, its messages, sends and
/// logs. Nothing here is idempotent, and altId is not unique.
class GhlConversations {
public:
  explicit GhlConversations(GhlOffice& office) : office_(office) {}

  /// `parts` is the path, the first one `conversations`.
  HttpReply answer(const HttpRequest& request, const std::vector<std::string_view>& parts,
                   Received& entry);
  /// An agent writes in the user interface: `{"contact_id","message","attachments","user_id"}`.
  /// Goes to the Delivery URL when there is one.
  HttpReply agent_text(const Json& body);
  /// A person texts HighLevel's own number: `{"contact_id" or "phone","message"}`.
  HttpReply receive_text(const Json& body);
  Json messages() const;
  void clear();

private:
  // Conversations and reading.
  HttpReply open(const Json& body, Received& entry);
  HttpReply search(std::string_view query);
  HttpReply list(const std::string& conversation, std::string_view query);
  HttpReply read(const std::string& message);
  const std::string& conversation_with(const std::string& contact);
  Json overview(const std::string& contact, const std::string& conversation) const;
  /// Messages of a conversation, newest first.
  std::vector<const GhlMessage*> newest_first(const std::string& conversation) const;

  // Writing.
  HttpReply message_route(const HttpRequest& request, const std::vector<std::string_view>& parts,
                          Received& entry);
  HttpReply send(const Json& body, Received& entry);
  HttpReply log_message(const Json& body, Received& entry);
  HttpReply log_call(const Json& body, Received& entry);
  HttpReply set_status(const Json& body, const std::string& message, Received& entry);
  HttpReply set_attachments(const Json& body, const std::string& message, Received& entry);

  /// The contact that `contactId` or `conversationId` names, or why there is none.
  struct Addressee {
    std::string contact;
    std::optional<HttpReply> refusal;
  };
  Addressee addressee_of(const Json& body);
  std::optional<HttpReply> refuse_provider(const Json& body, const std::string& type);
  /// Stores a message and tells of it.
  struct Draft {
    std::string type;
    std::string contact;
    bool inbound = false;
    std::string status;
    Json fields; ///< body, attachments, altId …
    std::string from{};
    std::string to{};
  };
  const GhlMessage& store(const Draft& draft, By by);
  /// A text goes out of HighLevel: through the Delivery URL, or by itself.
  const GhlMessage& send_text(const Draft& draft, By by);
  void tell(const GhlMessage& message, By by);
  HttpReply logged(const GhlMessage& message);

  GhlOffice& office_;
  std::map<std::string, std::string> conversations_; // contact to conversation
  std::map<std::string, std::string> contacts_;      // conversation to contact
  std::map<std::string, GhlMessage> messages_;
  std::map<std::string, std::vector<std::string>> messages_in_; // conversation to messages
  std::uint64_t count_ = 0;
};

/// A message as its webhook shows it.
Json ghl_message_webhook(const GhlMessage& message);

} // namespace tidemark::sandbox
