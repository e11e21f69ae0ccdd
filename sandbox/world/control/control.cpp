#include "sandbox/world/control/control.hpp"

#include "base/text/whole_number.hpp"
#include "sandbox/world/control/seed.hpp"
#include "sandbox/world/control/settings_change.hpp"
#include "sandbox/world/http/url.hpp"

#include <limits>

namespace tidemark::sandbox {
namespace {

HttpReply lost() {
  return error_reply(404, "no such control route or system: see sandbox/README.md");
}

/// The part of a log that `?after=` and `limit=` ask for.
template <class Log>
Json page_of(const Log& log, std::string_view query) {
  constexpr auto all = std::numeric_limits<std::uint64_t>::max();
  return log.dump(whole_number<std::uint64_t>(query_value(query, "after")).value_or(0),
                  whole_number<std::uint64_t>(query_value(query, "limit")).value_or(all));
}

} // namespace

HttpReply Control::answer(const HttpRequest& request) {
  const auto parts = path_parts(request.path);
  if (parts.empty())
    return lost();
  if (request.method == "GET" && parts.size() == 1) {
    if (parts[0] == "health")
      return json_reply(200, {{"status", "ok"}});
    if (parts[0] == "counts")
      return counts();
    if (parts[0] == "faults")
      return json_reply(200, {{"faults", faults_.dump()}});
    if (parts[0] == "settings")
      return set(Json::object());
    if (parts[0] == "sends")
      return json_reply(200, {{"sends", page_of(sends_, request.query)}});
    return lost();
  }
  if (parts.size() == 1)
    return change(request, parts[0]);
  const auto gate = gates_.find(parts[1]);
  if (gate == gates_.end())
    return lost();
  if (parts[0] == "state" && parts.size() == 3)
    return state(request, *gate->second, parts[2]);
  if (parts[0] == "people" && parts.size() >= 3)
    return people(request, *gate->second, parts);
  if (parts[0] == "play" && parts.size() == 3)
    return play(request, gate->second->system(), parts[2]);
  if (parts[0] == "seed" && request.method == "POST" && parts.size() == 2)
    return seed_contacts(gate->second->system(), parse_json(request.body));
  if (parts[0] == "tokens" && request.method == "POST")
    return rotate(*gate->second, parse_json(request.body));
  if (parts[0] == "release" && request.method == "POST")
    return json_reply(200, {{"released", webhooks_.release(std::string(parts[1]))}});
  return lost();
}

HttpReply Control::state(const HttpRequest& request, Gate& gate, std::string_view what) {
  if (request.method == "DELETE" && what == "received") {
    gate.journal().clear();
    return json_reply(200, {{"cleared", true}});
  }
  if (request.method != "GET")
    return lost();
  if (what == "contacts")
    return json_reply(200, {{"contacts", gate.system().contacts()}});
  if (what == "webhooks")
    return json_reply(200, {{"webhooks", webhooks_of(gate.system().name())}});
  if (what == "received")
    return json_reply(200, {{"received", page_of(gate.journal(), request.query)}});
  auto kept = gate.system().kept(what);
  return kept ? json_reply(200, {{std::string(what), std::move(*kept)}}) : lost();
}

HttpReply Control::play(const HttpRequest& request, System& system, std::string_view what) {
  const auto body = request.body.empty() ? Json::object() : parse_json(request.body);
  if (!body.is_object())
    return error_reply(400, "the body is not a JSON object");
  auto reply = request.method == "POST" ? system.play(what, body) : std::nullopt;
  return reply ? std::move(*reply) : lost();
}

HttpReply Control::people(const HttpRequest& request, Gate& gate,
                          const std::vector<std::string_view>& parts) {
  const auto kind = gate.system().name() == "verity" ? "messages" : "contacts";
  if (parts[2] != kind || parts.size() > 4)
    return lost();
  const std::string id(parts.size() == 4 ? parts[3] : "");
  if (id.empty() != (request.method == "POST"))
    return lost();
  const auto body = request.body.empty() ? Json::object() : parse_json(request.body);
  if (!body.is_object())
    return error_reply(400, "the body is not a JSON object");
  return gate.system().person(request.method, id, body);
}

HttpReply Control::change(const HttpRequest& request, std::string_view what) {
  if (what == "faults" && request.method == "DELETE") {
    faults_.clear();
    return json_reply(200, {{"cleared", true}});
  }
  if (request.method != "POST")
    return lost();
  if (what == "reset")
    return reset();
  const auto body = parse_json(request.body);
  if (!body.is_object())
    return error_reply(400, "the body is not a JSON object");
  if (what == "settings")
    return set(body);
  if (what != "faults")
    return lost();
  auto fault = read_fault(body);
  if (!fault)
    return error_reply(400, fault.error().text);
  faults_.add(std::move(fault).value());
  return json_reply(201, {{"faults", faults_.dump()}});
}

HttpReply Control::counts() {
  Json out{{"webhooks_pending", sender_.pending()}, {"webhooks_held", webhooks_.held()}};
  for (auto& [name, gate] : gates_) {
    out[name] = {{"contacts", gate->system().contact_count()},
                 {"received", gate->journal().count()},
                 {"outcomes", gate->journal().outcomes()}};
  }
  return json_reply(200, out);
}

HttpReply Control::set(const Json& body) {
  Json rest = body;
  const auto engine = rest.find("engine");
  if (engine != rest.end() && !engine->is_string())
    return error_reply(400, "the setting engine must be a text");
  const auto url = engine == rest.end() ? sender_.engine() : engine->get<std::string>();
  rest.erase("engine");
  if (const auto status = change_settings(settings_, rest); !status)
    return error_reply(400, status.error().text);
  sender_.set_engine(url);
  Json now{{"engine", url}};
  now.update(settings_text(settings_));
  return json_reply(200, now);
}

HttpReply Control::rotate(Gate& gate, const Json& body) {
  if (!body.is_object() || text_of(body, "token").empty())
    return error_reply(400, "send {\"token\":\"the new one\"}");
  gate.system().rotate_token(text_of(body, "token"));
  return json_reply(200, {{"rotated", true}});
}

HttpReply Control::reset() {
  for (auto& [name, gate] : gates_) {
    gate->system().clear();
    gate->journal().clear();
  }
  sends_.clear();
  faults_.clear();
  webhooks_.clear();
  sender_.clear_ended();
  return json_reply(200, {{"reset", true}});
}

Json Control::webhooks_of(std::string_view system) const {
  Json list = Json::array();
  for (const auto& end : sender_.ended())
    if (end.system == system)
      list.push_back({{"kind", end.kind},
                      {"id", end.id},
                      {"about", end.order_key},
                      {"status", end.status},
                      {"attempts", end.attempts},
                      {"at", end.at}});
  return list;
}

} // namespace tidemark::sandbox
