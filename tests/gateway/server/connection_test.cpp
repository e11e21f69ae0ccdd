#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace tidemark::gateway::test::connection_test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Waits for something that another thread will do; the probe's answers are the pace.
bool eventually(const House& house, const std::function<bool()>& holds) {
  auto probe = house.connect();
  for (int i = 0; i < 100'000; ++i) {
    if (holds())
      return true;
    if (probe.ask(request("GET", "/health/live")).status != 200)
      return false;
  }
  return false;
}

TEST(Connection, CarriesManyRequestsOneAfterTheOther) {
  House house;
  auto client = house.connect();
  for (int i = 1; i <= 100; ++i)
    ASSERT_THAT(client.ask(webhook("{}", std::to_string(i))).body,
                HasSubstr("\"position\":" + std::to_string(i)));
  EXPECT_EQ(client.ask(request("GET", "/health/live")).status, 200);
}

TEST(Connection, ClosesWhenTheClientAsksForIt) {
  House house;
  auto client = house.connect();
  const auto reply = client.ask(request("GET", "/health/live", "Connection: close\r\n"));
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST(Connection, EndsAHeaderThatIsTooSlow) {
  House house([](auto& o) { o.limits.header = milliseconds(60); });
  auto client = house.connect();
  client.send("GET /health HTTP/1.1\r\nHost: a\r\n");
  EXPECT_EQ(client.read().value_or(Reply{}).status, 408);
  EXPECT_EQ(house.gateway->counters().refusals(Refusal::header_timeout), 1U);
}

TEST(Connection, EndsABodyThatIsTooSlow) {
  House house([](auto& o) { o.limits.body = milliseconds(60); });
  auto client = house.connect();
  client.send(webhook("{}").substr(0, webhook("{}").size() - 1));
  EXPECT_EQ(client.read().value_or(Reply{}).status, 408);
  EXPECT_EQ(house.gateway->counters().refusals(Refusal::body_timeout), 1U);
  EXPECT_EQ(house.log.durable(), Position{0});
}

TEST(Connection, EndsABodyThatTricklesBelowTheSmallestRate) {
  House house([](auto& o) {
    o.limits.body_grace = milliseconds(20);
    o.limits.body_rate_min = 50'000; // 1000 bytes are due after the grace, 500 have come
  });
  const auto body = std::string(5000, 'x');
  for (const auto& bytes :
       {request("POST", "/webhooks/crm", "Content-Type: application/json\r\n", body),
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + body}) {
    auto client = house.connect();
    client.send(bytes.substr(0, bytes.size() - 4500));
    EXPECT_EQ(client.read().value_or(Reply{}).status, 408);
  }
}

TEST(Connection, EndsWhenNothingIsAsked) {
  House house([](auto& o) { o.limits.idle = milliseconds(60); });
  auto fresh = house.connect();
  EXPECT_TRUE(fresh.closed());
  auto used = house.connect();
  EXPECT_EQ(used.ask(request("GET", "/health/live")).status, 200);
  EXPECT_TRUE(used.closed());
}

TEST(Connection, WaitsForTheLogLongerThanForAnyPeer) {
  House house(
      [](auto& o) {
        o.limits.idle = o.limits.header = o.limits.body = o.limits.write = milliseconds(40);
      },
      storage::MemoryLog::Mode::when_told);
  auto client = house.connect();
  client.send(webhook("{}"));
  auto idle = house.connect();
  EXPECT_TRUE(idle.closed()) << "the time-outs are at work";
  auto second = house.connect();
  EXPECT_TRUE(second.closed());
  ASSERT_EQ(house.log.waiting(), 1U);
  house.log.commit_group();
  EXPECT_EQ(client.read().value_or(Reply{}).status, 200);
}

TEST(Connection, RefusesTenMegabytesAndStaysInService) {
  House house;
  auto client = house.connect();
  const auto big = webhook(std::string(10 * 1024 * 1024, 'x'));
  client.send(big);
  EXPECT_EQ(client.read().value_or(Reply{}).status, 413);
  EXPECT_EQ(house.ask(webhook("{}")).status, 200);
}

TEST(Connection, TakesABodyAsLargeAsTheLimit) {
  House house;
  const std::string body(4 * 1024 * 1024, 'x');
  EXPECT_EQ(house.ask(webhook(body)).status, 200);
  EXPECT_EQ(house.log.at(Position{1}).value()->attachment, body);
}

TEST(Connection, TellsAWaitingClientToGoOn) {
  House house;
  auto client = house.connect();
  const auto whole =
      request("POST", "/webhooks/crm",
              "Expect: 100-continue\r\nX-Secret: open\r\nContent-Type: application/json\r\n", "{}");
  client.send(whole.substr(0, whole.size() - 2));
  EXPECT_EQ(client.read(true).value_or(Reply{}).status, 100);
  client.send("{}");
  EXPECT_EQ(client.read().value_or(Reply{}).status, 200);
}

TEST(Connection, AnswersHeadWithoutABody) {
  House house;
  auto client = house.connect();
  client.send(request("HEAD", "/health/live"));
  const auto reply = client.read(true);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_NE(reply->headers.at("content-length"), "0");
  EXPECT_EQ(client.ask(request("GET", "/health/live")).status, 200) << "nothing was left over";
}

TEST(Connection, TakesAGoodRequestIdAndMakesOneOtherwise) {
  House house;
  const auto id_of = [&](const std::string& headers) {
    return house.ask(request("GET", "/health/live", headers)).headers.at("x-request-id");
  };
  EXPECT_EQ(id_of("X-Request-ID: abc-123\r\n"), "abc-123");
  EXPECT_EQ(id_of("X-Request-ID: " + std::string(128, 'x') + "\r\n"), std::string(128, 'x'));
  for (const auto& bad : {std::string(129, 'x'), std::string("a b"), std::string("a\xC3\xA9")})
    EXPECT_THAT(id_of("X-Request-ID: " + bad + "\r\n"), testing::MatchesRegex("[0-9a-f-]{10,40}"));
  EXPECT_NE(id_of("X-Request-ID: a\r\nX-Request-ID: a\r\n"), "a");
  EXPECT_NE(id_of(""), id_of(""));
}

TEST(Connection, ShowsNoVersionBanner) {
  House house;
  for (const auto& bytes : {request("GET", "/health/live"), request("GET", "/nothing"),
                            std::string("BROKEN\r\n\r\n")}) {
    const auto reply = house.ask(bytes);
    EXPECT_FALSE(reply.headers.contains("server")) << reply.raw;
    EXPECT_THAT(reply.raw, testing::Not(HasSubstr("Beast"))) << reply.raw;
  }
}

TEST(Gateway, TurnsAwayConnectionsBeyondItsCap) {
  House house([](auto& o) { o.connections_max = 2; });
  auto first = house.connect();
  auto second = house.connect();
  EXPECT_EQ(first.ask(request("GET", "/health/live")).status, 200);
  EXPECT_EQ(second.ask(request("GET", "/health/live")).status, 200);
  auto third = house.connect();
  EXPECT_TRUE(third.closed());
  EXPECT_EQ(first.ask(request("GET", "/health/live")).status, 200);
}

TEST(Gateway, TurnsAwayConnectionsBeyondThoseOfOnePeerUnlessItIsAProxy) {
  House capped([](auto& o) { o.limits.connections_per_peer = 1; });
  auto first = capped.connect();
  EXPECT_EQ(first.ask(request("GET", "/health/live")).status, 200);
  EXPECT_TRUE(capped.connect().closed());
  House proxied([](auto& o) {
    o.limits.connections_per_peer = 1;
    o.trusted_proxies = {"127.0.0.0/8"};
  });
  auto one = proxied.connect();
  auto two = proxied.connect();
  EXPECT_EQ(one.ask(request("GET", "/health/live")).status, 200);
  EXPECT_EQ(two.ask(request("GET", "/health/live")).status, 200);
}

TEST(Gateway, SaysWhyItCannotListen) {
  House house;
  GatewayOptions options;
  options.port = house.gateway->port();
  const GatewayPorts ports{house.log, house.tables, house.hasher, house.clock, house.health};
  EXPECT_EQ(Gateway(options, ports).start().error().code, "address_in_use");
  options.address = "localhost:80";
  EXPECT_EQ(Gateway(options, ports).start().error().code, "bad_address");
  options.address = "127.0.0.1";
  options.trusted_proxies = {"10.0.0.0/33"};
  EXPECT_EQ(Gateway(options, ports).start().error().code, "bad_trusted_proxy");
}

TEST(Gateway, DrainsWhatWasBegunAndTakesNothingNew) {
  House house({}, storage::MemoryLog::Mode::when_told);
  auto begun = house.connect();
  begun.send(webhook("{}"));
  auto idle = house.connect();
  EXPECT_EQ(idle.ask(request("GET", "/health/live")).status, 200);
  ASSERT_TRUE(eventually(house, [&] { return house.log.waiting() == 1; }));
  std::thread drain([&] { house.gateway->drain(std::chrono::seconds(15)); });
  EXPECT_TRUE(idle.closed());
  house.log.commit_group();
  const auto reply = begun.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->headers.at("connection"), "close");
  EXPECT_TRUE(begun.closed());
  drain.join();
  auto late = house.connect();
  EXPECT_FALSE(late.send(webhook("{}")) && late.read());
  EXPECT_EQ(house.log.durable(), Position{1});
}

TEST(Gateway, ClosesWithoutTwoHundredWhatTheLogDidNotTakeInTime) {
  House house({}, storage::MemoryLog::Mode::when_told);
  auto begun = house.connect();
  begun.send(webhook("{}"));
  ASSERT_TRUE(eventually(house, [&] { return house.log.waiting() == 1; }));
  std::thread drain([&] { house.gateway->drain(milliseconds(0)); });
  EXPECT_FALSE(begun.read()) << "no answer was due";
  house.log.commit_group(); // the drain waits for the log's word before it frees what hears it
  drain.join();
}

TEST(Gateway, AnswersWithoutWorkForTheBenchmarkBaseline) {
  House house([](auto& o) { o.answer_without_work = true; });
  EXPECT_EQ(house.ask(webhook("{}")).status, 200);
  EXPECT_EQ(house.ask(request("POST", "/webhooks/crm", "Content-Length: 2\r\n", "{}")).status, 400);
  EXPECT_EQ(house.log.durable(), Position{0});
}

} // namespace
} // namespace tidemark::gateway::test::connection_test
