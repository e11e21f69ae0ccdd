#include "connectors/gohighlevel/request.hpp"

#include "connectors/shared/inbound.hpp"
#include "domain/rules/normalise.hpp"

namespace tidemark::connectors::gohighlevel {

HttpRequest request_to(const Settings& settings, std::string method, const std::string& path,
                       std::string body, std::string_view version) {
  HttpRequest out{std::move(method), base_url_of(settings, known_address) + path};
  out.headers = {{"Authorization", "Bearer " + std::string(trimmed(settings.secret("token")))},
                 {"Version", std::string(version)},
                 {"Accept", "application/json"}};
  if (!body.empty())
    out.headers.emplace_back("Content-Type", "application/json");
  out.body = std::move(body);
  return out;
}

std::string error_text(const json::Value& root) {
  std::string out;
  for (const auto key : {"message", "error"}) {
    if (const auto text = root[key].text())
      out += std::string(*text) + "\n";
    for (const auto& item : root[key].items())
      if (const auto text = item.text())
        out += std::string(*text) + "\n";
  }
  return out;
}

Reason why_unauthorized(const json::Value& root) {
  const auto text = error_text(root);
  if (text.find("scope") != text.npos)
    return Reason::scope_missing;
  return text.find("version") != text.npos ? Reason::version_refused : Reason::unauthorized;
}

bool says_missing(const HttpAnswer& answer, const json::Value& root) {
  return answer.status == 404 || answer.status == 410
         || (answer.status == 400 && error_text(root).find("not found") != std::string::npos);
}

Send search_by(events::Field by, std::string_view value, const Settings& settings) {
  const bool phone = by == events::Field::phone;
  return {
      phone ? "search_phone" : "search_email", false,
      request_to(settings, "GET",
                 "/contacts/search/duplicate?locationId=" + url_encoded(settings.get("location_id"))
                     + (phone ? "&number=" : "&email=") + url_encoded(value),
                 {})};
}

bool shows_address(const json::Value& contact, events::Field by, std::string_view wanted,
                   const Settings& settings) {
  const auto theirs = contact[by == events::Field::phone ? "phone" : "email"].text().value_or("");
  return theirs.empty()
         || domain::identity_key(by, domain::normalised(by, theirs, region_of(settings)))
                == domain::identity_key(by, wanted);
}

} // namespace tidemark::connectors::gohighlevel
