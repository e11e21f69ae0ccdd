#include "gateway/api/masking.hpp"
#include "gateway/credentials/access.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/http/client_address.hpp"
#include "gateway/http/target.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::parts_test {
namespace {

using std::chrono::seconds;

TEST(Target, IsTakenApartAfterDecoding) {
  const auto target = parse_target("/a/b%2Fc/?phone=%2B1+2&number=+12025550142&x&y=");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"a", "b/c"}));
  EXPECT_EQ(target->get("phone"), "+1 2") << "a plus is a space, as in forms";
  EXPECT_EQ(target->get("number"), "+12025550142") << "but for the one that begins a number";
  EXPECT_EQ(target->get("x"), "");
}

TEST(Target, IsRefusedWhenItCouldBeReadTwoWays) {
  for (const auto* bad : {"/a//b", "/a/./b", "/a/../b", "/%2e%2e", "/a%", "/a%4", "/a%zz", "/%0a",
                          "/%00", "/a?x=1&x=2", "/a?=1", "/a?x=%7f", "//"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(TrustedProxies, GiveTheRightMostHopThatIsNotOneOfThem) {
  const auto proxies = TrustedProxies::read({"10.0.0.0/8", "::1"}).value();
  const auto client = [&](std::string_view peer, std::string_view hops) {
    return proxies.client(*read_hop(peer), hops).to_string();
  };
  EXPECT_EQ(client("192.0.2.9", "192.0.2.1"), "192.0.2.9") << "an untrusted peer is the client";
  EXPECT_EQ(client("10.1.1.1", "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client("10.1.1.1", "198.51.100.7, 192.0.2.1, 10.2.2.2"), "192.0.2.1");
  EXPECT_EQ(client("10.1.1.1", "192.0.2.1:1234"), "192.0.2.1");
  EXPECT_EQ(client("::1", "[2001:db8::1]:80"), "2001:db8::1");
  EXPECT_EQ(client("::ffff:10.1.1.1", "192.0.2.1"), "192.0.2.1") << "v4 in v6 clothes";
  EXPECT_EQ(client("10.1.1.1", "192.0.2.1, nonsense"), "10.1.1.1");
  EXPECT_EQ(client("10.1.1.1", ""), "10.1.1.1");
  EXPECT_EQ(client("10.1.1.1", "fe80::1%7"), "10.1.1.1")
      << "a zone would be another name each time";
  EXPECT_FALSE(TrustedProxies::read({"fe80::1%7"}));
}

TEST(RateLimiter, FillsUpAgainEvenly) {
  RateLimiter limiter(60);
  Timestamp now{seconds(1'000)};
  for (int i = 0; i < 60; ++i)
    EXPECT_EQ(limiter.take("a", now).retry_after, 0U);
  EXPECT_EQ(limiter.take("a", now).retry_after, 1U);
  EXPECT_EQ(limiter.take("b", now).retry_after, 0U) << "another's bucket is full";
  now += seconds(5);
  const auto state = limiter.take("a", now);
  EXPECT_EQ(state.remaining, 4U);
  EXPECT_EQ(state.reset, 1'005 + 56);
}

TEST(FailureBackoff, DoublesUpToAQuarterOfAnHourAndForgets) {
  FailureBackoff backoff;
  Timestamp now{seconds(1'000'000)};
  for (int i = 0; i < 9; ++i)
    backoff.failed("a", now);
  EXPECT_EQ(backoff.blocked_for("a", now), 0U);
  std::vector<std::uint32_t> waits;
  for (int i = 0; i < 12; ++i) {
    backoff.failed("a", now);
    waits.push_back(backoff.blocked_for("a", now));
    now += seconds(waits.back());
  }
  EXPECT_EQ(waits, (std::vector<std::uint32_t>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}));
  EXPECT_EQ(backoff.blocked_for("a", now), 0U) << "a lock expires";
  EXPECT_EQ(backoff.blocked_for("b", now), 0U);
  now += seconds(901);
  backoff.failed("a", now);
  EXPECT_EQ(backoff.blocked_for("a", now), 0U) << "and is forgotten after a quiet time";
}

TEST(FailureBackoff, DoesNotAddUpFailuresOverHours) {
  FailureBackoff backoff;
  Timestamp now{seconds(1'000'000)};
  for (int i = 0; i < 30; ++i, now += seconds(60))
    backoff.failed("a", now);
  EXPECT_EQ(backoff.blocked_for("a", now), 0U) << "5 in 5 minutes are not 10";
}

TEST(Masking, HidesWhatItDoesNotKnow) {
  auto payload = nlohmann::ordered_json::parse(R"({"connector":"crm","surprise":"Ana Lopez",
    "remote_id":"+12025550142","fields":{"source":"Ana's fair","email":"ana@example.com"},
    "values":{"crm":"Ana"},"position":7,"list":[{"note":"call 202-555-0142"}],"time_zone":"America/New_York",
    "time_zone_from":"contact","rules":"gate@4 quiet_hours=quiet"})");
  mask_payload(payload);
  const auto text = payload.dump();
  for (const auto* gone : {"Lopez", "5550142", "fair", "ana@", "\"Ana\"", "call", "York"})
    EXPECT_EQ(text.find(gone), std::string::npos) << text;
  EXPECT_EQ(payload["connector"], "crm");
  EXPECT_EQ(payload["position"], 7);
  EXPECT_EQ(payload["time_zone_from"], "contact");
  EXPECT_EQ(payload["rules"], "gate@4 quiet_hours=quiet");
  EXPECT_EQ(payload["fields"]["email"], "a***@example.com");
}

TEST(Answer, HasADateOfRfc9110) {
  EXPECT_EQ(http_date(Timestamp{seconds(784111777)}), "Sun, 06 Nov 1994 08:49:37 GMT");
}

} // namespace
} // namespace tidemark::gateway::parts_test
