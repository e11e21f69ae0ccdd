#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <thread>

namespace tidemark::gateway::test::webhook_test {
namespace {

using testing::HasSubstr;

events::WebhookReceived stored(const House& house, std::uint64_t position) {
  const auto record = house.log.at(Position{position});
  if (!record || !record.value())
    return {};
  const auto event = events::decode((*record)->envelope.type, (*record)->payload);
  return std::get<events::WebhookReceived>(event.value());
}

TEST(WebhookRoute, StoresAVerifiedBodyAndAnswersItsPosition) {
  House house;
  const std::string body = R"({"a": "b"} )";
  const auto reply = house.ask(webhook(body, "id-1"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"status":"accepted","position":1})");
  const auto record = house.log.at(Position{1});
  ASSERT_TRUE(record && record.value());
  EXPECT_EQ((*record)->attachment, body);
  EXPECT_EQ((*record)->envelope.stream, StreamName("webhook/crm"));
  const auto event = stored(house, 1);
  EXPECT_EQ(event.delivery_id, "id-1");
  EXPECT_EQ(event.body_bytes, body.size());
  EXPECT_EQ(event.body_sha256, to_hex(sha256(body)));
  EXPECT_EQ(event.verdict, events::VerificationVerdict::verified);
  EXPECT_EQ(event.request_id, reply.headers.at("x-request-id"));
}

TEST(WebhookRoute, KeepsTheHeadersThatTranslationNeedsAndNoOther) {
  House house;
  house.ask(request("POST", "/webhooks/crm",
                    "X-Secret: open\r\nX-Kept: one\r\nX-Kept: two\r\nCookie: no\r\n"
                    "Content-Type: application/json; charset=utf-8\r\n",
                    "{}"));
  const std::map<std::string, std::string> wanted{{"x-kept", "one, two"}};
  EXPECT_EQ(stored(house, 1).headers, wanted);
}

TEST(WebhookRoute, KeepsTheTraceThatItIsPartOf) {
  House house;
  const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  int sent = 0; // another body each time: a repeat is not stored
  const auto send = [&](const std::string& headers) {
    const auto reply = house.ask(request(
        "POST", "/webhooks/crm", "X-Secret: open\r\nContent-Type: application/json\r\n" + headers,
        R"({"n":)" + std::to_string(++sent) + "}"));
    return stored(house, nlohmann::json::parse(reply.body)["position"]).trace;
  };
  EXPECT_EQ(send("traceparent: " + trace + "\r\n"), events::TraceContext{trace});
  EXPECT_FALSE(send("traceparent: ff" + trace.substr(2) + "\r\n"));
  EXPECT_FALSE(send("traceparent: " + trace + "\r\ntraceparent: " + trace + "\r\n"));
  EXPECT_FALSE(send(""));
}

TEST(WebhookRoute, KeepsWhatShowedItToBeTheirsAndNoSecret) {
  House house([](auto& options) { options.trusted_proxies = {"127.0.0.1"}; });
  house.ask(request("POST", "/webhooks/crm",
                    "X-Secret: open\r\nX-Forwarded-For: 192.0.2.7\r\n"
                    "Content-Type: application/json\r\n",
                    "{}"));
  const auto shown = stored(house, 1);
  ASSERT_TRUE(shown.proof);
  EXPECT_EQ(shown.proof->scheme, "credential_matched");
  EXPECT_EQ(shown.proof->source_address, "192.0.2.7");
  EXPECT_EQ(shown.proof->headers.size(), 0U);
  EXPECT_EQ(events::encode(shown).find("open"), std::string::npos);
  house.ask(request("POST", "/webhooks/crm", "X-Secret: old\r\nContent-Type: application/json\r\n",
                    "{\"a\":1}"));
  const auto proven = stored(house, 2);
  const std::map<std::string, std::string> signature{{"x-secret", "old"}};
  ASSERT_TRUE(proven.proof);
  EXPECT_EQ(proven.proof->headers, signature);
  EXPECT_EQ(proven.proof->key_id.size(), 12U);
  EXPECT_NE(proven.proof->key_id, shown.proof->key_id);
  EXPECT_EQ(proven.proof->source_address, "127.0.0.1");
}

TEST(WebhookRoute, RecordsBehindItsAnswersHowOftenOneCameAgain) {
  House house;
  house.ask(webhook("{}", "same"));
  for (int i = 0; i < 3; ++i)
    house.ask(webhook("{}", "same"));
  EXPECT_EQ(house.log.durable(), Position{1}) << "nothing beside an answer";
  house.gateway.reset(); // whatever is left is recorded at the end
  ASSERT_EQ(house.log.durable(), Position{2});
  const auto record = house.log.at(Position{2});
  EXPECT_EQ((*record)->envelope.stream, events::repeats_stream(Position{1}));
  EXPECT_EQ((*record)->envelope.correlation, Position{1});
  const auto event = events::decode((*record)->envelope.type, (*record)->payload);
  EXPECT_EQ(std::get<events::WebhookRepeated>(event.value()),
            (events::WebhookRepeated{Position{1}, ConnectorName("crm"), 3, house.clock.now()}));
}

TEST(WebhookRoute, TakesEqualFieldsInAnotherOrderAsARepeat) {
  House house;
  EXPECT_THAT(house.ask(webhook(R"({"a":1,"b":[2]})")).body, HasSubstr("accepted"));
  EXPECT_THAT(house.ask(webhook(R"({"b": [2], "a": 1})")).body, HasSubstr("duplicate"));
  EXPECT_THAT(house.ask(webhook(R"({"b":[1],"a":2})")).body, HasSubstr("accepted"));
}

TEST(WebhookRoute, AnswersARepeatWithThePositionOfTheFirst) {
  House house;
  house.ask(webhook("{}", "other"));
  EXPECT_EQ(house.ask(webhook("{}", "same")).body, R"({"status":"accepted","position":2})");
  EXPECT_EQ(house.ask(webhook(R"({"x":1})", "same")).body,
            R"({"status":"duplicate","position":2})");
  EXPECT_EQ(house.log.durable(), Position{2});
}

TEST(WebhookRoute, TakesAPossibleOptOutUnderAnIdThatWasUsedBefore) {
  House house;
  house.ask(webhook(R"({"text":"hello"})", "same"));
  EXPECT_EQ(house.ask(webhook(R"({"text":"STOP"})", "same")).body,
            R"({"status":"accepted","position":2})");
  EXPECT_EQ(house.ask(webhook(R"({"text":"STOP"})", "same")).body,
            R"({"status":"duplicate","position":2})");
  EXPECT_THAT(house.ask(webhook(R"({"text":"STOP","at":1})", "same")).body, HasSubstr("accepted"));
  EXPECT_THAT(house.ask(webhook(R"({"text":"hello"})", "same")).body, HasSubstr("duplicate"));
  EXPECT_EQ(house.log.durable(), Position{3});
}

TEST(WebhookRoute, TakesEqualBytesWithoutAnIdAsARepeatForAWhileOnly) {
  House house;
  EXPECT_THAT(house.ask(webhook("{}")).body, HasSubstr("accepted"));
  EXPECT_THAT(house.ask(webhook("{}")).body, HasSubstr("duplicate"));
  EXPECT_THAT(house.ask(webhook(R"({"b":1})")).body, HasSubstr("accepted"));
  house.clock.advance(std::chrono::seconds(61));
  EXPECT_THAT(house.ask(webhook("{}")).body, HasSubstr("accepted"));
}

TEST(WebhookRoute, KnowsADeliveryIdPerConnectorAndChannel) {
  House house;
  EXPECT_THAT(house.ask(webhook("{}", "same")).body, HasSubstr("accepted"));
  EXPECT_THAT(house.ask(webhook("{}", "same", "/webhooks/crm/form")).body, HasSubstr("success"));
  EXPECT_EQ(house.log.durable(), Position{2});
}

TEST(WebhookRoute, StoresOneOfFiftyEqualDeliveriesAtOnce) {
  House house([](auto& options) { options.threads = 2; });
  std::vector<std::thread> senders;
  std::atomic<int> accepted{0};
  std::atomic<int> duplicates{0};
  for (int i = 0; i < 50; ++i)
    senders.emplace_back([&] {
      const auto reply = house.ask(webhook("{}", "one"));
      accepted += reply.body == R"({"status":"accepted","position":1})" ? 1 : 0;
      duplicates += reply.body == R"({"status":"duplicate","position":1})" ? 1 : 0;
    });
  for (auto& sender : senders)
    sender.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(duplicates, 49);
  EXPECT_EQ(house.log.durable(), Position{1});
}

TEST(WebhookRoute, RefusesAForgedBodyAndStoresNothing) {
  House house;
  const auto wrong = house.ask(request(
      "POST", "/webhooks/crm", "X-Secret: guess\r\nContent-Type: application/json\r\n", "{}"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_THAT(wrong.body, HasSubstr(R"("code":"signature_refused")"));
  EXPECT_THAT(wrong.body, HasSubstr(R"("reason":"bad_signature")"));
  const auto channel =
      house.ask(request("POST", "/webhooks/crm/form", "Content-Type: application/json\r\n", "{}"));
  EXPECT_EQ(channel.status, 403) << "the channel's own refusal status";
  const auto twice = house.ask(
      request("POST", "/webhooks/crm",
              "X-Secret: open\r\nX-Secret: open\r\nContent-Type: application/json\r\n", "{}"));
  EXPECT_EQ(twice.status, 401);
  EXPECT_EQ(house.log.durable(), Position{0});
  EXPECT_EQ(house.gateway->counters().webhooks(0, WebhookOutcome::forged), 3U);
}

TEST(WebhookRoute, RefusesAForgedBodyWithTheConnectorsOwnStatus) {
  House house([](GatewayOptions& options) { options.sources[0].refused_status = 404; });
  for (const auto* target : {"/webhooks/crm", "/webhooks/crm/form"}) {
    const auto wrong = house.ask(
        request("POST", target, "X-Secret: guess\r\nContent-Type: application/json\r\n", "{}"));
    EXPECT_EQ(wrong.status, 404) << target;
    EXPECT_THAT(wrong.body, HasSubstr(R"("code":"signature_refused")"));
  }
  EXPECT_EQ(house.ask(webhook("{}", "one")).status, 200);
  EXPECT_EQ(house.gateway->counters().webhooks(0, WebhookOutcome::forged), 2U);
}

TEST(WebhookRoute, KeepsTheLastRefusedSignaturesForAdmins) {
  House house;
  const auto wrong = [](std::string_view secret) {
    return request("POST", "/webhooks/crm",
                   "X-Secret: " + std::string(secret) + "\r\nContent-Type: application/json\r\n",
                   "{}");
  };
  for (int i = 0; i < 60; ++i)
    house.ask(wrong("guess-" + std::to_string(i)));
  const auto page = nlohmann::json::parse(house.get("/api/v1/webhooks/refused", admin_token).body);
  ASSERT_EQ(page["items"].size(), 50U);
  const auto& newest = page["items"][0];
  EXPECT_EQ(newest["received"], "guess-59");
  EXPECT_EQ(newest["computed_start"], "0a1b2c3d");
  EXPECT_EQ(newest["reason_code"], "bad_signature");
  EXPECT_EQ(newest["connector"], "crm");
  EXPECT_EQ(newest["body_bytes"], 2);
  EXPECT_EQ(newest["body_sha256"], sha256_hex("{}"));
  EXPECT_EQ(newest["client"], "127.0.0.1");
  EXPECT_EQ(house.get("/api/v1/webhooks/refused", operator_token).status, 403);
}

TEST(WebhookRoute, TakesAPossibleOptOutWhateverTheLimit) {
  House house([](GatewayOptions& options) { options.sources[0].per_minute = 3; });
  std::size_t taken = 0;
  Reply last;
  auto client = house.connect();
  for (int i = 0; i < 100; ++i) {
    last = client.ask(webhook("{\"text\":\"hello " + std::to_string(i) + "\"}"));
    taken += last.status == 200 ? 1 : 0;
  }
  EXPECT_EQ(taken, 3U);
  EXPECT_EQ(last.status, played_connector().shed_status);
  EXPECT_THAT(last.body, HasSubstr("rate_limited"));
  EXPECT_EQ(last.headers["retry-after"], "20");
  EXPECT_EQ(last.headers["x-ratelimit-limit"], "3");
  EXPECT_EQ(house.gateway->counters().webhooks(0, WebhookOutcome::limited), 97U);
  EXPECT_EQ(client.ask(webhook(R"({"text":"STOP"})")).status, 200) << "request 101 of the flood";
  house.clock.advance(std::chrono::seconds(20));
  EXPECT_EQ(client.ask(webhook(R"({"text":"later"})")).status, 200);
}

TEST(WebhookRoute, TellsAnAddressToWaitThatIsRefusedAgainAndAgain) {
  House house([](GatewayOptions& options) { options.limits.refused_webhooks_per_minute = 2; });
  auto client = house.connect();
  const auto wrong = request("POST", "/webhooks/crm",
                             "X-Secret: guess\r\nContent-Type: application/json\r\n", "{}");
  EXPECT_EQ(client.ask(wrong).status, 401);
  EXPECT_EQ(client.ask(wrong).headers["x-ratelimit-remaining"], "0");
  const auto third = client.ask(wrong);
  EXPECT_EQ(third.status, 429);
  EXPECT_EQ(third.headers.at("retry-after"), "30");
  EXPECT_EQ(client.ask(webhook(R"({"text":"hello"})")).status, 200) << "the vendor is no stranger";
}

TEST(WebhookRoute, StoresAnOldButAuthenticBodyWithThatVerdict) {
  House house;
  const auto reply = house.ask(request(
      "POST", "/webhooks/crm", "X-Secret: old\r\nContent-Type: application/json\r\n", "{}"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(stored(house, 1).verdict, events::VerificationVerdict::stale);
}

TEST(WebhookRoute, StoresAnAuthenticBodyThatIsNoJson) {
  House house;
  EXPECT_EQ(house.ask(webhook("{\"broken\": \xFF")).status, 200);
  EXPECT_EQ(house.log.at(Position{1}).value()->attachment, "{\"broken\": \xFF");
}

TEST(WebhookRoute, TagsAPossibleOptOutWithTheHashOfItsAddress) {
  House house;
  house.ask(webhook(R"({"text":"STOP"})"));
  house.ask(webhook(R"({"text":"hello"})"));
  const events::Tag tag{events::TagKind::consent,
                        house.hasher(HashedKind::phone, TenantId("acme"), "+12025550142")};
  const auto found = house.log.tagged(TenantId("acme"), tag, Position{0}, 10);
  ASSERT_TRUE(found);
  EXPECT_EQ(found.value(), std::vector{Position{1}});
  EXPECT_TRUE(stored(house, 1).maybe_opt_out);
  EXPECT_FALSE(stored(house, 2).maybe_opt_out);
}

TEST(WebhookRoute, GivesTheAnswerThatTheVendorExpects) {
  House house;
  EXPECT_EQ(house.ask(webhook("{}", "", "/webhooks/crm/form")).body, R"({"success":true})");
}

struct TypeCase {
  std::string target;
  std::string headers;
  int status;
};

TEST(WebhookRoute, TakesJsonAndFormsOnlyWhereTheChannelDoes) {
  House house;
  const std::vector<TypeCase> cases{
      {"/webhooks/crm", "Content-Type: application/json\r\n", 200},
      {"/webhooks/crm", "Content-Type: Application/JSON ; charset=utf-8\r\n", 200},
      {"/webhooks/crm", "Content-Type: application/vnd.crm+json\r\n", 200},
      {"/webhooks/crm", "Content-Type: text/plain\r\n", 415},
      {"/webhooks/crm", "", 415},
      {"/webhooks/crm", "Content-Type: application/x-www-form-urlencoded\r\n", 415},
      {"/webhooks/crm/form", "Content-Type: application/x-www-form-urlencoded\r\n", 200},
      {"/webhooks/crm", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", 415},
      {"/webhooks/crm", "Content-Type: application/json\r\nContent-Encoding: identity\r\n", 415},
  };
  for (const auto& each : cases)
    EXPECT_EQ(
        house.ask(request("POST", each.target, "X-Secret: open\r\n" + each.headers, "{}")).status,
        each.status)
        << each.target << " " << each.headers;
}

TEST(WebhookRoute, KnowsNoOtherConnectorChannelOrTenant) {
  House house;
  for (const auto* target : {"/webhooks/other", "/webhooks/crm/other", "/t/other/webhooks/crm",
                             "/webhooks", "/webhooks/crm/form/more", "/t/acme/webhooks"}) {
    const auto reply = house.ask(webhook("{}", "", target));
    EXPECT_EQ(reply.status, 404) << target;
    EXPECT_THAT(reply.body, HasSubstr(R"({"error":{"code":)")) << target;
  }
  EXPECT_EQ(house.ask(webhook("{}", "", "/t/acme/webhooks/crm")).status, 200);
}

TEST(WebhookRoute, AsksForATenantWhenThereAreSeveral) {
  House house([](auto& options) { options.tenants.push_back(TenantId("globex")); });
  EXPECT_EQ(house.ask(webhook("{}")).status, 404);
  EXPECT_EQ(house.ask(webhook("{}", "", "/t/globex/webhooks/crm")).status, 404);
  EXPECT_EQ(house.ask(webhook("{}", "", "/t/acme/webhooks/crm")).status, 200);
}

TEST(WebhookRoute, NamesTheMethodThatItTakes) {
  House house;
  for (const auto* method : {"GET", "PUT", "DELETE", "PATCH"}) {
    const auto reply = house.ask(request(method, "/webhooks/crm"));
    EXPECT_EQ(reply.status, 405) << method;
    EXPECT_EQ(reply.headers.at("allow"), "POST, OPTIONS") << method;
  }
  EXPECT_EQ(house.ask(request("OPTIONS", "/webhooks/crm")).status, 204);
}

TEST(WebhookRoute, AnswersNothingBeforeTheLogHasSynced) {
  House house({}, storage::MemoryLog::Mode::when_told);
  auto client = house.connect();
  client.send(webhook("{}", "held"));
  auto probe = house.connect();
  while (house.log.waiting() == 0) // the answer of each probe is the pace
    ASSERT_EQ(probe.ask(request("GET", "/health/live")).status, 200);
  EXPECT_EQ(house.gateway->counters().webhooks(0, WebhookOutcome::accepted), 0U);
  house.log.commit_group();
  EXPECT_EQ(client.read().value_or(Reply{}).status, 200);
  EXPECT_EQ(house.gateway->counters().webhooks(0, WebhookOutcome::accepted), 1U);
}

TEST(WebhookRoute, AnswersAWholeGroupOfTheLogAtOnce) {
  House house({}, storage::MemoryLog::Mode::when_told);
  std::vector<Client> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(house.connect());
    clients.back().send(webhook("{}", "id-" + std::to_string(i)));
  }
  auto probe = house.connect();
  while (house.log.waiting() < 20)
    ASSERT_EQ(probe.ask(request("GET", "/health/live")).status, 200);
  EXPECT_EQ(house.log.commit_group(), 20U);
  for (auto& client : clients)
    EXPECT_EQ(client.read().value_or(Reply{}).status, 200);
}

} // namespace
} // namespace tidemark::gateway::test::webhook_test
