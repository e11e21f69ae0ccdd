#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "tests/sandbox/harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::sandbox::test::gohighlevel_messages_test {
namespace {

using testing::ElementsAre;

const std::string provider = Settings{}.ghl_provider;

Json log_of(const std::string& contact, const Json& more = Json::object()) {
  Json body{{"type", "SMS"},
            {"contactId", contact},
            {"message", "Is Thursday at 10 still open?"},
            {"altId", "b1"},
            {"direction", "inbound"},
            {"conversationProviderId", provider},
            {"attachments", Json::array()}};
  body.update(more);
  return body;
}

Answer log_message(const Running& run, const Json& body) {
  return run.ghl("POST", "/conversations/messages/inbound", body);
}

Json message(const Running& run, const std::string& id) {
  return run.ghl("GET", "/conversations/messages/" + id).json()["message"];
}

TEST(GohighlevelConversations, ThereIsOneForEachContact) {
  const Running run;
  const auto id = run.ghl_contact();
  const Json body{{"locationId", Settings{}.ghl_location}, {"contactId", id}};
  const auto made = run.ghl("POST", "/conversations/", body);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.json()["success"], true);
  EXPECT_EQ(run.ghl("POST", "/conversations/", body).status, 400);
  EXPECT_EQ(run.ghl("POST", "/conversations/", {{"contactId", id}}).status, 422);
  const std::string search = "/conversations/search?locationId=" + Settings{}.ghl_location;
  const auto found = run.ghl("GET", search + "&contactId=" + id).json();
  EXPECT_EQ(found["total"], 1);
  EXPECT_EQ(found["conversations"][0]["id"], made.json()["conversation"]["id"]);
  EXPECT_EQ(run.ghl("GET", search + "&contactId=none").json()["total"], 0);
}

TEST(GohighlevelMessages, LogsInboundAndOutboundTextsAndSendsNothing) {
  Running run;
  const auto id = run.ghl_contact();
  const auto in = log_message(run, log_of(id));
  EXPECT_EQ(in.status, 201);
  EXPECT_EQ(member_paths(in.json()),
            member_paths(parse_json(fixture("gohighlevel/api-inbound-message-201.json"))));
  const auto conversation = text_of(in.json(), "conversationId");
  const auto out = log_message(run, log_of(id, {{"direction", "outbound"},
                                                {"conversationId", conversation},
                                                {"date", "2999-01-01T00:00:00.000Z"}}));
  EXPECT_EQ(out.status, 201);
  EXPECT_EQ(run.sends(), Json::array());

  const auto list = run.ghl("GET", "/conversations/" + conversation + "/messages").json();
  const auto& messages = list["messages"]["messages"]; // nested twice
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0]["direction"], "outbound") << "newest first";
  EXPECT_EQ(messages[1]["altId"], "b1");
  const auto example = parse_json(fixture("gohighlevel/api-messages-list-200.json"));
  EXPECT_EQ(member_paths(messages[1]), member_paths(example["messages"]["messages"][1]));
  EXPECT_EQ(message(run, text_of(in.json(), "messageId")), messages[1]);

  const auto webhooks = run.engine.wait_for(3);
  ASSERT_EQ(webhooks.size(), 3U);
  EXPECT_EQ(webhooks[1].json()["type"], "InboundMessage");
  EXPECT_EQ(member_paths(webhooks[1].json()),
            member_paths(parse_json(fixture("gohighlevel/InboundMessage-sms.json"))));
  EXPECT_EQ(webhooks[2].json()["type"], "OutboundMessage");
  EXPECT_EQ(webhooks[2].json()["messageId"], out.json()["messageId"]);
}

TEST(GohighlevelMessages, NothingIsIdempotentAndWithoutADirectionItIsOutbound) {
  const Running run;
  auto body = log_of(run.ghl_contact());
  body.erase("direction");
  const auto first = log_message(run, body).json();
  const auto second = log_message(run, body).json();
  EXPECT_NE(first["messageId"], second["messageId"]) << "altId is not unique";
  EXPECT_EQ(message(run, text_of(first, "messageId"))["direction"], "outbound");
}

TEST(GohighlevelMessages, PagesFromTheNewestBackwards) {
  const Running run;
  const auto id = run.ghl_contact();
  Json last;
  for (int i = 0; i < 5; ++i)
    last = log_message(run, log_of(id, {{"altId", std::to_string(i)}})).json();
  const auto path = "/conversations/" + text_of(last, "conversationId") + "/messages?limit=2";
  std::vector<std::string> alt_ids;
  std::string from;
  for (bool more = true; more;) {
    const auto page = run.ghl("GET", path + from).json()["messages"];
    for (const auto& entry : page["messages"])
      alt_ids.push_back(text_of(entry, "altId"));
    more = page["nextPage"].get<bool>();
    from = "&lastMessageId=" + text_of(page, "lastMessageId");
  }
  EXPECT_THAT(alt_ids, ElementsAre("4", "3", "2", "1", "0"));
}

TEST(GohighlevelMessages, RefusesWrongTypesAndProviders) {
  const Running run;
  const auto id = run.ghl_contact();
  const auto status = [&](const Json& more) { return log_message(run, log_of(id, more)).status; };
  EXPECT_EQ(status({{"type", "sms"}}), 422) << "types are case sensitive";
  EXPECT_EQ(status({{"direction", "sideways"}}), 422);
  EXPECT_EQ(status({{"conversationProviderId", "other"}}), 400);
  EXPECT_EQ(status({{"contactId", "none"}}), 400);
  EXPECT_EQ(status({{"conversationId", "none"}}), 400);
  auto without = log_of(id);
  without.erase("conversationProviderId");
  EXPECT_EQ(log_message(run, without).status, 201) << "ours is the default provider";
  run.set({{"ghl_default_provider", false}});
  EXPECT_EQ(log_message(run, without).status, 400);
  without["type"] = "Custom";
  const auto custom = log_message(run, without);
  EXPECT_EQ(custom.status, 201);
  EXPECT_EQ(custom.body, "");
  EXPECT_EQ(run.control("GET", "/state/gohighlevel/messages").json()["messages"].size(), 1U);
  run.control("POST", "/tokens/gohighlevel", {{"token", "pit-1"}});
  EXPECT_EQ(call("POST", run.url("gohighlevel") + "/conversations/messages/inbound",
                 {"Authorization: Bearer pit-1", "Version: 2021-04-15"}, to_text(log_of(id)))
                .status,
            403)
      << "private integrations have no provider";
}

TEST(GohighlevelMessages, LogsCallsOfTheContactsNumberOnly) {
  Running run;
  const auto id = run.ghl_contact();
  auto body = parse_json(fixture("gohighlevel/api-outbound-call-request.json"));
  const auto log_call = [&] { return run.ghl("POST", "/conversations/messages/outbound", body); };
  body.erase("conversationId");
  EXPECT_EQ(log_call().json()["message"], "No conversationId passed in body");
  body["contactId"] = id;
  const auto logged = log_call();
  EXPECT_EQ(logged.status, 201) << logged.body;
  body["call"]["to"] = "+12025550199";
  EXPECT_EQ(log_call().status, 400);
  body["call"] = {{"to", "+12025550142"}, {"from", "+13125550117"}, {"status", "done"}};
  EXPECT_EQ(log_call().status, 422);
  body["type"] = "SMS";
  EXPECT_EQ(log_call().status, 422) << "calls only";

  const auto shown = message(run, text_of(logged.json(), "messageId"));
  EXPECT_EQ(shown["type"], 1);
  EXPECT_EQ(shown["altId"], "aloware-90000001");
  const auto webhook = run.engine.wait_for(2).at(1).json();
  EXPECT_EQ(webhook["type"], "OutboundMessage");
  EXPECT_EQ(webhook["messageType"], "CALL");
  EXPECT_EQ(webhook["callStatus"], "completed");
  EXPECT_EQ(run.sends(), Json::array());
}

TEST(GohighlevelMessages, ReallySendsUnlessTheChannelIsClosed) {
  Running run;
  const auto id = run.ghl_contact();
  const Json body{{"type", "SMS"}, {"contactId", id}, {"message", "Tomorrow 10:00."}};
  const auto sent = run.ghl("POST", "/conversations/messages", body);
  EXPECT_EQ(sent.status, 200);
  EXPECT_FALSE(text_of(sent.json(), "messageId").empty());
  EXPECT_EQ(run.engine.wait_for(2).at(1).json()["source"], "api");
  run.ghl("PUT", "/contacts/" + id, {{"dndSettings", {{"SMS", {{"status", "active"}}}}}});
  const auto refused = run.ghl("POST", "/conversations/messages", body);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.json()["message"],
            parse_json(fixture("gohighlevel/api-send-message-400-dnd.json"))["message"]);
  Json mail = body;
  mail["type"] = "Email";
  EXPECT_EQ(run.ghl("POST", "/conversations/messages", mail).status, 200);
  run.ghl("PUT", "/contacts/" + id, {{"dnd", true}});
  EXPECT_EQ(run.ghl("POST", "/conversations/messages", mail).status, 400);
  Json wrong = body;
  wrong["type"] = "sms";
  EXPECT_EQ(run.ghl("POST", "/conversations/messages", wrong).status, 422);

  const auto sends = run.sends();
  ASSERT_EQ(sends.size(), 4U);
  EXPECT_EQ(sends[0]["to"], "+12025550142");
  EXPECT_EQ(sends[0]["text"], "Tomorrow 10:00.");
  EXPECT_EQ(sends[0]["blocked"], "");
  EXPECT_EQ(sends[1]["blocked"], "dnd");
  EXPECT_EQ(sends[2]["channel"], "email");
  EXPECT_EQ(sends[2]["blocked"], "");
  EXPECT_EQ(sends[3]["blocked"], "dnd");
}

TEST(GohighlevelMessages, TheProvidersStatusGoesForwardAfterSomeRefusals) {
  Running run;
  run.set({{"ghl_status_refusals", 2}});
  const auto logged = log_message(run, log_of(run.ghl_contact(), {{"direction", "outbound"}}));
  const auto id = text_of(logged.json(), "messageId");
  const auto path = "/conversations/messages/" + id + "/status";
  const auto put = [&](const Json& body) { return run.ghl("PUT", path, body); };
  for (int i = 0; i < 2; ++i) {
    const auto early = put({{"status", "read"}});
    EXPECT_EQ(early.status, 403);
    EXPECT_EQ(early.json()["message"], "No conversation provider found for this message");
  }
  EXPECT_EQ(put({{"status", "read"}}).status, 200);
  EXPECT_EQ(put({{"status", "delivered"}}).status, 200);
  EXPECT_EQ(message(run, id)["status"], "read");
  EXPECT_EQ(put({{"status", "sent"}}).status, 422);
  EXPECT_EQ(
      put(parse_json(fixture("gohighlevel/api-message-status-put-request-failed.json"))).status,
      200);
  EXPECT_EQ(message(run, id)["error"]["code"], "40300");
  EXPECT_EQ(run.engine.wait_for(3).at(2).json()["status"], "failed") << "a failure is told";
  EXPECT_EQ(run.ghl("PUT", "/conversations/messages/none/status", {{"status", "read"}}).status,
            400);
}

TEST(GohighlevelMessages, AttachmentsAreAtMostFive) {
  const Running run;
  const auto logged = log_message(run, log_of(run.ghl_contact()));
  const auto id = text_of(logged.json(), "messageId");
  const auto path = "/conversations/messages/" + id + "/attachments";
  const Json five{"a", "b", "c", "d", "e"};
  EXPECT_EQ(run.ghl("PUT", path, {{"attachments", five}}).status, 200);
  EXPECT_EQ(message(run, id)["attachments"], five);
  EXPECT_EQ(run.ghl("PUT", path, {{"attachments", {"a", "b", "c", "d", "e", "f"}}}).status, 422);
}

TEST(GohighlevelMessages, AnAgentsTextGoesToTheDeliveryUrlSignedAndIsToldToo) {
  Running run;
  run.set({{"ghl_delivery_url", run.engine.url() + "/provider"}});
  const auto id = run.ghl_contact();
  const auto sent = run.control("POST", "/play/gohighlevel/agent-sms",
                                {{"contact_id", id}, {"message", "On the way."}});
  EXPECT_EQ(sent.status, 201);
  std::map<std::string, Arrived> by_path;
  for (const auto& arrived : run.engine.wait_for(3))
    by_path[arrived.path + text_of(arrived.json(), "type")] = arrived;
  const auto& delivery = by_path["/providerSMS"];
  EXPECT_EQ(member_paths(delivery.json()),
            member_paths(parse_json(fixture("gohighlevel/ProviderOutboundMessage-sms.json"))));
  EXPECT_EQ(delivery.json()["messageId"], sent.json()["messageId"]);
  const auto key = from_base64("Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc=");
  const auto signature = from_base64(delivery.headers.at("x-ghl-signature"));
  EXPECT_TRUE(key && signature && ed25519_verify(*key, delivery.body, *signature));
  const auto told = by_path["/webhooks/gohighlevelOutboundMessage"].json();
  EXPECT_EQ(told["messageId"], sent.json()["messageId"]);
  EXPECT_EQ(member_paths(told),
            member_paths(parse_json(fixture("gohighlevel/OutboundMessage-sms.json"))));
  EXPECT_EQ(run.sends(), Json::array()) << "the provider sends, not HighLevel";

  run.set({{"ghl_delivery_url", ""}});
  run.control("POST", "/play/gohighlevel/agent-sms", {{"contact_id", id}, {"message", "Again."}});
  ASSERT_EQ(run.sends().size(), 1U);
  EXPECT_EQ(run.sends()[0]["text"], "Again.");
}

TEST(GohighlevelMessages, AStopToItsOwnNumberClosesSmsAndStandsAmongTheSends) {
  Running run;
  const auto id = run.ghl_contact();
  const auto text = [&](const std::string& words) {
    return run.control("POST", "/play/gohighlevel/inbound-sms",
                       {{"phone", "+12025550142"}, {"message", words}});
  };
  const auto sms_of = [&] {
    return text_of(run.ghl("GET", "/contacts/" + id).json()["contact"]["dndSettings"]["SMS"],
                   "status");
  };
  EXPECT_EQ(text("Stop by on Friday").status, 201);
  EXPECT_EQ(sms_of(), "inactive");
  EXPECT_EQ(text(" stop ").status, 201);
  EXPECT_EQ(sms_of(), "active");
  EXPECT_EQ(run.control("POST", "/play/gohighlevel/agent-sms",
                        {{"contact_id", id}, {"message", "Hello?"}})
                .status,
            400);
  text("START");
  EXPECT_EQ(sms_of(), "inactive");
  const auto sends = run.sends();
  ASSERT_EQ(sends.size(), 3U);
  EXPECT_EQ(sends[0]["stop"], false);
  EXPECT_EQ(sends[1]["stop"], true);
  EXPECT_EQ(sends[1]["from"], "+12025550142");
  EXPECT_EQ(sends[1]["direction"], "inbound");
  EXPECT_EQ(run.control("GET", "/sends?after=1&limit=1").json()["sends"], Json::array({sends[1]}));
  const auto webhooks = run.engine.wait_for(4);
  ASSERT_EQ(webhooks.size(), 4U);
  EXPECT_EQ(webhooks[2].json()["type"], "InboundMessage");
  EXPECT_EQ(webhooks[2].json()["from"], "+12025550142");
  EXPECT_EQ(webhooks[3].json()["type"], "ContactDndUpdate");
}

TEST(GohighlevelMessages, FaultsApplyToThemToo) {
  const Running run;
  const auto id = run.ghl_contact();
  run.fault({{"system", "gohighlevel"}, {"match", "/conversations/messages"}, {"status", 503}});
  const Json body{{"type", "SMS"}, {"contactId", id}, {"message", "Hi"}};
  EXPECT_EQ(run.ghl("POST", "/conversations/messages", body).status, 503);
  EXPECT_EQ(run.sends(), Json::array());
  run.fault({{"system", "gohighlevel"},
             {"match", "POST /conversations/messages"},
             {"behaviour", "effect_then_reset"}});
  EXPECT_EQ(run.ghl("POST", "/conversations/messages", body).status, 0);
  EXPECT_EQ(run.sends().size(), 1U) << "the outcome was unknown and it was sent";
  const auto log = run.received("gohighlevel");
  EXPECT_EQ(log[1]["outcome"], "not_performed");
  EXPECT_EQ(log[2]["outcome"], "created");
}

} // namespace
} // namespace tidemark::sandbox::test::gohighlevel_messages_test
