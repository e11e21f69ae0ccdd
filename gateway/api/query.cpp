#include "gateway/api/query.hpp"

#include "base/text/phone.hpp"
#include "events/format/tags.hpp"
#include "events/reasons.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/table_scan.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace tidemark::gateway {
namespace {

constexpr std::size_t limit_default = 50;
constexpr std::size_t limit_max = 100;

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, out);
  return failed == std::errc{} && stop == end;
}

std::uint16_t status_of(const Error& error) {
  if (error.code == "not_found")
    return 404;
  return error.code.starts_with("bad_") ? 400 : 500;
}

} // namespace

Query::Query(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
             const ApiRequest& request)
    : options_(options), ports_(ports), caller_(caller), request_(request),
      scan_(scan_of(ports_.tables)) {}

Answer Query::answer() const {
  const auto found = find();
  if (found) {
    Answer answer;
    answer.body = found.value().dump(-1, ' ', false, Json::error_handler_t::replace);
    return answer;
  }
  const auto status = status_of(found.error());
  // What went wrong inside stays inside (threat 29).
  const Problem problem{status, status == 500 ? "internal" : std::string_view(found.error().code),
                        status == 500 ? "the data could not be read; see the service's log"
                                      : found.error().text};
  return problem_answer(problem, request_.request_id, ports_.clock.now());
}

Query::Outcome Query::find() const {
  switch (request_.route->id) {
  case RouteId::contacts:
    return contacts();
  case RouteId::contact:
    return contact();
  case RouteId::timeline:
    return tagged_events(ContactId(request_.target.segments[3]));
  case RouteId::mappings:
    return mappings();
  case RouteId::deliveries:
    return deliveries();
  case RouteId::delivery:
    return delivery();
  case RouteId::events:
    return events();
  case RouteId::event:
    return event();
  case RouteId::quarantine:
    return quarantine();
  case RouteId::connectors:
    return connectors();
  case RouteId::queues:
    return queues();
  case RouteId::opt_outs:
    return opt_outs();
  case RouteId::opt_out_history:
    return opt_out_history();
  case RouteId::reviews:
    return reviews();
  case RouteId::conflicts:
    return conflicts();
  case RouteId::alerts:
    return alerts();
  case RouteId::parked:
    return parked();
  case RouteId::duplicates:
    return duplicates();
  case RouteId::lists:
    return lists();
  case RouteId::broadcasts:
    return broadcasts();
  case RouteId::mapping_repair:
    return mapping_repair();
  default:
    return unknown("path");
  }
}

// ---- parameters

Result<std::size_t> Query::limit() const {
  const auto text = param("limit");
  if (text.empty())
    return limit_default;
  std::size_t value = 0;
  if (!read_number(text, value) || value == 0 || value > limit_max)
    return Error{"bad_limit", "limit is a number from 1 to 100"};
  return value;
}

Result<Position> Query::position(std::string_view text) const {
  Position value;
  if (!text.empty() && !read_number(text, value.value))
    return Error{"bad_position", "a position is a whole number, such as 17"};
  return value;
}

Error Query::unknown(std::string_view what) const {
  return {"not_found", "there is no such " + std::string(what) + " here"};
}

std::string Query::shown(std::string_view field, std::string_view value) const {
  return caller_.sees_personal_data() ? std::string(value) : masked_field(field, value);
}

std::string Query::shown_id(const RemoteId& id) const {
  const bool address = is_e164(id.value) || id.value.find('@') != std::string::npos;
  return address && !caller_.sees_personal_data() ? masked_any(id.value) : id.value;
}

// ---- small lists

nlohmann::ordered_json Query::mapping_json(const projections::MappingView& mapping) const {
  return {{"contact", mapping.contact.value},
          {"connector", mapping.connector.value},
          {"remote_id", shown_id(mapping.remote_id)},
          {"since", to_rfc3339(mapping.since)},
          {"position", mapping.position.value}};
}

Query::Outcome Query::mappings() const {
  TRY(count, limit());
  const ConnectorName connector{std::string(param("connector"))};
  Json items = Json::array();
  Json next;
  if (!param("contact").empty()) {
    TRY(found,
        projections::mappings_of(scan_, caller_.tenant, ContactId(std::string(param("contact")))));
    for (const auto& mapping : found)
      items.push_back(mapping_json(mapping));
  } else if (!param("remote_id").empty()) {
    if (connector.value.empty())
      return Error{"bad_query", "remote_id needs connector beside it"};
    const auto hash = to_hex(events::remote_hash(ports_.hasher, caller_.tenant, connector,
                                                 RemoteId(std::string(param("remote_id")))));
    TRY(found, projections::mapping(scan_, caller_.tenant, connector, hash));
    if (found)
      items.push_back(mapping_json(*found));
  } else {
    const auto after = from_hex(param("after")); // the cursor is a key: bytes
    if (!after)
      return Error{"bad_cursor", "after is the next of the page before"};
    TRY(page, projections::mappings_page(scan_, caller_.tenant, connector, *after, count));
    for (const auto& mapping : page.items)
      items.push_back(mapping_json(mapping));
    if (!page.next.empty())
      next = to_hex(page.next);
  }
  return Json{{"items", std::move(items)}, {"next", std::move(next)}};
}

Query::Outcome Query::quarantine() const {
  const auto count = limit();
  const auto after = position(param("after"));
  if (!count || !after)
    return count ? after.error() : count.error();
  TRY(page, projections::quarantine(scan_, caller_.tenant, after.value(), count.value()));
  Json items = Json::array();
  for (const auto& each : page.items)
    items.push_back(
        {{"position", each.position.value},
         {"connector", each.connector.value},
         {"reason_code", each.reason_code},
         {"text", each.text.empty() ? explain_reason(each.reason_code).text : each.text}});
  return Json{{"items", std::move(items)}, {"next", page.next.empty() ? Json() : Json(page.next)}};
}

} // namespace tidemark::gateway
