#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/json_reader.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/inbound.hpp"

#include <chrono>

namespace tidemark::connectors::gohighlevel {
namespace {

constexpr std::string_view current_header = "x-ghl-signature";
constexpr std::string_view legacy_header = "x-wh-signature";
/// Head of an Ed25519 key in SubjectPublicKeyInfo form (RFC 8410); the 32 bytes follow.
constexpr std::string_view spki_head("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
/// Of the workflow builder's "Custom Webhook" action, which signs nothing but sends what headers it
/// is given (README fact 24).
constexpr std::string_view workflow_header = "x-workflow-secret";
constexpr auto future_tolerance = std::chrono::minutes(5);

/// The header's value; absent also when it is the literal `N/A` (README fact 6).
std::optional<std::string_view> signature_in(const Headers& headers, std::string_view name) {
  const auto value = only_header(headers, name);
  if (!value || *value == "N/A" || *value == "n/a")
    return std::nullopt;
  return value;
}

/// The raw key that the body is signed with; nothing when it is none of them.
std::optional<std::string> signer_of(const std::vector<std::string>& keys, std::string_view body,
                                     std::string_view signature) {
  for (const auto& text : keys)
    if (auto key = raw_public_key(text); key && ed25519_verify(*key, body, signature))
      return key;
  return std::nullopt;
}

std::string_view legacy_key(const Settings& settings) {
  const auto& configured = settings.get("legacy_public_key");
  return configured.empty() ? published_legacy_key : std::string_view(configured);
}

/// The signature covers no time, so the body's own `timestamp` is all there is. Old ones pass:
/// retries and manual resends come up to 30 days late with the first time, and repeats are known by
/// webhookId. One from the future would win over every later edit, so nothing but an opt-out may
/// follow from it.
Verification judge_time(std::string_view body, Timestamp now, Credential by) {
  const auto document = json::parse(body);
  const auto text = document ? document.value()["timestamp"].text() : std::nullopt;
  const auto sent = text ? from_rfc3339(*text) : std::nullopt;
  if (sent && *sent > now + future_tolerance)
    return Stale{Reason::timestamp_in_future, std::move(by)};
  return Verified{std::move(by)};
}

Verification verify_legacy(const WebhookRequest& request, const Settings& settings, Timestamp now) {
  if (count_header(request.headers, legacy_header) > 1)
    return Forged{Reason::repeated_header};
  const auto encoded = signature_in(request.headers, legacy_header);
  if (!encoded)
    return Forged{Reason::missing_signature};
  const auto signature = from_base64(*encoded);
  const auto key = legacy_key(settings);
  if (!signature || !rsa_sha256_verify(key, request.body, *signature))
    return wrong_signature(*encoded);
  return judge_time(
      request.body, now,
      {"rsa-sha256", SecretText(std::string(trimmed(key))), {std::string(legacy_header)}});
}

Verification verify_workflow(const WebhookRequest& request, const Settings& settings,
                             Timestamp now) {
  if (count_header(request.headers, workflow_header) > 1)
    return Forged{Reason::repeated_header};
  const auto secret = trimmed(settings.secret("workflow_secret"));
  if (secret.empty())
    return Forged{Reason::secret_not_configured};
  const auto given = only_header(request.headers, workflow_header);
  if (!given || !equal_constant_time(trimmed(*given), secret))
    return Forged{Reason::bad_secret};
  return judge_time(request.body, now,
                    {events::credential_matched, SecretText(std::string(secret)), {}});
}

/// The hex HMAC of a middleware that signs with a secret instead of the vendor's key, "" without
/// one. It has 64 digits, the vendor's signature 88 characters of base64.
std::string hmac_of(const Settings& settings, std::string_view body) {
  const auto secret = trimmed(settings.secret("hmac_secret"));
  return secret.empty() ? std::string() : to_hex(hmac_sha256(secret, {body}));
}

} // namespace

const std::string_view published_legacy_key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSC\n"
    "Frm602qYV0MaAiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6\n"
    "dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfB\n"
    "csedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC9/GepgLT9SM4nCpv\n"
    "uxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF\n"
    "3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKU\n"
    "J062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXp\n"
    "IocmaiFeAO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzN\n"
    "h/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhC\n"
    "HULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ\n"
    "PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAyk\n"
    "T1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==\n"
    "-----END PUBLIC KEY-----\n";

std::optional<std::string> raw_public_key(std::string_view text) {
  text = trimmed(text);
  if (text.size() == 64)
    if (auto key = from_hex(text))
      return key;
  std::string encoded;
  if (text.starts_with("-----BEGIN PUBLIC KEY-----")) {
    text.remove_prefix(std::string_view("-----BEGIN PUBLIC KEY-----").size());
    const auto end = text.find("-----END PUBLIC KEY-----");
    if (end == text.npos)
      return std::nullopt;
    text = text.substr(0, end);
  }
  for (char c : text)
    if (static_cast<unsigned char>(c) > ' ')
      encoded.push_back(c);
  auto bytes = from_base64(encoded);
  if (!bytes)
    return std::nullopt;
  if (bytes->size() == 44 && bytes->starts_with(spki_head))
    return bytes->substr(spki_head.size());
  if (bytes->size() == 32)
    return bytes;
  return std::nullopt;
}

std::vector<std::string> configured_keys(const Settings& settings) {
  const std::string_view configured = settings.get("public_keys");
  if (trimmed(configured).empty())
    return {std::string(published_key)};
  std::vector<std::string> out;
  bool in_pem = false;
  for (std::size_t from = 0; from < configured.size();) {
    const auto end = std::min(configured.find('\n', from), configured.size());
    const auto line = trimmed(configured.substr(from, end - from));
    from = end + 1;
    if (line.empty())
      continue;
    if (in_pem)
      out.back().append("\n").append(line);
    else
      out.emplace_back(line);
    if (line.starts_with("-----"))
      in_pem = line.starts_with("-----BEGIN") && line.find("-----END") == line.npos;
  }
  return out;
}

Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp now) {
  if (count_header(request.headers, current_header) > 1)
    return Forged{Reason::repeated_header};
  const auto encoded = signature_in(request.headers, current_header);
  if (!encoded) {
    if (count_header(request.headers, workflow_header) > 0)
      return verify_workflow(request, settings, now);
    if (settings.is_true("legacy_signature"))
      return verify_legacy(request, settings, now);
    return Forged{Reason::missing_signature};
  }
  // Present and wrong is final: a second scheme must not rescue a forged body.
  const auto signature = from_base64(*encoded);
  if (auto key =
          signature ? signer_of(configured_keys(settings), request.body, *signature) : std::nullopt)
    return judge_time(request.body, now,
                      {"ed25519", SecretText(*std::move(key)), {std::string(current_header)}});
  const auto expected = hmac_of(settings, request.body);
  if (expected.empty() || !equal_constant_time(without_sha256_prefix(*encoded), expected))
    return wrong_signature(*encoded, expected);
  return judge_time(request.body, now,
                    {"hmac-sha256",
                     SecretText(std::string(trimmed(settings.secret("hmac_secret")))),
                     {std::string(current_header)}});
}

std::vector<SecretText> webhook_keys(const Settings& settings, std::string_view) {
  std::vector<SecretText> out;
  for (const auto& text : configured_keys(settings))
    if (auto key = raw_public_key(text))
      out.emplace_back(*std::move(key));
  for (const auto* name : {"hmac_secret", "workflow_secret"})
    if (const auto secret = trimmed(settings.secret(name)); !secret.empty())
      out.emplace_back(std::string(secret));
  if (settings.is_true("legacy_signature"))
    out.emplace_back(std::string(trimmed(legacy_key(settings))));
  return out;
}

} // namespace tidemark::connectors::gohighlevel
