#include "connectors/shared/webhook_receipt.hpp"

#include "base/contains.hpp"
#include "base/crypto.hpp"
#include "base/text/canonical_json.hpp"
#include "base/text/json_writer.hpp"
#include "base/text/split.hpp"

#include <algorithm>
#include <optional>

namespace tidemark::connectors {
namespace {

constexpr std::string_view between_keys = " \t\r\n,";

/// The header as it is kept: a name that occurs twice was never verified.
std::string value_of(const Headers& headers, std::string_view name) {
  return json::to_valid_utf8(only_header(headers, name).value_or(""));
}

/// Settings in which an older key stands in the place of each that webhooks are signed with.
Settings with_key(const Connector& connector, Settings settings, std::string_view key) {
  for (const auto name : connector.key_settings) {
    const auto is_it = [&](const Setting& one) { return one.key == name; };
    const auto setting = std::ranges::find_if(connector.settings, is_it);
    if (setting != connector.settings.end() && setting->kind != SettingKind::secret)
      settings.values.insert_or_assign(std::string(name), std::string(key));
    else
      settings.secrets.insert_or_assign(std::string(name), SecretText(std::string(key)));
  }
  return settings;
}

/// Who verifies now; nothing when nobody does.
std::optional<Credential> verifier_of(const Connector& connector, const WebhookRequest& request,
                                      const Settings& settings, Timestamp received_at) {
  auto verification = connector.verify(request, settings, received_at);
  if (auto* verified = std::get_if<Verified>(&verification))
    return std::move(verified->by);
  if (auto* stale = std::get_if<Stale>(&verification))
    return std::move(stale->by);
  return std::nullopt;
}

Headers headers_of(const events::WebhookReceived& webhook) {
  Headers out(webhook.headers.begin(), webhook.headers.end());
  if (webhook.proof)
    out.insert(out.end(), webhook.proof->headers.begin(), webhook.proof->headers.end());
  return out;
}

} // namespace

RepeatKey repeat_key(const KeyedHasher& hasher, const WebhookPlace& place, const Peek& peek,
                     std::string_view body) {
  std::string qualifier = place.connector.value;
  qualifier.push_back('/'); // in no connector's name
  qualifier += place.channel;
  if (!peek.delivery_id.empty()) {
    auto id = peek.delivery_id;
    if (peek.maybe_opt_out) { // under an id that was used before it must not be lost
      id.push_back('\0');
      id += peek.said.empty() ? std::string(as_view(sha256(body))) : peek.said;
    }
    return {hasher(HashedKind::delivery_id, place.tenant, qualifier, id), true};
  }
  const auto canonical = json::canonical(body);
  const auto digest = sha256(canonical ? std::string_view(*canonical) : body);
  return {hasher(HashedKind::body, place.tenant, qualifier, as_view(digest)), false};
}

std::string webhook_key_id(const KeyedHasher& hasher, const TenantId& tenant,
                           const ConnectorName& connector, std::string_view key) {
  constexpr std::size_t id_digits = 12;
  return to_hex(hasher(HashedKind::webhook_key, tenant, connector.value, key)).substr(0, id_digits);
}

std::map<std::string, std::string> kept_headers(const Connector& connector,
                                                const Headers& headers) {
  std::map<std::string, std::string> kept;
  for (const auto& [name, value] : headers) {
    if (!contains(connector.kept_headers, name))
      continue;
    auto& text = kept[name];
    if (!text.empty())
      text += ", ";
    text += json::to_valid_utf8(value);
  }
  return kept;
}

events::ReceiptProof proof_of(const KeyedHasher& hasher, const WebhookPlace& place,
                              const Credential& by, const Headers& headers,
                              const std::map<std::string, std::string>& kept) {
  events::ReceiptProof out{std::string(by.scheme),
                           webhook_key_id(hasher, place.tenant, place.connector, by.key.reveal()),
                           {},
                           {}};
  for (const auto& name : by.headers)
    if (!kept.contains(name))
      out.headers.emplace(name, value_of(headers, name));
  return out;
}

ProofFinding check_proof(const KeyedHasher& hasher, const TenantId& tenant,
                         const Connector& connector, const Settings& settings,
                         const events::WebhookReceived& webhook, std::string_view body,
                         Timestamp received_at) {
  ProofFinding out;
  if (webhook.proof) {
    out.scheme = webhook.proof->scheme;
    out.key_id = webhook.proof->key_id;
  }
  if (out.scheme == events::credential_matched) {
    out.state = ProofState::attested;
    return out;
  }
  const auto headers = headers_of(webhook);
  const WebhookRequest request{headers, body, webhook.channel};
  const auto id_of = [&](const SecretText& key) {
    return webhook_key_id(hasher, tenant, webhook.connector, key.reveal());
  };
  bool held = out.key_id.empty();
  const auto fits = [&](const Settings& keys) {
    for (const auto& key : connector.webhook_keys(keys, webhook.channel))
      held = held || id_of(key) == out.key_id;
    const auto by = verifier_of(connector, request, keys, received_at);
    if (!by || by->scheme == events::credential_matched)
      return false;
    out.state = ProofState::genuine;
    out.scheme = by->scheme;
    out.key_id = id_of(by->key);
    return true;
  };
  if (fits(settings))
    return out;
  for (const auto key : split(settings.secret("retired_secrets"), between_keys))
    if (fits(with_key(connector, settings, key))) {
      out.retired = true;
      return out;
    }
  if (webhook.proof || !headers.empty())
    out.state = held ? ProofState::does_not_verify : ProofState::key_not_held;
  return out;
}

} // namespace tidemark::connectors
