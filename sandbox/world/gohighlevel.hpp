#pragma once
#include "sandbox/world/contact_book.hpp"
#include "sandbox/world/rate_limit.hpp"
#include "sandbox/world/system.hpp"
#include "sandbox/world/tokens.hpp"

#include <optional>

namespace tidemark::sandbox {

/// GoHighLevel's API 2.0 for contacts of one location, and its signed webhooks.
class Gohighlevel : public System {
public:
  explicit Gohighlevel(World world);
  std::string_view name() const override { return "gohighlevel"; }
  HttpReply answer(const HttpRequest& request, Received& entry) override;
  bool is_effectful(const HttpRequest& request) const override;
  HttpReply failure(unsigned status) override;
  HttpReply person(std::string_view method, const std::string& id, const Json& body) override;
  Json contacts() const override;
  std::size_t contact_count() const override { return book_.size(); }
  void rotate_token(std::string token) override { tokens_.rotate(std::move(token)); }
  void clear() override { book_.clear(); }

private:
  enum class Writing : std::uint8_t { create, upsert, update };

  // Routes.
  std::optional<HttpReply> refuse(const HttpRequest& request);
  HttpReply route(const HttpRequest& request, Received& entry);
  HttpReply contact_route(const HttpRequest& request, const std::string& id, Received& entry);
  HttpReply create(const Json& body, Received& entry, By by);
  HttpReply upsert(const Json& body, Received& entry);
  HttpReply update(const std::string& id, const Json& body, Received& entry, By by);
  HttpReply remove(const std::string& id, Received& entry, By by);
  HttpReply change_tags(const HttpRequest& request, const std::string& id, Received& entry);
  HttpReply find_duplicate(std::string_view query);
  HttpReply search(const Json& body);
  HttpReply refresh_token(std::string_view form);

  // Contacts.
  /// What is wrong with a body, in the vendor's words: a JSON array, empty when nothing is.
  Json faults_of(const Json& body, Writing writing) const;
  std::optional<HttpReply> refuse_body(const Json& body, Writing writing);
  std::string other_with(const Json& body, const char* field, const std::string& id) const;
  std::optional<HttpReply> duplicate(const Json& body, const std::string& own_id);
  const Json& store_new(const Json& body, By by);
  /// True when anything changed.
  bool store_change(const std::string& id, const Json& body, By by);
  Json shape(const Json& contact) const;
  HttpReply with_trace(unsigned status, Json body);
  HttpReply not_found(const std::string& id);

  // Webhooks.
  void emit(const char* type, const Json& contact, By by);

  World world_;
  Ids ids_;
  Tokens tokens_;
  ContactBook book_;
  RateLimit limit_;
  std::string signing_seed_;
  std::string refresh_token_;
};

/// Members a webhook body shows of a contact (sandbox/world/gohighlevel_webhooks.cpp).
Json gohighlevel_webhook(const char* type, const std::string& webhook_id, const Json& contact,
                         Timestamp at);
/// Writes `body`'s fields into `contact` as the vendor does: null and "" clear, dndSettings merge.
void apply_gohighlevel_fields(Json& contact, const Json& body);
/// Canonical names (first_name ...) become the vendor's; others stay.
Json gohighlevel_fields(const Json& canonical);

} // namespace tidemark::sandbox
