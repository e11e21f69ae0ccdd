#include "app/traces/otlp_text.hpp"

#include "base/version.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr int status_error = 2;

Json attribute(const char* key, const std::string& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}

/// OTLP writes whole numbers as texts.
Json attribute(const char* key, std::uint64_t value) {
  return {{"key", key}, {"value", {{"intValue", std::to_string(value)}}}};
}

std::string nanoseconds(Timestamp at) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count());
}

Json attributes_of(const domain::Span& span) {
  Json out = Json::array();
  out.push_back(attribute("tidemark.tenant", span.tenant.value));
  out.push_back(attribute("tidemark.connector", span.connector.value));
  out.push_back(attribute("tidemark.position", span.position.value));
  out.push_back(attribute("tidemark.outcome", std::string(span.outcome)));
  if (span.reason != Reason::none)
    out.push_back(attribute("tidemark.reason", std::string(name_of(span.reason))));
  if (!span.request)
    return out;
  out.push_back(attribute("tidemark.delivery", span.request->delivery.value));
  out.push_back(attribute("tidemark.attempt", span.request->attempt));
  out.push_back(attribute("tidemark.step", span.request->step));
  if (span.request->http_status != 0)
    out.push_back(attribute("http.response.status_code", span.request->http_status));
  return out;
}

Json span_json(const domain::Span& span) {
  Json out{{"traceId", span.trace}, {"spanId", span.id}};
  if (!span.parent.empty())
    out["parentSpanId"] = span.parent;
  out["name"] = span.name;
  out["kind"] = static_cast<int>(span.kind);
  out["startTimeUnixNano"] = nanoseconds(span.begin);
  out["endTimeUnixNano"] = nanoseconds(span.end);
  out["attributes"] = attributes_of(span);
  out["status"] = Json::object();
  if (span.failed)
    out["status"] = {{"code", status_error}, {"message", std::string(name_of(span.reason))}};
  return out;
}

} // namespace

std::string otlp_json(const std::vector<domain::Span>& spans, const std::string& instance) {
  Json items = Json::array();
  for (const auto& span : spans)
    items.push_back(span_json(span));
  Json resource = Json::array();
  resource.push_back(attribute("service.name", "tidemark"));
  resource.push_back(attribute("service.version", program_version));
  resource.push_back(attribute("service.instance.id", instance));
  Json scope{{"scope", {{"name", "tidemark"}, {"version", program_version}}}};
  scope["spans"] = std::move(items);
  Json all{{"resource", {{"attributes", std::move(resource)}}}};
  all["scopeSpans"] = Json::array({std::move(scope)});
  Json out;
  out["resourceSpans"] = Json::array({std::move(all)});
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace tidemark::app
