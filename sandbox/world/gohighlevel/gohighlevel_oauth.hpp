#pragma once
#include "sandbox/world/gohighlevel/gohighlevel_office.hpp"

#include <map>

namespace tidemark::sandbox {

/// `/oauth` of GoHighLevel: codes, refresh tokens that are good once, access tokens that end.
class GhlOauth {
public:
  enum class Reach : std::uint8_t { none, location, company };

  explicit GhlOauth(GhlOffice& office);

  /// `POST /oauth/token`, needs no token.
  HttpReply token(const HttpRequest& request);
  /// `POST /oauth/locationToken`, `reach` is that of the request's bearer.
  HttpReply location_token(const HttpRequest& request, Reach reach);
  /// What an access token given here opens now; nothing after its end.
  Reach reach_of(std::string_view access_token) const;
  /// A person installs the app: a code, good once, for `user_type` Location or Company.
  HttpReply install(const Json& body);
  /// All access tokens given so far end.
  void end_all() { access_.clear(); }

private:
  struct Grant {
    Reach reach;
    Timestamp ends;
  };
  std::optional<HttpReply> refuse_client(std::string_view form);
  HttpReply exchange_code(std::string_view form);
  HttpReply refresh(std::string_view form);
  HttpReply pair(Reach reach);
  std::string new_access(Reach reach);

  GhlOffice& office_;
  std::map<std::string, Reach> codes_;
  std::map<std::string, Reach> refresh_tokens_; // only those not spent
  std::map<std::string, Grant, std::less<>> access_;
};

} // namespace tidemark::sandbox
