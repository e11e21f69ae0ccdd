#pragma once
#include "sandbox/world/contact_book.hpp"
#include "sandbox/world/system.hpp"
#include "sandbox/world/tokens.hpp"

#include <optional>

namespace tidemark::sandbox {

/// A CRM of no vendor: speaks Standard Webhooks both ways and has a REST interface for people.
class GenericCrm : public System {
public:
  explicit GenericCrm(World world);
  std::string_view name() const override { return "generic"; }
  HttpReply answer(const HttpRequest& request, Received& entry) override;
  HttpReply failure(unsigned status) override;
  HttpReply person(std::string_view method, const std::string& id, const Json& body) override;
  bool plant(const Json& fields) override;
  /// `event`: tells `{"type","data"}`, such as consent.changed.
  std::optional<HttpReply> play(std::string_view what, const Json& body) override;
  /// `events`: what came and is about no contact record, such as consent.changed.
  std::optional<Json> kept(std::string_view what) const override;
  Json contacts() const override { return book_.list(); }
  std::size_t contact_count() const override { return book_.size(); }
  void rotate_token(std::string token) override { tokens_.rotate(std::move(token)); }
  void clear() override;

private:
  /// A webhook from the engine: POST /webhooks.
  HttpReply receive(const HttpRequest& request, Received& entry);
  std::optional<std::string> unsigned_because(const HttpRequest& request) const;
  HttpReply obey(const std::string& type, const Json& data, Received& entry);
  /// consent.changed, message.* and call.*: kept whole, never sent on.
  HttpReply keep_event(const std::string& webhook_id, const Json& body, Received& entry);
  /// The REST interface: /contacts, Bearer token.
  HttpReply rest(const HttpRequest& request, Received& entry);
  HttpReply list(std::string_view query) const;
  const Json& store_new(const Json& fields, By by);
  bool store_change(const std::string& id, const Json& fields, By by);
  void remove(const std::string& id, By by);
  void emit(const char* type, const Json& data, By by);

  World world_;
  Ids ids_;
  Tokens tokens_;
  ContactBook book_;
  std::map<std::string, HttpReply> seen_webhooks_; // first answer, by webhook-id
  Json events_ = Json::array();
};

/// `v1,<base64>` of Standard Webhooks; `secret` with or without `whsec_`.
std::string standard_webhook_signature(const std::string& secret, std::string_view id,
                                       std::string_view timestamp, std::string_view body);

} // namespace tidemark::sandbox
