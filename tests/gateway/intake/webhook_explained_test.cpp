#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::webhook_explained_test {
namespace {

using nlohmann::json;

TEST(WebhookTest, ExplainsASignatureAndStoresNothing) {
  House house;
  const auto at = std::chrono::floor<std::chrono::seconds>(house.clock.now().time_since_epoch());
  const auto explain = [&](const std::string& headers) {
    return json::parse(
        house.ask(request("POST", "/webhooks/test?connector=crm", headers, "{}")).body);
  };
  const auto good =
      explain("X-Secret: open\r\nWebhook-Timestamp: " + std::to_string(at.count() - 90) + "\r\n");
  EXPECT_EQ(good["valid"], true);
  EXPECT_EQ(good["clock_skew_seconds"], 90);
  EXPECT_EQ(good["expected_headers"], json::parse(R"(["X-Secret: open"])"));
  const auto bad = explain("X-Secret: guess\r\n");
  EXPECT_EQ(bad["valid"], false);
  EXPECT_EQ(bad["reason_code"], "bad_signature");
  EXPECT_TRUE(bad["clock_skew_seconds"].is_null());
  EXPECT_EQ(explain("X-Secret: guess\r\nWebhook-Timestamp: " + std::to_string(at.count() - 90)
                    + "\r\n")["clock_skew_seconds"],
            90);
  EXPECT_EQ(explain("X-Secret: old\r\n")["verdict"], "stale");
  const std::string deep(100'000, '[');
  EXPECT_EQ(
      house.ask(request("POST", "/webhooks/test?connector=crm", "X-Secret: open\r\n", deep)).status,
      200);
  EXPECT_EQ(house.ask(request("POST", "/webhooks/test?connector=no", "", "{}")).status, 404);
  EXPECT_EQ(house.log.durable(), Position{0});
}

/// A House whose connector is Verity.
House verity_house() {
  return House([](GatewayOptions& options) {
    auto& source = options.sources[0];
    source.connector = connectors::find("verity");
    source.settings.secrets.emplace("texting_secret", SecretText("a-shared-secret"));
  });
}

TEST(WebhookTest, ReadsXWebhookSignatureWhereTheConnectorsOwnHeaderIsAbsent) {
  const auto house = verity_house();
  const auto explain = [&](const std::string& headers) {
    return json::parse(
        house.ask(request("POST", "/webhooks/test?connector=crm", headers, "{}")).body);
  };
  const auto right = to_hex(hmac_sha256("a-shared-secret", {"{}"}));
  const auto wrong = std::string(right.size(), '0');
  EXPECT_EQ(explain("")["reason_code"], "missing_signature");
  EXPECT_EQ(explain("X-Webhook-Signature: " + right + "\r\n")["verdict"], "verified");
  EXPECT_EQ(explain("X-Webhook-Signature: " + wrong + "\r\n")["reason_code"], "bad_signature");
  const auto both =
      explain("X-Texting-Signature: " + wrong + "\r\nX-Webhook-Signature: " + right + "\r\n");
  EXPECT_EQ(both["reason_code"], "bad_signature") << "its own goes before";
}

TEST(WebhookTest, DoesNotTakeXWebhookSignatureForAWebhook) {
  const auto house = verity_house();
  const auto right = to_hex(hmac_sha256("a-shared-secret", {"{}"}));
  EXPECT_EQ(
      house
          .ask(request("POST", "/webhooks/crm",
                       "Content-Type: application/json\r\nX-Webhook-Signature: " + right + "\r\n",
                       "{}"))
          .status,
      401);
  EXPECT_EQ(house.log.durable(), Position{0});
}

} // namespace
} // namespace tidemark::gateway::test::webhook_explained_test
