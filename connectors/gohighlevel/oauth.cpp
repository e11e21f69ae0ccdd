#include "base/text/json_reader.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/request.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/shared/outbound.hpp"

#include <algorithm>
#include <initializer_list>

namespace tidemark::connectors::gohighlevel {
namespace {

constexpr std::string_view authorization_page =
    "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"; // README fact 2
constexpr std::string_view scopes =
    "contacts.readonly contacts.write conversations.readonly conversations.write "
    "conversations/message.readonly conversations/message.write";
constexpr std::int64_t lifetime_least = 1, lifetime_most = 366 * 86'400; // seconds

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += (out.empty() ? "" : "&") + url_encoded(name) + "=" + url_encoded(value);
  return out;
}

HttpRequest form_post(const Settings& settings, std::string_view path, std::string body) {
  HttpRequest out{"POST", base_url_of(settings, known_address) + std::string(path)};
  out.headers = {{"Version", std::string(contacts_version)},
                 {"Accept", "application/json"},
                 {"Content-Type", "application/x-www-form-urlencoded"}};
  out.body = std::move(body);
  return out;
}

std::string authorization_url(const Settings& settings) {
  return std::string(authorization_page) + "?response_type=code&client_id="
         + url_encoded(settings.get("oauth.client_id")) + "&redirect_uri="
         + url_encoded(settings.get("oauth.redirect_uri")) + "&scope=" + url_encoded(scopes);
}

HttpRequest exchange(const std::string& code, const Settings& settings) {
  return form_post(settings, "/oauth/token",
                   form({{"client_id", settings.get("oauth.client_id")},
                         {"client_secret", trimmed(settings.secret("oauth.client_secret"))},
                         {"grant_type", "authorization_code"},
                         {"code", code},
                         {"user_type", "Location"},
                         {"redirect_uri", settings.get("oauth.redirect_uri")}}));
}

HttpRequest renew(const Grant& grant, const Settings& settings) {
  return form_post(settings, "/oauth/token",
                   form({{"client_id", settings.get("oauth.client_id")},
                         {"client_secret", trimmed(settings.secret("oauth.client_secret"))},
                         {"grant_type", "refresh_token"},
                         {"refresh_token", grant.refresh.reveal()},
                         {"user_type", grant.whole_company ? "Company" : "Location"},
                         {"redirect_uri", settings.get("oauth.redirect_uri")}}));
}

HttpRequest narrow(const Grant& company, const Settings& settings) {
  auto out = form_post(
      settings, "/oauth/locationToken",
      form({{"companyId", company.company}, {"locationId", settings.get("location_id")}}));
  out.headers.emplace_back("Authorization", "Bearer " + company.access.reveal());
  return out;
}

/// Says what a refusal means for the token that was shown.
Error refusal(const HttpAnswer& answer, const json::Value& root) {
  const auto text = error_text(root);
  const auto says = [&](std::string_view words) { return text.find(words) != text.npos; };
  if (answer.status == 400 && says("Location is not active"))
    return {"account_inactive", "GoHighLevel says that the location is not active"};
  const std::string about(root["error_description"].text().value_or(""));
  if (answer.status == 401 && about.find("client") != about.npos)
    return {"wrong_client", "GoHighLevel does not take oauth.client_id and oauth.client_secret"};
  if (answer.status == 400 || answer.status == 401 || answer.status == 403 || answer.status == 422)
    return {"reconnect_needed", "GoHighLevel does not take the code or the refresh token"};
  return {"vendor_failed", "GoHighLevel answered with status " + std::to_string(answer.status)};
}

Result<Grant> read(const HttpAnswer& answer, const Settings& settings, Timestamp now) {
  if (answer.status == 0)
    return Error{answer.sent ? "no_answer" : "not_sent", "GoHighLevel did not answer"};
  const auto body = json::parse(answer.body);
  const Error unreadable{"answer_not_understood", "GoHighLevel's answer holds no tokens"};
  if (answer.status < 200 || answer.status >= 300)
    return refusal(answer, body ? body->root() : json::Value{});
  if (!body)
    return unreadable;
  const auto root = body->root();
  const auto text = [&](std::string_view key) {
    return std::string(root[key].text().value_or(""));
  };
  const auto seconds = root["expires_in"].integer();
  Grant out;
  out.access = SecretText(text("access_token"));
  out.refresh = SecretText(text("refresh_token"));
  out.whole_company = text("userType") == "Company";
  out.company = text("companyId");
  if (out.access.reveal().empty() || !seconds)
    return unreadable;
  const auto location = text("locationId");
  if (!out.whole_company && !location.empty() && location != settings.get("location_id"))
    return Error{"account_differs", "the tokens are for another location than location_id"};
  out.issued_at = now;
  out.expires_at = now + std::chrono::seconds(std::clamp(*seconds, lifetime_least, lifetime_most));
  return out;
}

} // namespace

const OAuth oauth{authorization_url, exchange, renew, narrow, read, std::chrono::seconds{300}};

} // namespace tidemark::connectors::gohighlevel
