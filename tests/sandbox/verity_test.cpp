#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "tests/sandbox/harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::sandbox::test::verity_test {
namespace {

Answer send(const Running& run, const Json& more = Json::object()) {
  auto body = parse_json(fixture("verity/api-send-request.json"));
  body.update(more);
  return call("POST", run.url("verity") + "/api/integrations/df-middleware/send-message",
              {"Authorization: Bearer " + Settings{}.verity_token}, to_text(body));
}

void text(const Running& run, const Json& more) {
  Json body{{"from", "+12025550142"}, {"body", "Hello"}};
  body.update(more);
  EXPECT_EQ(run.control("POST", "/people/verity/messages", body).status, 201);
}

void expect_shape_of(const Arrived& webhook, const std::string& file) {
  EXPECT_EQ(member_paths(webhook.json()), member_paths(parse_json(fixture("verity/" + file))));
}

TEST(VerityMessages, AnswersItsOwnIdsAndTellsTheTelnyxId) {
  Running run;
  const auto sent = send(run).json();
  const auto webhooks = run.engine.wait_for(2);
  expect_shape_of(webhooks.at(0), "message.sent.json");
  expect_shape_of(webhooks.at(1), "message.delivered.json");
  for (const auto& webhook : webhooks) {
    EXPECT_NE(webhook.json()["messageId"], sent["messageId"]);
    EXPECT_EQ(webhook.json()["raw"]["chatMessageId"], sent["messageId"]);
    EXPECT_EQ(webhook.json()["conversationId"], sent["chatId"]);
  }
  EXPECT_EQ(sent["chatId"], "a0000000-0000-4000-8000-000000000001") << "the one that was named";
}

TEST(VerityMessages, AStoppedNumberFailsUntilItStarts) {
  Running run;
  text(run, {{"body", "Please stop by"}});
  run.settle(); // the next one names another chat
  send(run);
  text(run, {{"body", "STOP"}});
  EXPECT_EQ(send(run).status, 200) << "the answer does not tell";
  const auto webhooks = run.engine.wait_for(5);
  ASSERT_EQ(webhooks.size(), 5U);
  expect_shape_of(webhooks.at(4), "message.failed.json");
  EXPECT_EQ(webhooks[4].json()["errorCode"], "40300");
  EXPECT_EQ(run.control("GET", "/state/verity/stops").json()["stops"], Json({"+12025550142"}));
  text(run, {{"body", "Start"}});
  send(run);
  EXPECT_EQ(run.engine.wait_for(8).at(7).json()["eventType"], "message.delivered");
  const auto sends = run.sends();
  ASSERT_EQ(sends.size(), 6U);
  std::vector<std::string> story;
  for (const auto& entry : sends)
    story.push_back(text_of(entry, "direction") + (entry["stop"] == true ? " stop" : "")
                    + text_of(entry, "blocked"));
  EXPECT_THAT(story, testing::ElementsAre("inbound", "outbound", "inbound stop", "outbound40300",
                                          "inbound", "outbound"));
}

TEST(VerityMessages, StatusesComeAsOrdered) {
  Running run;
  run.set({{"verity_sends", "none"}});
  const auto own = text_of(send(run).json(), "messageId");
  const auto play = [&](const Json& body) {
    return run.control("POST", "/play/verity/status", body).status;
  };
  EXPECT_EQ(play({{"message_id", own}, {"status", "delivered"}}), 201);
  EXPECT_EQ(play({{"message_id", own}, {"status", "sent"}}), 201);
  EXPECT_EQ(play({{"message_id", own}, {"status", "failed"}, {"error_code", "40002"}}), 201);
  EXPECT_EQ(play({{"message_id", own}, {"status", "lost"}}), 400);
  EXPECT_EQ(play({{"message_id", "none"}, {"status", "sent"}}), 400);
  const auto webhooks = run.engine.wait_for(3);
  ASSERT_EQ(webhooks.size(), 3U);
  EXPECT_EQ(webhooks[0].json()["eventType"], "message.delivered");
  EXPECT_EQ(webhooks[1].json()["eventType"], "message.sent");
  EXPECT_EQ(webhooks[2].json()["errorCode"], "40002");
  run.set({{"verity_sends", "failed"}});
  send(run);
  EXPECT_EQ(run.engine.wait_for(4).at(3).json()["errorCode"], "40001");
}

TEST(VerityMessages, PeoplesTextsCanHaveAnyTimeIdAndForm) {
  Running run;
  text(run, {{"timestamp", "2026-08-14T17:05:11.020Z"}, {"message_id", "b1"}});
  text(run, {{"timestamp", "2026-08-14T17:06:11.020Z"}, {"message_id", "b1"}});
  text(run, {{"nested", true}});
  const auto webhooks = run.engine.wait_for(3);
  ASSERT_EQ(webhooks.size(), 3U);
  expect_shape_of(webhooks.at(0), "message.received.json");
  EXPECT_EQ(webhooks[0].json()["timestamp"], "2026-08-14T17:05:11.020Z");
  EXPECT_EQ(webhooks[1].json()["messageId"], "b1") << "forwarded again with another time";
  EXPECT_EQ(webhooks[1].json()["timestamp"], "2026-08-14T17:06:11.020Z");
  expect_shape_of(webhooks.at(2), "message.received-nested-variant.json");
}

TEST(VerityBroadcasts, GoToTheirOwnPathWithEitherFormOfTheSecret) {
  Running run;
  const auto told = run.control("POST", "/play/verity/broadcast",
                                {{"event_type", "broadcast_completed"}, {"broadcast_id", "ba1"}});
  EXPECT_EQ(told.status, 201);
  run.set({{"verity_hmac", true}});
  run.engine.wait_for(1);
  run.control("POST", "/play/verity/broadcast");
  const auto webhooks = run.engine.wait_for(2);
  ASSERT_EQ(webhooks.size(), 2U);
  expect_shape_of(webhooks[0], "broadcast_completed.json");
  EXPECT_EQ(webhooks[0].path, "/webhooks/verity/broadcast");
  EXPECT_EQ(webhooks[0].json()["broadcastId"], "ba1");
  EXPECT_EQ(webhooks[0].headers.at("x-df-broadcast-secret"), Settings{}.verity_secret);
  EXPECT_EQ(webhooks[1].headers.at("x-broadcast-signature"),
            to_hex(hmac_sha256(Settings{}.verity_secret, {webhooks[1].body})));
}

} // namespace
} // namespace tidemark::sandbox::test::verity_test
