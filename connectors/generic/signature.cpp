#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/split.hpp"
#include "connectors/generic/parts.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/standard_webhooks.hpp"

#include <algorithm>
#include <chrono>

namespace tidemark::connectors::generic {
namespace {

using standard_webhooks::signed_content;

constexpr std::chrono::seconds tolerance{300}; // both ways, boundary included (README fact 3)
constexpr std::size_t signatures_max = 16;     // more than any rotation needs

bool is_id(std::string_view id, bool with_dots) {
  return !id.empty() && id.size() <= 255 && std::ranges::all_of(id, [&](char c) {
    return c > ' ' && c <= '~' && (with_dots || c != '.');
  });
}

constexpr std::size_t digits_of_milliseconds = 13; // from 2001 to 2286

/// Unix seconds, or milliseconds where there are 13 digits; digits only, since some libraries read
/// "1767607200abc" as a number (README fact 2).
std::optional<std::chrono::sys_seconds> read_timestamp(std::string_view text) {
  if (text.empty() || text.size() > digits_of_milliseconds)
    return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9')
      return std::nullopt;
    number = number * 10 + (c - '0');
  }
  if (text.size() == digits_of_milliseconds)
    number /= 1000;
  return std::chrono::sys_seconds(std::chrono::seconds(number));
}

/// One `version,signature` against one key. Unknown versions match nothing.
bool matches(std::string_view entry, const Key& key, std::string_view content) {
  const auto comma = entry.find(',');
  if (comma == entry.npos)
    return false;
  const auto version = entry.substr(0, comma);
  const auto signature = from_base64(entry.substr(comma + 1));
  if (!signature)
    return false;
  if (version == "v1" && key.kind == Key::Kind::symmetric && signature->size() == 32)
    return equal_constant_time(*signature, as_view(hmac_sha256(key.bytes, {content})));
  if (version == "v1a" && key.kind == Key::Kind::public_half && signature->size() == 64)
    return ed25519_verify(key.bytes, content, *signature);
  return false;
}

/// The key that one of the signatures is by; nothing when none is.
std::optional<Key> signer_of(std::string_view signatures, std::string_view secret,
                             std::string_view content) {
  std::vector<Key> keys;
  for (const auto word : words_of(secret))
    if (auto key = read_key(word))
      keys.push_back(std::move(*key));
  for (std::size_t count = 0; count < signatures_max && !signatures.empty(); ++count) {
    const auto end = std::min(signatures.find(' '), signatures.size());
    const auto entry = signatures.substr(0, end);
    const auto by =
        std::ranges::find_if(keys, [&](const Key& key) { return matches(entry, key, content); });
    if (by != keys.end())
      return std::move(*by);
    signatures.remove_prefix(std::min(end + 1, signatures.size()));
  }
  return std::nullopt;
}

/// The HMAC by the first symmetric key, in hex; "" without one.
std::string hmac_hex(std::string_view secret, std::string_view content) {
  for (const auto word : words_of(secret))
    if (const auto key = read_key(word); key && key->kind == Key::Kind::symmetric)
      return to_hex(hmac_sha256(key->bytes, {content}));
  return {};
}

} // namespace

std::vector<std::string_view> words_of(std::string_view secret) {
  return split(secret, " \t\r\n,");
}

std::string header_name(const Settings& settings, std::string_view part) {
  const auto& prefix = settings.get("header_prefix");
  return (prefix.empty() ? "webhook" : prefix) + "-" + std::string(part);
}

Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp now) {
  const auto id_name = header_name(settings, "id");
  const auto time_name = header_name(settings, "timestamp");
  const auto signature_name = header_name(settings, "signature");
  for (const auto& name : {id_name, time_name, signature_name})
    if (count_header(request.headers, name) > 1)
      return Forged{Reason::repeated_header};
  const auto id = only_header(request.headers, id_name);
  const auto time = only_header(request.headers, time_name);
  const auto signatures = only_header(request.headers, signature_name);
  if (!signatures)
    return Forged{Reason::missing_signature};
  if (!id || !time)
    return Forged{Reason::missing_header};
  if (!is_id(*id, settings.is_true("allow_dots_in_id")))
    return Forged{Reason::bad_id};
  const auto sent_at = read_timestamp(*time);
  if (!sent_at)
    return Forged{Reason::bad_timestamp};
  const auto secret = settings.secret("webhook_secret");
  const auto content = signed_content(*id, *time, request.body);
  auto key = signer_of(*signatures, secret, content);
  if (!key)
    return wrong_signature(*signatures, hmac_hex(secret, content));
  Credential by{key->kind == Key::Kind::public_half ? "ed25519" : "hmac-sha256",
                SecretText(std::move(key->bytes)),
                {id_name, time_name, signature_name}};
  const auto age = std::chrono::floor<std::chrono::seconds>(now) - *sent_at;
  if (age > tolerance || age < -tolerance)
    return Stale{Reason::timestamp_outside_tolerance, std::move(by)};
  return Verified{std::move(by)};
}

std::vector<SecretText> webhook_keys(const Settings& settings, std::string_view) {
  std::vector<SecretText> out;
  for (const auto word : words_of(settings.secret("webhook_secret")))
    if (auto key = read_key(word))
      out.emplace_back(std::move(key->bytes));
  return out;
}

HttpRequest signed_request(const Settings& settings, const std::string& id, Timestamp now,
                           std::string body) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto timestamp = std::to_string(seconds);
  HttpRequest request{"POST", settings.get("send_url"), {}, std::move(body)};
  const auto secret = trimmed(settings.secret("send_secret"));
  request.headers = {
      {"Content-Type", "application/json"},
      {header_name(settings, "id"), id},
      {header_name(settings, "timestamp"), timestamp},
      {header_name(settings, "signature"), signature_of(secret, id, timestamp, request.body)}};
  return request;
}

} // namespace tidemark::connectors::generic
