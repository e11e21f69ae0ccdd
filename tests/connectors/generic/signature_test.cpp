#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/generic/generic.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::generic_signature_test {
namespace {

const Connector generic_connector = generic::connector();

Settings with_secret(const std::string& secret) {
  Settings out;
  out.name = ConnectorName("partner");
  out.secrets.emplace("webhook_secret", SecretText(secret));
  return out;
}

Timestamp unix_seconds(std::int64_t seconds) {
  return Timestamp(std::chrono::seconds(seconds));
}

std::string verdict(const Headers& headers, std::string_view body, const Settings& settings,
                    std::int64_t now = 1767607200) {
  const auto result = generic_connector.verify(request(headers, body), settings, unix_seconds(now));
  if (const auto* forged = std::get_if<Forged>(&result))
    return std::string(name_of(forged->reason_code));
  if (const auto* stale = std::get_if<Stale>(&result))
    return "stale " + std::string(name_of(stale->reason_code));
  return "verified";
}

nlohmann::json vectors() {
  return nlohmann::json::parse(fixture("standard-webhooks", "signature-vectors.json"));
}
Headers headers_of(const nlohmann::json& object) {
  Headers out;
  for (const auto& [name, value] : object.items())
    out.emplace_back(name, value.get<std::string>());
  return out;
}
const std::string secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
std::string body_of(const nlohmann::json& vector) {
  return from_base64(vector["body_base64"].get<std::string>()).value();
}

TEST(GenericSignature, PassesEveryVector) {
  const auto file = vectors();
  ASSERT_GE(file["cases"].size(), 15U);
  for (const auto& vector : file["cases"]) {
    const std::string name = vector["name"];
    const auto with = with_secret(vector.value("secret", secret));
    const auto got = verdict(headers_of(vector["headers"]), body_of(vector), with, vector["now"]);
    // Authentic but outside the tolerance is kept as stale, because a late opt-out still counts.
    const auto& time = vector["headers"]["webhook-timestamp"].get_ref<const std::string&>();
    const auto age = vector["now"].get<std::int64_t>() - std::stoll(time);
    if (vector["expect"] == "accept")
      EXPECT_EQ(got, "verified") << name;
    else if (age > 300 || age < -300)
      EXPECT_EQ(got, "stale timestamp_outside_tolerance") << name;
    else
      EXPECT_TRUE(got != "verified" && !got.starts_with("stale")) << name << ": " << got;
  }
}

TEST(GenericSignature, PassesTheAsymmetricVectorAndTheProjectsOwn) {
  const auto file = vectors();
  const auto& asymmetric = file["asymmetric"];
  const auto headers = headers_of(asymmetric["headers"]);
  EXPECT_EQ(verdict(headers, body_of(asymmetric), with_secret(asymmetric["public_key"])),
            "verified");
  EXPECT_EQ(verdict(headers, body_of(asymmetric) + " ", with_secret(asymmetric["public_key"])),
            "bad_signature");
  EXPECT_EQ(verdict(headers, body_of(asymmetric), with_secret(secret)), "bad_signature");
  for (const auto& own : file["vendor_published"]) {
    const Headers given{{"webhook-id", own["webhook-id"]},
                        {"webhook-timestamp", own["webhook-timestamp"]},
                        {"webhook-signature", own["webhook-signature"]}};
    EXPECT_EQ(
        verdict(given, own["body_text"].get<std::string>(), with_secret(own["secret"]), 1614265330),
        "verified");
  }
}

TEST(GenericSignature, KeepsAnAuthenticOldBodyAsStaleAtTheSecond) {
  const auto vector = vectors()["cases"][0];
  const auto headers = headers_of(vector["headers"]);
  const auto at = [&](std::int64_t now) {
    return verdict(headers, body_of(vector), with_secret(secret), now);
  };
  EXPECT_EQ(at(1767607200 + 300), "verified");
  EXPECT_EQ(at(1767607200 + 301), "stale timestamp_outside_tolerance");
  EXPECT_EQ(at(1767607200 - 300), "verified");
  EXPECT_EQ(at(1767607200 - 301), "stale timestamp_outside_tolerance");
}

TEST(GenericSignature, RefusesHeadersThatAreNotExactlyRight) {
  const auto vector = vectors()["cases"][0];
  const auto body = body_of(vector);
  const auto good = headers_of(vector["headers"]);
  ASSERT_EQ(verdict(good, body, with_secret(secret)), "verified");
  for (std::size_t i = 0; i < 3; ++i) {
    auto twice = good;
    twice.push_back(good[i]);
    EXPECT_EQ(verdict(twice, body, with_secret(secret)), "repeated_header");
    auto without = good;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(verdict(without, body, with_secret(secret)).starts_with("missing_"));
  }
  EXPECT_EQ(verdict(good, body, with_secret("")), "bad_signature");
}

/// Headers with a true signature over whatever id and time are given.
Headers signed_headers(const std::string& id, const std::string& time, const std::string& body,
                       const std::string& prefix = "webhook") {
  const auto key = from_base64(secret.substr(6)).value();
  const auto mac = hmac_sha256(key, {id, ".", time, ".", body});
  return {{prefix + "-id", id},
          {prefix + "-timestamp", time},
          {prefix + "-signature", "v1," + to_base64(as_view(mac))}};
}

TEST(GenericSignature, RefusesTimesThatAreNoPlainSecondsEvenWhenSigned) {
  for (const auto* time : {"", "+1767607200", "-1", " 1767607200", "1767607200 ", "1767607200.0",
                           "1.7e9", "NaN", "0x6959", "99999999999999999999"})
    EXPECT_EQ(verdict(signed_headers("m", time, "{}"), "{}", with_secret(secret)), "bad_timestamp")
        << time;
  EXPECT_EQ(verdict(signed_headers("m", "0", "{}"), "{}", with_secret(secret)),
            "stale timestamp_outside_tolerance");
}

TEST(GenericSignature, ReadsThirteenDigitsAsMilliseconds) {
  const auto at = [](const char* time) {
    return verdict(signed_headers("m", time, "{}"), "{}", with_secret(secret));
  };
  EXPECT_EQ(at("1767607200999"), "verified");
  EXPECT_EQ(at("1767606899999"), "stale timestamp_outside_tolerance");
  EXPECT_EQ(at("17676072000000"), "bad_timestamp");
}

TEST(GenericSignature, RefusesIdsThatCouldBeReadInTwoWays) {
  const auto judged = [](const std::string& id, Settings settings = with_secret(secret)) {
    return verdict(signed_headers(id, "1767607200", "{}"), "{}", settings);
  };
  EXPECT_EQ(judged(std::string(255, 'a')), "verified");
  for (const std::string& id : {std::string(), std::string(256, 'a'), std::string("a.b"),
                                std::string("a b"), std::string("a\n"), std::string("\xC3\xA9")})
    EXPECT_EQ(judged(id), "bad_id") << id;
  auto dots = with_secret(secret);
  dots.values["allow_dots_in_id"] = "true";
  EXPECT_EQ(judged("a.b", dots), "verified");
}

TEST(GenericSignature, AcceptsAnyOfSeveralKeysAndSignatures) {
  const auto headers = signed_headers("m", "1767607200", "{}");
  const std::string other = "whsec_" + to_base64(std::string(32, 'k'));
  EXPECT_EQ(verdict(headers, "{}", with_secret(other)), "bad_signature");
  EXPECT_EQ(verdict(headers, "{}", with_secret(other + " " + secret)), "verified");
  auto many = headers;
  std::string padded;
  for (int i = 0; i < 20; ++i)
    padded += "v1,AAAA ";
  many[2].second = padded + headers[2].second;
  EXPECT_EQ(verdict(many, "{}", with_secret(secret)), "bad_signature") << "work is bounded";
}

TEST(GenericSignature, ReadsTheHeadersOfSvixWhenToldTo) {
  auto svix = with_secret(secret);
  svix.values["header_prefix"] = "svix";
  EXPECT_EQ(verdict(signed_headers("m", "1767607200", "{}", "svix"), "{}", svix), "verified");
  EXPECT_EQ(verdict(signed_headers("m", "1767607200", "{}"), "{}", svix), "missing_signature");
}

TEST(GenericSettings, NamesEveryFaultWithoutTheSecret) {
  const auto codes = [](const Settings& settings) {
    std::string out;
    for (const auto& fault : generic_connector.check(settings)) {
      out += fault.code + " ";
      EXPECT_EQ(fault.text.find("hunter2"), std::string::npos);
    }
    return out;
  };
  EXPECT_EQ(codes(with_secret("")), "missing_send_url missing_send_secret ");
  auto settings = with_secret("whsec_hunter2 " + secret);
  settings.values = {{"receives", "false"},
                     {"header_prefix", "x"},
                     {"map.first_name", "a..b"},
                     {"map.nick_name", "data.x"},
                     {"map.id", "id"}};
  EXPECT_EQ(codes(settings), "bad_webhook_secret bad_header_prefix bad_map_path unknown_map_name ");
  auto good = with_secret(secret);
  good.values = {{"send_url", "https://example.com/hook"}};
  good.secrets.emplace("send_secret", SecretText(secret));
  EXPECT_EQ(codes(good), "");
}

} // namespace
} // namespace tidemark::connectors::testing::generic_signature_test
