#include "connectors/aloware/request.hpp"

#include "connectors/shared/inbound.hpp"

#include <algorithm>

namespace tidemark::connectors::aloware {
namespace {

constexpr std::string_view known_address = "https://app.aloware.com";

std::string address(const Settings& settings, std::string_view path) {
  return base_url_of(settings, known_address) + "/api/v1" + std::string(path);
}

} // namespace

JsonObject body_with_token(const Settings& settings) {
  JsonObject body;
  body.text("api_token", trimmed(settings.secret("token")));
  return body;
}

bool is_number(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

void add_id(JsonObject& to, std::string_view key, std::string_view id) {
  is_number(id) ? to.raw(key, id) : to.text(key, id);
}

HttpRequest post_to(const Settings& settings, std::string_view path, std::string body) {
  return {"POST",
          address(settings, path),
          {{"Accept", "application/json"}, {"Content-Type", "application/json"}},
          std::move(body)};
}

HttpRequest get_from(const Settings& settings, std::string_view path, const std::string& more) {
  return {"GET",
          address(settings, path) + "?api_token=" + url_encoded(trimmed(settings.secret("token")))
              + more,
          {{"Accept", "application/json"}},
          {}};
}

HttpRequest contact_lookup(const Settings& settings, std::string_view phone) {
  return get_from(settings, "/webhook/contact/phone-number", "&phone_number=" + url_encoded(phone));
}

json::Value contact_in(const json::Value& root) {
  for (const auto& place : {root["contact"], root["data"]["contact"], root["data"]})
    if (place["id"].stated())
      return place;
  return root;
}

bool is_json(const HttpAnswer& answer) {
  return answer.content_type.empty() || answer.content_type.find("json") != std::string::npos;
}

} // namespace tidemark::connectors::aloware
