#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "sandbox/world/generic/generic_crm.hpp"
#include "sandbox/world/times.hpp"
#include "tests/sandbox/harness.hpp"

#include <gtest/gtest.h>

namespace tidemark::sandbox::test::others_test {
namespace {

nlohmann::json sorted(const Answer& answer) {
  return test::sorted(answer.json());
}
nlohmann::json sorted_fixture(const std::string& name) {
  return parse_json(fixture(name));
}

Answer aloware_get(const Running& run, const std::string& path_and_query) {
  return call("GET", run.url("aloware") + "/api/v1/webhook" + path_and_query);
}

TEST(AlowareSandbox, AnswersFormsAndLookUpsAsTheContractSays) {
  const Running run;
  auto form = parse_json(fixture("aloware/api-forms-request.json"));
  const auto token = "api_token=" + Settings{}.aloware_token;

  EXPECT_EQ(aloware_get(run, "/contact/phone-number?" + token).status, 400);
  const auto missing =
      aloware_get(run, "/contact/phone-number?phone_number=%2B12025550142&" + token);
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(sorted(missing), sorted_fixture("aloware/api-contact-lookup-404.json"));

  const auto created = run.aloware_form(form);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(sorted(created), sorted_fixture("aloware/api-forms-201-created.json"));
  const auto updated = run.aloware_form(form);
  EXPECT_EQ(updated.status, 200);
  EXPECT_EQ(sorted(updated), sorted_fixture("aloware/api-forms-200-updated.json"));
  form.erase("force_update");
  const auto unforced = run.aloware_form(form);
  EXPECT_EQ(unforced.status, 400);
  EXPECT_EQ(sorted(unforced),
            sorted_fixture("aloware/api-forms-400-exists-without-force-update.json"));
  const auto without = run.aloware_form({{"first_name", "Ana"}});
  EXPECT_EQ(without.status, 422);
  EXPECT_EQ(sorted(without), sorted_fixture("aloware/api-forms-422-validation.json"));

  const auto found = aloware_get(run, "/contact/phone-number?phone_number=%2B12025550142&" + token);
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(member_paths(found.json()),
            member_paths(parse_json(fixture("aloware/api-contact-lookup-200.json"))));
}

TEST(AlowareSandbox, AnswersAWrongPathOrTokenWithAPage) {
  const Running run;
  for (const auto* path : {"/contact/phone-number?api_token=wrong&phone_number=1", "/calls"}) {
    const auto answer = aloware_get(run, path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.content_type, "text/html; charset=UTF-8") << path;
  }
  run.control("POST", "/tokens/aloware", {{"token", "next"}});
  EXPECT_EQ(aloware_get(run, "/users?api_token=" + Settings{}.aloware_token).status, 401);
  EXPECT_EQ(aloware_get(run, "/users?api_token=next").content_type, "application/json");
}

TEST(AlowareSandbox, ItsWebhooksCarryBasicAuthenticationAndAreNeverRetried) {
  Running run;
  run.engine.answer_with({500});
  run.aloware_form(parse_json(fixture("aloware/api-forms-request.json")));
  const auto webhook = run.engine.wait_for(1).at(0);
  run.settle();
  EXPECT_EQ(run.engine.count(), 1U);
  EXPECT_EQ(webhook.path, "/webhooks/aloware");
  EXPECT_EQ(webhook.headers.at("authorization"),
            "Basic " + to_base64("sandbox:sandbox-aloware-hook"));
  EXPECT_EQ(member_paths(webhook.json()),
            member_paths(parse_json(fixture("aloware/Contact-Created.UNVERIFIED.json"))));
}

TEST(AlowareSandbox, TellsWhenAPersonMarksDoNotCall) {
  Running run;
  const auto made = run.control("POST", "/people/aloware/contacts",
                                {{"phone", "+12025550142"}, {"first_name", "Ana"}});
  const auto id = made.json()["contact"]["id"].dump();
  run.control("PUT", "/people/aloware/contacts/" + id, {{"is_dnc", true}});
  const auto webhooks = run.engine.wait_for(3);
  ASSERT_EQ(webhooks.size(), 3U);
  EXPECT_EQ(webhooks[1].json()["event"], "Contact-Updated");
  EXPECT_EQ(webhooks[2].json()["event"], "Contact-DNCUpdated");
  EXPECT_EQ(webhooks[2].json()["body"]["is_dnc"], true);
}

TEST(VeritySandbox, TakesForwardedBodiesOnceWithEitherFormOfTheSecret) {
  const Running run;
  const auto url = run.url("verity") + "/api/integrations/ghl/webhook";
  const auto body = fixture("gohighlevel/ContactCreate.json");
  const auto secret = Settings{}.verity_secret;
  EXPECT_EQ(call("POST", url, {"X-Middleware-Secret: " + secret}, body).status, 401);
  EXPECT_EQ(
      call("POST", url, {"X-Middleware-Forwarded: true", "X-Middleware-Secret: no"}, body).status,
      401);
  const auto first =
      call("POST", url, {"X-Middleware-Forwarded: true", "X-Middleware-Secret: " + secret}, body);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(sorted(first), sorted_fixture("verity/api-webhook-ack-200.json"));
  const auto mac = to_hex(hmac_sha256(secret, {body}));
  const auto second =
      call("POST", url, {"X-Middleware-Forwarded: true", "X-Middleware-Secret: " + mac}, body);
  EXPECT_EQ(sorted(second), sorted_fixture("verity/api-webhook-ack-200-duplicate.json"));
  EXPECT_EQ(run.received("verity")[3]["outcome"], "repeated");
  const auto contacts = run.control("GET", "/state/verity/contacts").json()["contacts"];
  ASSERT_EQ(contacts.size(), 1U);
  EXPECT_EQ(contacts[0]["id"], "CONexample0000000001");
}

TEST(VeritySandbox, SendsTextsAndTellsWhatPeopleText) {
  Running run;
  const auto sent = call("POST", run.url("verity") + "/api/integrations/df-middleware/send-message",
                         {"Authorization: Bearer " + Settings{}.verity_token},
                         fixture("verity/api-send-request.json"));
  EXPECT_EQ(sent.status, 200);
  EXPECT_EQ(member_paths(sent.json()),
            member_paths(parse_json(fixture("verity/api-send-200.json"))));
  EXPECT_EQ(run.engine.wait_for(2).at(1).json()["eventType"], "message.delivered");

  run.control("POST", "/people/verity/messages", {{"from", "+12025550142"}, {"body", "STOP"}});
  const auto webhook = run.engine.wait_for(3).at(2);
  EXPECT_EQ(webhook.path, "/webhooks/verity/texting");
  EXPECT_EQ(webhook.headers.at("x-texting-secret"), Settings{}.verity_secret);
  EXPECT_EQ(member_paths(webhook.json()),
            member_paths(parse_json(fixture("verity/message.received.json"))));
  EXPECT_EQ(webhook.json()["conversationId"], sent.json()["chatId"]);
}

/// Sends a Standard Webhook to the CRM as the engine would.
Answer tell_crm(const Running& run, const std::string& id, const Json& body,
                std::int64_t age_seconds = 0, const std::string& spoil = "") {
  const auto text = to_text(body);
  const auto timestamp = std::to_string(unix_micros(now()) / 1'000'000 - age_seconds);
  const auto signature =
      standard_webhook_signature(Settings{}.generic_secret_in, id, timestamp, text);
  return call("POST", run.url("generic") + "/webhooks",
              {"webhook-id: " + id, "webhook-timestamp: " + timestamp,
               "webhook-signature: v1,AAAA " + signature},
              text + spoil);
}

TEST(GenericSandbox, SignsAsTheContractsVector) {
  EXPECT_EQ(standard_webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                       "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                                       R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(GenericSandbox, TakesASignedWebhookOnceAndAnswersItsId) {
  const Running run;
  const Json body{{"type", "contact.created"}, {"data", {{"first_name", "Ada"}}}};
  EXPECT_EQ(tell_crm(run, "d1", body, 0, " ").status, 401) << "a changed body";
  EXPECT_EQ(tell_crm(run, "d1", body, 400).status, 401) << "an old time";
  const auto first = tell_crm(run, "d1", body);
  EXPECT_EQ(first.status, 201);
  const auto again = tell_crm(run, "d1", body);
  EXPECT_EQ(again.json()["id"], first.json()["id"]);
  EXPECT_EQ(run.control("GET", "/state/generic/contacts").json()["contacts"].size(), 1U);
  const auto log = run.received("generic");
  EXPECT_EQ(log[2]["key"], "d1");
  EXPECT_EQ(log[2]["outcome"], "created");
  EXPECT_EQ(log[3]["outcome"], "repeated");

  const auto id = text_of(first.json(), "id");
  tell_crm(run, "d2", {{"type", "contact.updated"}, {"data", {{"id", id}, {"company", "New"}}}});
  const auto read = call("GET", run.url("generic") + "/contacts/" + id,
                         {"Authorization: Bearer " + Settings{}.generic_token});
  EXPECT_EQ(read.json()["company"], "New");
  EXPECT_EQ(read.json()["first_name"], "Ada");
}

TEST(GenericSandbox, TellsOfPeoplesEditsWithSignedWebhooksThatAreRetried) {
  Running run;
  run.engine.answer_with({503});
  const auto made = call("POST", run.url("generic") + "/contacts",
                         {"Authorization: Bearer " + Settings{}.generic_token},
                         to_text({{"first_name", "Ada"}, {"phone", "+12025550142"}}));
  EXPECT_EQ(made.status, 201);
  tell_crm(run, "d1", {{"type", "contact.created"}, {"data", {{"first_name", "Bo"}}}});
  const auto webhooks = run.engine.wait_for(2);
  run.settle();
  EXPECT_EQ(run.engine.count(), 2U) << "the engine's own write is not told";
  EXPECT_EQ(webhooks[0].headers.at("webhook-id"), webhooks[1].headers.at("webhook-id"));
  EXPECT_EQ(webhooks[1].json()["type"], "contact.created");
  EXPECT_EQ(webhooks[1].json()["data"]["id"], made.json()["id"]);
  EXPECT_EQ(webhooks[1].headers.at("webhook-signature"),
            standard_webhook_signature(
                Settings{}.generic_secret_out, webhooks[1].headers.at("webhook-id"),
                webhooks[1].headers.at("webhook-timestamp"), webhooks[1].body));
}

TEST(GenericSandbox, KeepsConsentMessagesAndCallsForTestsToLookAt) {
  const Running run;
  const auto consent = parse_json(fixture("standard-webhooks/consent.changed.json"));
  EXPECT_EQ(tell_crm(run, "e1", consent).status, 202);
  EXPECT_EQ(tell_crm(run, "e1", consent).status, 202);
  const Json text{{"type", "message.received"},
                  {"timestamp", "2026-01-05T10:10:00.000000Z"},
                  {"data", {{"contact_id", "c_1"}, {"body", "Hello"}}}};
  EXPECT_EQ(tell_crm(run, "e2", text).status, 202);
  EXPECT_EQ(tell_crm(run, "e3", {{"type", "call.completed"}, {"data", {{"id", "k1"}}}}).status,
            202);
  EXPECT_EQ(tell_crm(run, "e4", {{"type", "weather.changed"}, {"data", Json::object()}}).status,
            202);
  Json broken = consent;
  broken["data"].erase("state");
  EXPECT_EQ(tell_crm(run, "e5", broken).status, 422);
  const auto events = run.control("GET", "/state/generic/events").json()["events"];
  ASSERT_EQ(events.size(), 3U) << "each once, unknown types not at all";
  EXPECT_EQ(events[0]["webhook_id"], "e1");
  EXPECT_EQ(test::sorted(events[0]["body"]), test::sorted(consent));
  EXPECT_EQ(events[1]["body"]["data"]["body"], "Hello");
  EXPECT_EQ(run.received("generic")[0]["contact"], "c_1");
  EXPECT_EQ(run.received("generic")[1]["outcome"], "repeated");
  EXPECT_EQ(run.sends(), Json::array());
}

TEST(GenericSandbox, TellsAnEventThatAPersonOrders) {
  Running run;
  const auto consent = parse_json(fixture("standard-webhooks/consent.changed.json"));
  EXPECT_EQ(run.control("POST", "/play/generic/event", consent).status, 201);
  const auto webhook = run.engine.wait_for(1).at(0);
  EXPECT_EQ(webhook.json()["data"], consent["data"]);
  EXPECT_EQ(webhook.json()["type"], "consent.changed");
  EXPECT_EQ(webhook.headers.at("webhook-signature"),
            standard_webhook_signature(Settings{}.generic_secret_out,
                                       webhook.headers.at("webhook-id"),
                                       webhook.headers.at("webhook-timestamp"), webhook.body));
  EXPECT_EQ(run.control("POST", "/play/generic/event", {{"type", "x"}}).status, 400);
  EXPECT_EQ(run.control("POST", "/play/generic/dance").status, 404);
}

TEST(SandboxControl, SettingsAreTakenAllOrNone) {
  const Running run;
  const auto wrong = run.control("POST", "/settings", {{"ghl_burst", 5}, {"echo", "no"}});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find("echo"), std::string::npos);
  EXPECT_EQ(run.control("POST", "/settings", {{"color", "red"}}).status, 400);
  EXPECT_EQ(run.control("POST", "/settings", {{"aloware_sms", "perhaps"}}).status, 400);
  EXPECT_EQ(run.control("GET", "/settings").json()["ghl_burst"], 100);
  run.set({{"ghl_burst", 5}, {"aloware_sms", "none"}});
  EXPECT_EQ(run.control("GET", "/settings").json()["ghl_burst"], 5);
  EXPECT_EQ(run.control("GET", "/settings").json()["engine"], run.engine.url());
}

} // namespace
} // namespace tidemark::sandbox::test::others_test
