#pragma once
#include "sandbox/world/gohighlevel/gohighlevel_conversations.hpp"
#include "sandbox/world/gohighlevel/gohighlevel_notes.hpp"
#include "sandbox/world/gohighlevel/gohighlevel_oauth.hpp"
#include "sandbox/world/gohighlevel/gohighlevel_office.hpp"
#include "sandbox/world/http/rate_limit.hpp"
#include "sandbox/world/tokens.hpp"

#include <set>

namespace tidemark::sandbox {

/// GoHighLevel's API 2.0 for contacts, notes and messages of one location, its OAuth, and its
/// signed webhooks.
class Gohighlevel : public System {
public:
  explicit Gohighlevel(World world);
  std::string_view name() const override { return "gohighlevel"; }
  HttpReply answer(const HttpRequest& request, Received& entry) override;
  bool is_effectful(const HttpRequest& request) const override;
  HttpReply failure(unsigned status) override;
  HttpReply person(std::string_view method, const std::string& id, const Json& body) override;
  bool plant(const Json& fields) override;
  std::optional<HttpReply> play(std::string_view what, const Json& body) override;
  std::optional<Json> kept(std::string_view what) const override;
  Json contacts() const override { return office_.book.list(); }
  std::size_t contact_count() const override { return office_.book.size(); }
  void rotate_token(std::string token) override;
  void clear() override;

private:
  enum class Writing : std::uint8_t { create, upsert, update };

  // Routes.
  std::optional<HttpReply> refuse(const HttpRequest& request);
  GhlOauth::Reach reach_of(std::string_view token) const;
  HttpReply route(const HttpRequest& request, Received& entry);
  HttpReply contacts_route(const HttpRequest& request, const std::vector<std::string_view>& parts,
                           Received& entry);
  HttpReply contact_route(const HttpRequest& request, const std::string& id, Received& entry);
  HttpReply create(const Json& body, Received& entry, By by);
  HttpReply upsert(const Json& body, Received& entry);
  HttpReply update(const std::string& id, const Json& body, Received& entry, By by);
  HttpReply remove(const std::string& id, Received& entry, By by);
  HttpReply change_tags(const HttpRequest& request, const std::string& id, Received& entry);
  HttpReply change_workflow(const HttpRequest& request, const std::string& id,
                            const std::string& workflow, Received& entry);
  HttpReply find_duplicate(std::string_view query);
  HttpReply search(const Json& body);
  /// A text that came over HighLevel's own telephone system: a stop word closes SMS.
  HttpReply receive_text(const Json& body);

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

  // Webhooks.
  void emit(const char* type, const Json& contact, By by);

  GhlOffice office_;
  Tokens tokens_;
  RateLimit limit_;
  GhlOauth oauth_;
  GhlNotes notes_;
  GhlConversations conversations_;
  std::set<std::pair<std::string, std::string>> workflows_; // workflow, contact
  Json custom_fields_ = Json::array(); // that the location has, as the API lists them
};

/// Writes `body`'s fields into `contact` as the vendor does: null and "" clear, dndSettings merge,
/// tags become lower case.
void apply_gohighlevel_fields(Json& contact, const Json& body);
/// Canonical names (first_name ...) become the vendor's; others stay.
Json gohighlevel_fields(const Json& canonical);

} // namespace tidemark::sandbox
