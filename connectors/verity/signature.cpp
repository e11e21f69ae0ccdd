#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/verity/parts.hpp"

namespace tidemark::connectors::verity {
namespace {

constexpr std::string_view common_signature = "x-signature";

/// Where a channel's proof stands.
struct Scheme {
  std::string_view signature; ///< header with the hex HMAC
  std::string_view plain;     ///< header with the secret itself
  std::string_view secret;    ///< setting
};

Scheme scheme_of(std::string_view channel) {
  if (channel == broadcast_channel)
    return {"x-broadcast-signature", "x-df-broadcast-secret", "broadcast_secret"};
  return {"x-texting-signature", "x-texting-secret", "texting_secret"};
}

} // namespace

/// README fact 3. Nothing proves freshness, so there is no stale verdict; repeats are known by
/// (event, message).
Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp) {
  const auto scheme = scheme_of(request.channel);
  const auto secret = trimmed(settings.secret(scheme.secret));
  if (secret.empty())
    return Forged{Reason::secret_not_configured};
  for (const auto one : {scheme.signature, common_signature, scheme.plain})
    if (count_header(request.headers, one) > 1)
      return Forged{Reason::repeated_header};
  auto name = scheme.signature;
  auto signature = only_header(request.headers, name);
  if (!signature) {
    name = common_signature;
    signature = only_header(request.headers, name);
  }
  if (signature) {
    // Present and wrong is final; lower-case text is compared (README fact 3).
    const auto expected = to_hex(hmac_sha256(secret, {request.body}));
    if (!equal_constant_time(without_sha256_prefix(*signature), expected))
      return wrong_signature(*signature, expected);
    return Verified{{"hmac-sha256", SecretText(std::string(secret)), {std::string(name)}}};
  }
  const auto plain = only_header(request.headers, scheme.plain);
  if (!plain)
    return Forged{Reason::missing_signature};
  if (settings.is_true("require_hmac"))
    return Forged{Reason::plain_secret_refused};
  if (!equal_constant_time(trimmed(*plain), secret))
    return Forged{Reason::bad_secret};
  return Verified{{events::credential_matched, SecretText(std::string(secret)), {}}};
}

std::vector<SecretText> webhook_keys(const Settings& settings, std::string_view channel) {
  const auto secret = trimmed(settings.secret(scheme_of(channel).secret));
  return secret.empty() ? std::vector<SecretText>{} : std::vector{SecretText(std::string(secret))};
}

} // namespace tidemark::connectors::verity
