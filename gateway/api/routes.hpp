#pragma once
#include "base/result.hpp"
#include "domain/access/roles.hpp"
#include "gateway/api/schema.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/http/target.hpp"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <variant>

/// Every way in, as data. Each room lists its own in its routes.hpp; dispatch.cpp collects them.
namespace tidemark::gateway {

class HealthPort;
struct ApiContext;
using Json = nlohmann::ordered_json;

using domain::Right;
using domain::Role;

/// Gives the answer's JSON, or an error whose code decides the status (refusal.cpp).
using JsonHandler = Result<Json> (*)(const ApiContext&);
/// Gives a whole answer: for one that is no JSON, or has a status of its own.
using AnswerHandler = Answer (*)(const ApiContext&);
/// Answers on the connection's own thread: who restarts us must not wait behind long reads.
using Probe = Answer (*)(const HealthPort&);

struct Route {
  std::string_view name;   ///< in metrics
  std::string_view method; ///< GET stands for HEAD too
  std::string_view path;   ///< segments in braces take any value
  Right right;             ///< what its caller needs
  /// None: a webhook, which the connection hands to the webhook route.
  std::variant<std::monostate, JsonHandler, AnswerHandler, Probe> handler;
  const Schema* answer = nullptr;   ///< null: it is no JSON, or what the connector's system expects
  std::string_view parameters = {}; ///< of the query, a blank between them
  std::string_view members = {};    ///< of the body, likewise
  /// Of a command: what is told when data could not be read (code not_stored).
  std::string_view unreadable = {};
  std::uint16_t status = 200; ///< with a handler's JSON
  bool limited = false;       ///< by rate, although it is for anyone or not below /api
  bool hashes = false;        ///< a password: has a thread of its own
  bool installation = false;  ///< only with a token of the whole installation
  bool any_tenant = false;    ///< with such a token also without a tenant; the handler looks

  bool is_webhook() const { return handler.index() == 0; }
};
using Routes = std::span<const Route>;

/// Does the route take the method?
bool takes(const Route& route, std::string_view method);
/// Does the route's path lead there?
bool leads_to(const Route& route, const Target& target);
/// Is `word` one of those in `words`, which have a blank between them?
bool has_word(std::string_view words, std::string_view word);
/// The first name in the target's query that the route does not know; "" when it knows all.
std::string_view unknown_parameter(const Route& route, const Target& target);

} // namespace tidemark::gateway
