#include "sandbox/world/gohighlevel/gohighlevel_oauth.hpp"

#include "base/crypto.hpp"
#include "sandbox/world/http/url.hpp"

#include <chrono>

namespace tidemark::sandbox {
namespace {

constexpr const char* company = "CMPexample0000000001";
constexpr const char* user = "USRexample0000000001";
constexpr const char* plan = "68c0ffee0000000000000004";

bool is_form(const HttpRequest& request) {
  return request.header("content-type").starts_with("application/x-www-form-urlencoded");
}

HttpReply unauthorised(const char* why) {
  return json_reply(401, {{"error", "UnAuthorized!"}, {"error_description", why}});
}

} // namespace

GhlOauth::GhlOauth(GhlOffice& office) : office_(office) {
  refresh_tokens_[office_.world.settings.ghl_refresh_token] = Reach::location;
}

HttpReply GhlOauth::token(const HttpRequest& request) {
  const auto form = is_form(request) ? request.body : std::string_view{};
  const auto grant = query_value(form, "grant_type");
  if (grant == "authorization_code")
    return exchange_code(form);
  if (grant == "refresh_token")
    return refresh(form);
  // Also what a JSON body leads to: it has no form fields.
  return office_.unprocessable(Json::array(
      {"grant_type must be one of the following values: authorization_code, refresh_token"}));
}

std::optional<HttpReply> GhlOauth::refuse_client(std::string_view form) {
  const auto& settings = office_.world.settings;
  if (query_value(form, "client_id") == settings.ghl_client_id
      && equal_constant_time(query_value(form, "client_secret"), settings.ghl_client_secret))
    return std::nullopt;
  return unauthorised("Invalid client credentials!");
}

HttpReply GhlOauth::exchange_code(std::string_view form) {
  const auto code = codes_.find(query_value(form, "code"));
  if (code == codes_.end()) // looked at before the client's keys
    return unauthorised("Authorization code not found");
  if (auto refused = refuse_client(form))
    return std::move(*refused);
  if (!office_.world.settings.ghl_location_active)
    return ghl_error(400, "Location is not active");
  const auto reach = code->second;
  codes_.erase(code);
  return pair(reach);
}

HttpReply GhlOauth::refresh(std::string_view form) {
  if (auto refused = refuse_client(form))
    return std::move(*refused);
  const auto token = refresh_tokens_.find(query_value(form, "refresh_token"));
  if (token == refresh_tokens_.end())
    return ghl_error(400, "Invalid grant: refresh token is invalid");
  if (!office_.world.settings.ghl_location_active) // the same token works again later
    return ghl_error(400, "Location is not active");
  const auto reach = token->second;
  refresh_tokens_.erase(token);
  return pair(reach);
}

std::string GhlOauth::new_access(Reach reach) {
  auto token = office_.ids.prefixed("sandbox-access-");
  const std::chrono::seconds lifetime(office_.world.settings.ghl_access_token_s);
  access_[token] = {reach, office_.world.now() + lifetime};
  return token;
}

HttpReply GhlOauth::pair(Reach reach) {
  const bool whole = reach == Reach::company;
  const auto refresh_token = office_.ids.prefixed("sandbox-refresh-");
  refresh_tokens_[refresh_token] = reach;
  Json body{{"access_token", new_access(reach)},
            {"token_type", "Bearer"},
            {"expires_in", office_.world.settings.ghl_access_token_s},
            {"refresh_token", refresh_token},
            {"scope", "contacts.readonly contacts.write conversations.readonly "
                      "conversations.write conversations/message.readonly "
                      "conversations/message.write oauth.write oauth.readonly"},
            {"userType", whole ? "Company" : "Location"},
            {"companyId", company}};
  if (!whole)
    body["locationId"] = office_.world.settings.ghl_location;
  body["userId"] = user;
  if (whole) {
    body["isBulkInstallation"] = true;
    body["approvedLocations"] = Json::array({office_.world.settings.ghl_location});
  } else {
    body["planId"] = plan;
  }
  return office_.with_trace(200, std::move(body));
}

HttpReply GhlOauth::location_token(const HttpRequest& request, Reach reach) {
  if (reach != Reach::company)
    return ghl_error(401, "This authClass type is not allowed to access this scope.");
  const auto form = is_form(request) ? request.body : std::string_view{};
  if (query_value(form, "companyId") != company)
    return office_.unprocessable(Json::array({"companyId should not be empty"}));
  if (query_value(form, "locationId") != office_.world.settings.ghl_location)
    return ghl_error(403, "The token does not have access to this location.");
  if (!office_.world.settings.ghl_location_active)
    return ghl_error(400, "Location is not active");
  // No refresh token: a new one is minted when this one ends.
  return office_.with_trace(201, {{"access_token", new_access(Reach::location)},
                                  {"token_type", "Bearer"},
                                  {"expires_in", office_.world.settings.ghl_access_token_s},
                                  {"scope", "contacts.readonly contacts.write"},
                                  {"locationId", office_.world.settings.ghl_location},
                                  {"userId", user},
                                  {"planId", plan}});
}

GhlOauth::Reach GhlOauth::reach_of(std::string_view access_token) const {
  const auto found = access_.find(access_token);
  const bool valid = found != access_.end() && office_.world.now() < found->second.ends;
  return valid ? found->second.reach : Reach::none;
}

HttpReply GhlOauth::install(const Json& body) {
  const auto user_type = body.contains("user_type") ? text_of(body, "user_type") : "Location";
  if (user_type != "Location" && user_type != "Company")
    return error_reply(400, "user_type must be Location or Company");
  const auto code = office_.ids.prefixed("sandbox-code-");
  codes_[code] = user_type == "Company" ? Reach::company : Reach::location;
  return json_reply(201, {{"code", code}});
}

} // namespace tidemark::sandbox
