#include "connectors/shared/oauth.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/json_reader.hpp"
#include "connectors/shared/outbound.hpp"

#include <algorithm>

namespace tidemark::connectors {
namespace {

constexpr std::size_t key_id_digits = 12;

std::string grant_json(const Grant& grant) {
  return JsonObject()
      .text("access_token", grant.access.reveal())
      .text("refresh_token", grant.refresh.reveal())
      .text("issued_at", to_rfc3339(grant.issued_at))
      .text("expires_at", to_rfc3339(grant.expires_at))
      .raw("whole_company", grant.whole_company ? "true" : "false")
      .text("company", grant.company)
      .finish();
}

std::optional<Grant> read_grant(json::Value from) {
  const auto text = [&](std::string_view key) {
    return std::string(from[key].text().value_or(""));
  };
  const auto issued = from_rfc3339(text("issued_at")), expires = from_rfc3339(text("expires_at"));
  if (text("access_token").empty() || !issued || !expires)
    return std::nullopt;
  Grant out;
  out.access = SecretText(text("access_token"));
  out.refresh = SecretText(text("refresh_token"));
  out.issued_at = *issued;
  out.expires_at = *expires;
  out.whole_company = from["whole_company"].boolean().value_or(false);
  out.company = text("company");
  return out;
}

} // namespace

const Grant* StoredTokens::in_use() const {
  if (!grant.whole_company)
    return &grant;
  return narrowed ? &*narrowed : nullptr;
}

SecretText to_text(const StoredTokens& tokens) {
  JsonObject out;
  out.text("account", tokens.account)
      .raw("grant", grant_json(tokens.grant))
      .raw("renewing", tokens.renewing ? "true" : "false");
  if (tokens.narrowed)
    out.raw("narrowed", grant_json(*tokens.narrowed));
  return SecretText(out.finish() + "\n");
}

Result<StoredTokens> read_tokens(std::string_view text) {
  const Error damaged{"tokens_damaged",
                      "a file of keys/tokens does not hold what it should; remove "
                      "it and connect the account again"};
  const auto body = json::parse(text);
  auto grant = body ? read_grant(body->root()["grant"]) : std::nullopt;
  if (!grant)
    return damaged;
  StoredTokens out;
  out.account = std::string(body->root()["account"].text().value_or(""));
  out.grant = *std::move(grant);
  out.renewing = body->root()["renewing"].boolean().value_or(false);
  if (body->root()["narrowed"].stated()) {
    out.narrowed = read_grant(body->root()["narrowed"]);
    if (!out.narrowed)
      return damaged;
  }
  return out;
}

std::string key_id(const Grant& grant) {
  return sha256_hex(grant.access.reveal()).substr(0, key_id_digits);
}

Timestamp renewal_due(const Grant& grant, std::chrono::seconds before) {
  return std::max(grant.expires_at - before,
                  grant.issued_at + (grant.expires_at - grant.issued_at) / 2);
}

} // namespace tidemark::connectors
