#include "base/crypto.hpp"
#include "connectors/shared/webhook_receipt.hpp"
#include "events/codec.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>

/// What is kept of a webhook's arrival, and what it is worth years later.
namespace tidemark::connectors::testing::webhook_receipt_test {
namespace {

const TenantId tenant{"acme"};
const Timestamp came = at("2026-08-14T16:00:00Z");
const std::string seed(32, 's');
const std::string older_seed(32, 'o');
constexpr std::string_view body = R"({"event":"optout.stop","from":"+12025550142"})";

KeyedHasher hasher() {
  return KeyedHasher(SecretText(std::string(32, 'p')));
}

Settings settings_of(std::string_view type, std::map<std::string, std::string> values,
                     const std::map<std::string, std::string>& secrets) {
  Settings out{ConnectorName(std::string(type)), {}, {}};
  out.values.insert(values.begin(), values.end());
  for (const auto& [key, secret] : secrets)
    out.secrets.emplace(key, SecretText(secret));
  return out;
}

/// As the gateway stores it.
events::WebhookReceived stored(const Settings& settings, const Headers& headers,
                               std::string_view channel = "") {
  const auto& connector = *find(settings.name.value);
  const auto verification = connector.verify(request(headers, body, channel), settings, came);
  EXPECT_TRUE(std::holds_alternative<Verified>(verification)) << settings.name.value;
  events::WebhookReceived out;
  out.connector = settings.name;
  out.channel = channel;
  out.headers = kept_headers(connector, headers);
  if (const auto* verified = std::get_if<Verified>(&verification))
    out.proof =
        proof_of(hasher(), {tenant, settings.name, channel}, verified->by, headers, out.headers);
  return out;
}

ProofFinding checked(const events::WebhookReceived& webhook, const Settings& settings,
                     std::string_view with_body = body) {
  return check_proof(hasher(), tenant, *find(settings.name.value), settings, webhook, with_body,
                     came);
}

/// A system whose webhooks are signed, with a key and one of before.
struct Signing {
  Settings now, before;
  std::string retired; ///< the key of before, as `retired_secrets` has it
  Headers headers;     ///< by the key of before
  std::string channel{};
};

std::vector<Signing> signing_systems() {
  const std::string symmetric = "whsec_" + to_base64(std::string(32, 'a'));
  const std::string older = "whsec_" + to_base64(std::string(32, 'b'));
  const auto content = "msg_1." + std::to_string(came.time_since_epoch().count() / 1'000'000) + "."
                       + std::string(body);
  const auto signed_by = [&](const std::string& signature) {
    return Headers{
        {"webhook-id", "msg_1"},
        {"webhook-timestamp", std::to_string(came.time_since_epoch().count() / 1'000'000)},
        {"webhook-signature", signature}};
  };
  const auto public_half = [](const std::string& of) { return to_base64(ed25519_public_key(of)); };
  std::vector<Signing> out;
  out.push_back(
      {settings_of("generic", {}, {{"webhook_secret", symmetric}}),
       settings_of("generic", {}, {{"webhook_secret", older}}), older,
       signed_by("v1," + to_base64(as_view(hmac_sha256(std::string(32, 'b'), {content}))))});
  out.push_back(
      {settings_of("generic", {}, {{"webhook_secret", "whpk_" + public_half(seed)}}),
       settings_of("generic", {}, {{"webhook_secret", "whpk_" + public_half(older_seed)}}),
       "whpk_" + public_half(older_seed),
       signed_by("v1a," + to_base64(ed25519_sign(older_seed, content)))});
  for (const auto* header : {"x-texting-signature", "x-signature"})
    out.push_back({settings_of("verity", {}, {{"texting_secret", "new"}}),
                   settings_of("verity", {}, {{"texting_secret", "old"}}),
                   "old",
                   {{header, to_hex(hmac_sha256("old", {body}))}},
                   "texting"});
  out.push_back({settings_of("gohighlevel", {{"public_keys", public_half(seed)}}, {}),
                 settings_of("gohighlevel", {{"public_keys", public_half(older_seed)}}, {}),
                 public_half(older_seed),
                 {{"x-ghl-signature", to_base64(ed25519_sign(older_seed, body))}}});
  out.push_back({settings_of("gohighlevel", {}, {{"hmac_secret", "new"}}),
                 settings_of("gohighlevel", {}, {{"hmac_secret", "old"}}),
                 "old",
                 {{"x-ghl-signature", to_hex(hmac_sha256("old", {body}))}}});
  return out;
}

TEST(WebhookReceipt, ASignatureIsShownAgainByTheKeyThatIsHeld) {
  for (const auto& system : signing_systems()) {
    const auto webhook = stored(system.before, system.headers, system.channel);
    const auto found = checked(webhook, system.before);
    EXPECT_EQ(found.state, ProofState::genuine) << system.now.name.value;
    EXPECT_EQ(found.key_id, webhook.proof->key_id);
    EXPECT_EQ(found.key_id.size(), 12U);
    EXPECT_FALSE(found.retired);
    EXPECT_EQ(checked(webhook, system.before, "{}").state, ProofState::does_not_verify);
  }
}

TEST(WebhookReceipt, AKeyThatIsHeldNoMoreIsNamedSoAndNotCalledInvalid) {
  for (const auto& system : signing_systems()) {
    const auto webhook = stored(system.before, system.headers, system.channel);
    const auto found = checked(webhook, system.now);
    EXPECT_EQ(found.state, ProofState::key_not_held) << system.now.name.value;
    EXPECT_EQ(found.key_id, webhook.proof->key_id);
  }
}

TEST(WebhookReceipt, ARetiredKeyShowsItAndTakesNothingNew) {
  for (auto system : signing_systems()) {
    const auto webhook = stored(system.before, system.headers, system.channel);
    system.now.secrets["retired_secrets"] = SecretText("another " + system.retired);
    const auto found = checked(webhook, system.now);
    EXPECT_EQ(found.state, ProofState::genuine) << system.now.name.value;
    EXPECT_TRUE(found.retired);
    EXPECT_EQ(found.key_id, webhook.proof->key_id);
    EXPECT_EQ(checked(webhook, system.now, "{}").state, ProofState::does_not_verify);
    const auto again =
        find(system.now.name.value)
            ->verify(request(system.headers, body, system.channel), system.now, came);
    EXPECT_TRUE(std::holds_alternative<Forged>(again)) << system.now.name.value;
  }
}

TEST(WebhookReceipt, OfASecretThatCameItselfOnlyItsIdIsKept) {
  const std::vector<std::pair<Settings, Headers>> systems{
      {settings_of("aloware", {}, {{"webhook_password", "hidden-word"}}),
       {{"authorization", "Bearer hidden-word"}}},
      {settings_of("aloware", {{"webhook_auth", "basic"}, {"webhook_user", "u"}},
                   {{"webhook_password", "hidden-word"}}),
       {{"authorization", "Basic " + to_base64("u:hidden-word")}}},
      {settings_of("verity", {}, {{"texting_secret", "hidden-word"}}),
       {{"x-texting-secret", "hidden-word"}}},
      {settings_of("gohighlevel", {}, {{"workflow_secret", "hidden-word"}}),
       {{"x-workflow-secret", "hidden-word"}}}};
  for (const auto& [settings, headers] : systems) {
    const auto webhook = stored(settings, headers);
    ASSERT_TRUE(webhook.proof);
    EXPECT_EQ(webhook.proof->scheme, events::credential_matched) << settings.name.value;
    EXPECT_EQ(webhook.proof->headers.size(), 0U);
    const auto payload = events::encode(webhook);
    EXPECT_EQ(payload.find("hidden-word"), std::string::npos) << payload;
    EXPECT_EQ(payload.find(to_base64("u:hidden-word")), std::string::npos) << payload;
    EXPECT_EQ(checked(webhook, settings).state, ProofState::attested);
  }
}

TEST(WebhookReceipt, WithoutAProofOnlyKeptHeadersCanShowIt) {
  for (const auto& system : signing_systems()) {
    auto webhook = stored(system.before, system.headers, system.channel);
    webhook.proof.reset(); // as versions of before stored it
    const bool kept = !webhook.headers.empty();
    EXPECT_EQ(checked(webhook, system.before).state,
              kept ? ProofState::genuine : ProofState::nothing_was_kept)
        << system.now.name.value;
  }
}

RepeatKey key_of(std::string_view text) {
  const ConnectorName dialer{"dialer"};
  return repeat_key(hasher(), {tenant, dialer, ""}, {}, text);
}

TEST(WebhookReceipt, EqualFieldsInAnotherOrderAreOneEvent) {
  const auto key = key_of(R"({"event":"Contact","body":{"id":7,"tags":["a","b"],"n":null}})");
  EXPECT_FALSE(key.for_ever);
  EXPECT_EQ(key.hash, key_of("{ \"body\": {\"n\":null, \"tags\":[\"a\",\"\\u0062\"], \"id\":7.0},"
                             "\n\"event\":\"Contact\"}")
                          .hash);
  for (const auto* other : {R"({"event":"Contact","body":{"id":7,"tags":["b","a"],"n":null}})",
                            R"({"event":"Contact","body":{"id":"7","tags":["a","b"],"n":null}})",
                            R"({"event":"Contact","body":{"id":7,"tags":["a","b"],"n":0}})",
                            R"({"event":"Contact","body":{"id":7,"tags":["a","b"]}})"})
    EXPECT_NE(key.hash, key_of(other).hash) << other;
  EXPECT_NE(key_of("{not json").hash, key_of("{ not json").hash);
}

} // namespace
} // namespace tidemark::connectors::testing::webhook_receipt_test
