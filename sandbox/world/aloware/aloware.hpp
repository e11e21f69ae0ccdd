#pragma once
#include "sandbox/world/aloware/aloware_calls.hpp"
#include "sandbox/world/aloware/aloware_lists.hpp"
#include "sandbox/world/contact_book.hpp"
#include "sandbox/world/system.hpp"
#include "sandbox/world/tokens.hpp"

namespace tidemark::sandbox {

/// Aloware's lead API (keyed by phone number, no ids in answers), its texts, calls and lists, and
/// its unsigned webhooks.
class Aloware : public System {
public:
  explicit Aloware(World world);
  std::string_view name() const override { return "aloware"; }
  HttpReply answer(const HttpRequest& request, Received& entry) override;
  HttpReply failure(unsigned status) override;
  HttpReply person(std::string_view method, const std::string& id, const Json& body) override;
  bool plant(const Json& fields) override;
  std::optional<HttpReply> play(std::string_view what, const Json& body) override;
  std::optional<Json> kept(std::string_view what) const override;
  Json contacts() const override { return book_.list(); }
  std::size_t contact_count() const override { return book_.size(); }
  void rotate_token(std::string token) override { tokens_.rotate(std::move(token)); }
  void clear() override;

private:
  // API.
  HttpReply post(std::string_view path, const Json& body, Received& entry);
  HttpReply form(const Json& body, Received& entry);
  HttpReply look_up(std::string_view query);
  HttpReply send_text(const Json& body, Received& entry);
  HttpReply ring(const Json& body, Received& entry);
  HttpReply change_sequence(const Json& body, bool enroll, Received& entry);
  HttpReply add_to_list(const Json& body, Received& entry);
  HttpReply change_lists(std::string_view path, const Json& body, Received& entry);
  /// The members of a form that enrol and mark.
  void steer(const Json& body, const std::string& id);
  void note_send(const std::string& id, const char* channel, const std::string& text,
                 const char* blocked = "");
  /// The id that `contact_id`, `id` or a phone member of the body names, or "".
  std::string contact_in(const Json& body, const char* phone) const;

  // Played on order.
  HttpReply play_communication(const Json& body, bool is_text);
  HttpReply put_on_list(const Json& body);
  void receive_text(const Communication& text, const Json& body);
  void set_opted_out(const std::string& id, bool opted_out);
  void tell(const Communication& communication, const std::string& delivery, By by);

  const Json& store_new(const Json& fields, By by);
  bool store_change(const std::string& id, const Json& fields, By by);
  void emit(const char* event, const Json& contact, By by);
  void send_out(const Json& body, std::string order_key, By by);

  World world_;
  Ids ids_;
  Tokens tokens_;
  ContactBook book_;
  AlowareLists lists_;
  std::map<std::uint64_t, Communication> communications_;
};

/// The page that the web application shows for everything it does not know, with status 200.
HttpReply html_page();
/// Members of a contact as look-ups and webhooks show them.
Json aloware_contact(const Json& contact);

} // namespace tidemark::sandbox
