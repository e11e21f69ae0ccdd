#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/gohighlevel/gohighlevel.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::gohighlevel_signature_test {
namespace {

using Json = nlohmann::json;

const Timestamp now = at("2026-09-02T00:00:00Z");

const Json& vectors() {
  static const Json content = Json::parse(fixture("gohighlevel", "signature-vectors.json"));
  return content;
}

Settings with_test_key() {
  Settings settings;
  settings.name = ConnectorName("gohighlevel");
  settings.values["public_keys"] = vectors()["test_keys"]["ed25519_public_spki_base64"];
  settings.values["legacy_public_key"] = vectors()["test_keys"]["rsa_public_pem"];
  settings.values["location_id"] = "LOCexample0000000001";
  return settings;
}

std::string reason_of(const Verification& verification) {
  if (const auto* forged = std::get_if<Forged>(&verification))
    return std::string(name_of(forged->reason_code));
  if (const auto* stale = std::get_if<Stale>(&verification))
    return std::string(name_of(stale->reason_code));
  return "verified";
}

std::string verdict(const Headers& headers, std::string_view body, const Settings& settings,
                    Timestamp when = now) {
  static const auto connector = gohighlevel::connector();
  return reason_of(connector.verify(request(headers, body), settings, when));
}

/// Signs with the test key of the vectors, as the vendor would with its own.
std::string signed_by_vendor(std::string_view body) {
  const auto seed = from_hex(vectors()["test_keys"]["ed25519_seed_hex"].get<std::string>()).value();
  return to_base64(ed25519_sign(seed, body));
}

struct Worked {
  std::string body, current, legacy;
};
Worked worked() {
  for (const auto& vector : vectors()["vectors"])
    if (vector["id"] == "worked")
      return {vector["body_utf8"], vector["headers"]["x-ghl-signature"],
              vector["headers"]["x-wh-signature"]};
  throw std::runtime_error("no worked vector");
}

TEST(GoHighLevelSignature, AgreesWithEveryVector) {
  std::size_t valid = 0, invalid = 0;
  for (const auto& vector : vectors()["vectors"]) {
    auto settings = with_test_key();
    if (vector.contains("public_key_as_configured"))
      settings.values["public_keys"] = vector["public_key_as_configured"];
    Headers headers;
    for (const auto& [name, value] : vector["headers"].items())
      headers.emplace_back(name, value);
    const auto body = vector.contains("body_file") ? fixture("gohighlevel", vector["body_file"])
                                                   : vector["body_utf8"].get<std::string>();
    ASSERT_EQ(to_hex(sha256(body)), vector["body_sha256"]) << vector["id"];
    const bool accepted = verdict(headers, body, settings) == "verified";
    EXPECT_EQ(accepted, vector["expect"] == "valid") << vector["id"];
    ++(accepted ? valid : invalid);
  }
  EXPECT_EQ(valid + invalid, vectors()["vectors"].size());
  EXPECT_GE(valid, 35U);
  EXPECT_GE(invalid, 8U);
}

TEST(GoHighLevelSignature, RefusesTheWorkedVectorAfterAnyFlippedBit) {
  const auto settings = with_test_key();
  const auto [body, signature, legacy] = worked();
  ASSERT_EQ(verdict({{"x-ghl-signature", signature}}, body, settings), "verified");
  for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
    auto changed = body;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(verdict({{"x-ghl-signature", signature}}, changed, settings), "bad_signature") << bit;
  }
  const auto raw = from_base64(signature).value();
  for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
    auto changed = raw;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(verdict({{"x-ghl-signature", to_base64(changed)}}, body, settings), "bad_signature")
        << bit;
  }
  for (std::size_t cut = 0; cut < signature.size(); ++cut)
    ASSERT_NE(verdict({{"x-ghl-signature", signature.substr(0, cut)}}, body, settings), "verified");
}

TEST(GoHighLevelSignature, RefusesADoubledHeaderEvenWhenBothAreRight) {
  const auto [body, signature, legacy] = worked();
  EXPECT_EQ(verdict({{"x-ghl-signature", signature}, {"x-ghl-signature", signature}}, body,
                    with_test_key()),
            "repeated_header");
}

TEST(GoHighLevelSignature, FailsClosedWithoutHeaderOrWithNA) {
  const auto [body, signature, legacy] = worked();
  EXPECT_EQ(verdict({}, body, with_test_key()), "missing_signature");
  EXPECT_EQ(verdict({{"x-ghl-signature", "N/A"}}, body, with_test_key()), "missing_signature");
  EXPECT_EQ(verdict({{"x-ghl-signature", ""}}, body, with_test_key()), "bad_signature");
}

TEST(GoHighLevelSignature, FailsClosedWhenNoConfiguredKeyCanBeRead) {
  const auto [body, signature, legacy] = worked();
  auto settings = with_test_key();
  settings.values["public_keys"] = "no-key";
  EXPECT_EQ(verdict({{"x-ghl-signature", signature}}, body, settings), "bad_signature");
}

TEST(GoHighLevelSignature, TrustsOnlyThePublishedKeyByDefault) {
  const auto [body, signature, legacy] = worked();
  auto settings = with_test_key();
  settings.values.erase("public_keys");
  EXPECT_EQ(verdict({{"x-ghl-signature", signature}}, body, settings), "bad_signature");
  EXPECT_TRUE(std::ranges::any_of(gohighlevel::connector().settings, [](const Setting& setting) {
    return setting.key == "public_keys"
           && setting.default_value == vectors()["published_keys"]["ed25519_public_spki_base64"];
  }));
}

TEST(GoHighLevelSignature, AcceptsAnyOfSeveralKeysInMixedForms) {
  const auto [body, signature, legacy] = worked();
  auto settings = with_test_key();
  const std::string pem = "-----BEGIN PUBLIC KEY-----\n"
                          + vectors()["test_keys"]["ed25519_public_spki_base64"].get<std::string>()
                          + "\n-----END PUBLIC KEY-----\n";
  const std::string published = vectors()["published_keys"]["ed25519_public_spki_base64"];
  settings.values["public_keys"] = published + "\n" + pem;
  EXPECT_EQ(verdict({{"x-ghl-signature", signature}}, body, settings), "verified");
  settings.values["public_keys"] =
      pem + published + "\n" + vectors()["test_keys"]["ed25519_public_hex"].get<std::string>();
  EXPECT_EQ(verdict({{"x-ghl-signature", signature}}, body, settings), "verified");
}

TEST(GoHighLevelSignature, ReadsTheLegacyHeaderOnlyBehindItsSwitch) {
  const auto [body, signature, legacy] = worked();
  auto settings = with_test_key();
  EXPECT_EQ(verdict({{"x-wh-signature", legacy}}, body, settings), "missing_signature");
  settings.values["legacy_signature"] = "true";
  EXPECT_EQ(verdict({{"x-wh-signature", legacy}}, body, settings), "verified");
  EXPECT_EQ(verdict({{"x-ghl-signature", "N/A"}, {"x-wh-signature", legacy}}, body, settings),
            "verified");
  EXPECT_EQ(verdict({{"x-wh-signature", legacy}}, body + " ", settings), "bad_signature");
  EXPECT_EQ(verdict({{"x-wh-signature", legacy}, {"x-wh-signature", legacy}}, body, settings),
            "repeated_header");
  settings.values.erase("legacy_public_key");
  EXPECT_EQ(verdict({{"x-wh-signature", legacy}}, body, settings), "bad_signature");
}

TEST(GoHighLevelSignature, NeverFallsBackFromAWrongCurrentHeader) {
  const auto [body, signature, legacy] = worked();
  auto settings = with_test_key();
  settings.values["legacy_signature"] = "true";
  auto wrong = signature;
  wrong[0] = wrong[0] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verdict({{"x-ghl-signature", wrong}, {"x-wh-signature", legacy}}, body, settings),
            "bad_signature");
}

TEST(GoHighLevelSignature, ReadsAMiddlewaresHmacOnlyWhereItsSecretIsConfigured) {
  const std::string body = R"({"type":"ContactUpdate","id":"C1"})";
  const auto mac = to_hex(hmac_sha256("between us", {body}));
  auto settings = with_test_key();
  EXPECT_EQ(verdict({{"x-ghl-signature", mac}}, body, settings), "bad_signature");
  settings.secrets["hmac_secret"] = SecretText("between us");
  EXPECT_EQ(verdict({{"x-ghl-signature", mac}}, body, settings), "verified");
  EXPECT_EQ(verdict({{"x-ghl-signature", "sha256=" + mac}}, body, settings), "verified");
  EXPECT_EQ(verdict({{"x-ghl-signature", mac}}, body + " ", settings), "bad_signature");
  EXPECT_EQ(verdict({{"x-ghl-signature", signed_by_vendor(body)}}, body, settings), "verified");
  settings.secrets["hmac_secret"] = SecretText("");
  EXPECT_EQ(verdict({{"x-ghl-signature", to_hex(hmac_sha256("", {body}))}}, body, settings),
            "bad_signature");
}

TEST(GoHighLevelSignature, LetsAWorkflowInByItsSecretAndNeverBesideAWrongSignature) {
  const std::string body = R"({"contact_id":"C1","first_name":"Ana"})";
  auto settings = with_test_key();
  EXPECT_EQ(verdict({{"x-workflow-secret", ""}}, body, settings), "secret_not_configured");
  settings.secrets["workflow_secret"] = SecretText("from the builder");
  EXPECT_EQ(verdict({{"x-workflow-secret", "from the builder"}}, body, settings), "verified");
  EXPECT_EQ(verdict({{"x-workflow-secret", "another"}}, body, settings), "bad_secret");
  EXPECT_EQ(verdict({}, body, settings), "missing_signature");
  EXPECT_EQ(verdict({{"x-workflow-secret", "from the builder"},
                     {"x-workflow-secret", "from the builder"}},
                    body, settings),
            "repeated_header");
  EXPECT_EQ(verdict({{"x-ghl-signature", "AAAA"}, {"x-workflow-secret", "from the builder"}}, body,
                    settings),
            "bad_signature");
}

TEST(GoHighLevelSignature, TakesLateRetriesButDistrustsTheFuture) {
  const auto settings = with_test_key();
  const std::string body =
      R"({"type":"ContactUpdate","timestamp":"2026-08-14T12:00:00Z","id":"C1"})";
  const Headers headers{{"x-ghl-signature", signed_by_vendor(body)}};
  EXPECT_EQ(verdict(headers, body, settings, at("2026-09-13T12:00:00Z")), "verified");
  EXPECT_EQ(verdict(headers, body, settings, at("2026-08-14T11:55:00Z")), "verified");
  EXPECT_EQ(verdict(headers, body, settings, at("2026-08-14T11:54:59Z")), "timestamp_in_future");
}

TEST(GoHighLevelSignature, LeavesASignedBodyThatDoesNotParseToTranslation) {
  const std::string body = "{\"type\":";
  EXPECT_EQ(verdict({{"x-ghl-signature", signed_by_vendor(body)}}, body, with_test_key()),
            "verified");
}

TEST(GoHighLevelSettings, NamesEachFaultWithoutQuotingASecret) {
  auto settings = with_test_key();
  settings.values["public_keys"] =
      "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=\nx";
  const auto faults = gohighlevel::connector().check(settings);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].code, "bad_public_key");
  EXPECT_NE(faults[0].text.find("entry 2"), std::string::npos);
  EXPECT_EQ(faults[1].code, "missing_token");
  settings = with_test_key();
  settings.secrets["token"] = SecretText("t");
  EXPECT_TRUE(gohighlevel::connector().check(settings).empty());
}

} // namespace
} // namespace tidemark::connectors::testing::gohighlevel_signature_test
