#pragma once
#include "base/time.hpp"
#include "sandbox/world/http/http_server.hpp"
#include "sandbox/world/http/webhook_outlet.hpp"
#include "sandbox/world/ids.hpp"
#include "sandbox/world/journal.hpp"
#include "sandbox/world/json.hpp"
#include "sandbox/world/sends.hpp"
#include "sandbox/world/settings.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::sandbox {

/// Who made a change: engine-written changes are told by webhook only where echo is on, seeded
/// ones never.
enum class By : std::uint8_t { api, person, seed };

/// What every system shares.
struct World {
  Settings& settings;
  WebhookOutlet& webhooks;
  const WallClock& clock;
  std::shared_ptr<Sends> sends = std::make_shared<Sends>();

  Timestamp now() const { return clock.now(); }
  void note(Send send) const { sends->add(std::move(send), now()); }
  /// Is a change made by `by` told by webhook?
  bool tells(By by) const { return by == By::person || (by == By::api && settings.echo); }
};

/// One outside system. All calls come on the io_context's thread.
class System {
public:
  virtual ~System() = default;
  virtual std::string_view name() const = 0;
  /// Answers its own API. Fills outcome and contact of `entry`, and whether it was `effectful`.
  virtual HttpReply answer(const HttpRequest& request, Received& entry) = 0;
  /// Is the request meant to change something? Such requests are written to the journal.
  virtual bool is_effectful(const HttpRequest& request) const { return request.method != "GET"; }
  /// An error answer in this system's own shape.
  virtual HttpReply failure(unsigned status) = 0;
  /// What a person does in its user interface: POST, PUT or DELETE of a contact, fields by their
  /// canonical names (first_name, phone ...) or its own.
  virtual HttpReply person(std::string_view method, const std::string& id, const Json& body) = 0;
  /// Stores a contact, fields as for `person`, and tells nobody. False when the system cannot.
  virtual bool plant(const Json&) { return false; }
  /// What else happens there on order, by the name in sandbox/README.md; nothing for an unknown
  /// one.
  virtual std::optional<HttpReply> play(std::string_view, const Json&) { return std::nullopt; }
  /// What else the system keeps: messages, memberships ...; nothing for an unknown name.
  virtual std::optional<Json> kept(std::string_view) const { return std::nullopt; }
  virtual Json contacts() const = 0;
  virtual std::size_t contact_count() const = 0;
  virtual void rotate_token(std::string token) = 0;
  virtual void clear() = 0;
};

inline HttpReply json_reply(unsigned status, const Json& body) {
  return {.status = status, .body = to_text(body)};
}
inline HttpReply error_reply(unsigned status, std::string_view text) {
  return json_reply(status, {{"error", text}});
}

} // namespace tidemark::sandbox
