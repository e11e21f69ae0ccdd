#pragma once
#include "sandbox/world/contact_book.hpp"
#include "sandbox/world/system.hpp"
#include "sandbox/world/tokens.hpp"

namespace tidemark::sandbox {

/// Aloware's lead API (keyed by phone number, no ids in answers) and its unsigned webhooks.
class Aloware : public System {
public:
  explicit Aloware(World world);
  std::string_view name() const override { return "aloware"; }
  HttpReply answer(const HttpRequest& request, Received& entry) override;
  HttpReply failure(unsigned status) override;
  HttpReply person(std::string_view method, const std::string& id, const Json& body) override;
  Json contacts() const override;
  std::size_t contact_count() const override { return book_.size(); }
  void rotate_token(std::string token) override { tokens_.rotate(std::move(token)); }
  void clear() override { book_.clear(); }

private:
  HttpReply form(const Json& body, Received& entry);
  HttpReply look_up(std::string_view query);
  HttpReply send_text(const Json& body, Received& entry);
  const Json& store_new(const Json& fields, By by);
  bool store_change(const std::string& id, const Json& fields, By by);
  void emit(const char* event, const Json& contact, By by);

  World world_;
  Ids ids_;
  Tokens tokens_;
  ContactBook book_;
};

/// The page that the web application shows for everything it does not know, with status 200.
HttpReply html_page();

} // namespace tidemark::sandbox
