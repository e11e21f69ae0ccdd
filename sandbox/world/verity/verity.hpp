#pragma once
#include "sandbox/world/contact_book.hpp"
#include "sandbox/world/system.hpp"
#include "sandbox/world/tokens.hpp"

#include <set>

namespace tidemark::sandbox {

/// Verity, the texting system: takes forwarded GoHighLevel bodies, sends texts, tells of messages.
class Verity : public System {
public:
  explicit Verity(World world);
  std::string_view name() const override { return "verity"; }
  HttpReply answer(const HttpRequest& request, Received& entry) override;
  HttpReply failure(unsigned status) override;
  /// POST only: a person texts. `{"from","to","body","timestamp","message_id","nested"}`.
  HttpReply person(std::string_view method, const std::string& id, const Json& body) override;
  std::optional<HttpReply> play(std::string_view what, const Json& body) override;
  std::optional<Json> kept(std::string_view what) const override;
  Json contacts() const override { return book_.list(); }
  std::size_t contact_count() const override { return book_.size(); }
  void rotate_token(std::string token) override { tokens_.rotate(std::move(token)); }
  void clear() override;

private:
  HttpReply forwarded(const HttpRequest& request, Received& entry);
  HttpReply send_message(const HttpRequest& request, Received& entry);
  /// A status webhook of a message that was sent: sent, delivered or failed.
  HttpReply play_status(const Json& body);
  HttpReply play_broadcast(const Json& body);
  void emit(const std::string& type, const std::string& status, const Json& message, By by);
  /// Sends a body with the credential of texting or of broadcasts.
  void send_out(const std::string& kind, const Json& body, bool broadcast,
                const std::string& order_key, By by);
  std::string chat_with(const std::string& phone);

  World world_;
  Ids ids_;
  Tokens tokens_;
  ContactBook book_; // as GoHighLevel told them, by its ids
  std::set<std::string> seen_webhooks_;
  std::map<std::string, std::string> chats_; // phone of the person to chat id
  std::map<std::string, Json> messages_;     // sent ones, by Verity's own id
  std::set<std::string> stops_;              // phones that a STOP came from
};

} // namespace tidemark::sandbox
