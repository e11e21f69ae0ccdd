#include "tests/sandbox/harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::sandbox::test::aloware_test {
namespace {

using testing::ElementsAre;

const std::string person = "+12025550142";

Answer post(const Running& run, const std::string& path, Json body) {
  body["api_token"] = Settings{}.aloware_token;
  return call("POST", run.url("aloware") + "/api/v1/webhook" + path,
              {"Content-Type: application/json"}, to_text(body));
}

/// A person's contact; one webhook has told of it.
std::string contact(const Running& run) {
  const auto made = run.control("POST", "/people/aloware/contacts",
                                {{"phone", person}, {"first_name", "Marisol"}});
  run.settle();
  return made.json()["contact"]["id"].dump();
}

Json look_up(const Running& run) {
  return call("GET", run.url("aloware") + "/api/v1/webhook/contact/phone-number?api_token="
                         + Settings{}.aloware_token + "&phone_number=%2B12025550142")
      .json();
}

Json memberships(const Running& run) {
  return run.control("GET", "/state/aloware/memberships").json()["memberships"];
}

/// Names of the events behind the first `after` ones, as soon as there are `count` of them.
std::vector<std::string> events(Running& run, std::size_t after, std::size_t count) {
  std::vector<std::string> names;
  const auto webhooks = run.engine.wait_for(after + count);
  for (std::size_t i = after; i < webhooks.size(); ++i)
    names.push_back(text_of(webhooks[i].json(), "event"));
  run.settle();
  EXPECT_EQ(run.engine.count(), after + count);
  return names;
}

void expect_shape_of(const Json& webhook, const std::string& file) {
  EXPECT_EQ(member_paths(webhook), member_paths(parse_json(fixture("aloware/" + file)))) << file;
}

TEST(AlowareCalls, ACompletedOutboundCallFansOutIntoSixDeliveriesOfTheExamplesShape) {
  Running run;
  contact(run);
  const auto played = run.control("POST", "/play/aloware/call", {{"phone", person}});
  EXPECT_EQ(played.status, 201) << played.body;
  EXPECT_THAT(events(run, 1, 6),
              ElementsAre("OutboundPhoneCall", "OutboundPhoneCall-DispositionCompleted",
                          "Call-Disposed", "Recording-Saved", "transcription.open_search.saved",
                          "transcription.call.summarized"));
  const auto webhooks = run.engine.wait_for(7);
  ASSERT_EQ(webhooks.size(), 7U);
  for (std::size_t i = 1; i < 7; ++i) {
    const auto webhook = webhooks[i].json();
    expect_shape_of(webhook, text_of(webhook, "event") + ".json");
    const auto& body = webhook["body"].contains("communication") ? webhook["body"]["communication"]
                                                                 : webhook["body"];
    EXPECT_EQ(body["id"], played.json()["id"]);
  }
  EXPECT_EQ(webhooks[1].json()["body"]["current_status2"], 1);
  EXPECT_EQ(webhooks[2].json()["body"]["disposition_status2"], 4);
  EXPECT_EQ(webhooks[3].json()["body"]["call_disposition"], "Interested");
  EXPECT_LT(text_of(webhooks[2].json()["body"], "updated_at"),
            text_of(webhooks[3].json()["body"], "updated_at"));
}

TEST(AlowareCalls, OtherCallsFanOutIntoFewerDeliveries) {
  Running run;
  contact(run);
  const auto play = [&](const Json& more) {
    Json body{{"phone", person}};
    body.update(more);
    return run.control("POST", "/play/aloware/call", body).status;
  };
  EXPECT_EQ(play({{"outcome", "failed"}}), 201);
  EXPECT_EQ(play({{"direction", "inbound"}}), 201);
  EXPECT_EQ(play({{"direction", "inbound"}, {"outcome", "missed"}}), 201);
  EXPECT_EQ(play({{"outcome", "missed"}}), 400);
  const auto names = events(run, 1, 8);
  const auto webhooks = run.engine.wait_for(9);
  ASSERT_EQ(webhooks.size(), 9U);
  EXPECT_EQ(std::count(names.begin(), names.end(), "InboundPhoneCall"), 2);
  for (const auto* name :
       {"OutboundPhoneCall-DispositionFailed", "InboundPhoneCall",
        "InboundPhoneCall-DispositionCompleted", "InboundPhoneCall-DispositionMissed"}) {
    const auto at = std::find(names.begin(), names.end(), name);
    ASSERT_NE(at, names.end()) << name;
    expect_shape_of(webhooks[1 + static_cast<std::size_t>(at - names.begin())].json(),
                    std::string(name) + ".json");
  }
}

TEST(AlowareCalls, AnyDeliveriesInAnyOrderAndMoreOfThemLater) {
  Running run;
  contact(run);
  const auto played =
      run.control("POST", "/play/aloware/call",
                  {{"phone", person}, {"deliveries", {"summary", "recording", "initiated"}}});
  run.engine.wait_for(4);
  run.control("POST", "/play/aloware/call",
              {{"id", played.json()["id"]}, {"deliveries", {"disposition", "disposition"}}});
  EXPECT_THAT(events(run, 1, 5),
              ElementsAre("transcription.call.summarized", "Recording-Saved", "OutboundPhoneCall",
                          "OutboundPhoneCall-DispositionCompleted",
                          "OutboundPhoneCall-DispositionCompleted"));
  const auto webhooks = run.engine.wait_for(6);
  ASSERT_EQ(webhooks.size(), 6U);
  EXPECT_EQ(webhooks[4].body, webhooks[5].body) << "exact repeats";
  EXPECT_EQ(webhooks[4].json()["body"]["id"], played.json()["id"]);
  EXPECT_EQ(run.control("POST", "/play/aloware/call",
                        {{"phone", person}, {"outcome", "failed"}, {"deliveries", {"summary"}}})
                .status,
            400);
  EXPECT_EQ(run.control("POST", "/play/aloware/call", {{"id", 1}}).status, 400);
}

TEST(AlowareTexts, AnInboundStopIsOneDeliveryWithTheFlagOfTheEmbeddedContact) {
  Running run;
  contact(run);
  const auto text = [&](const std::string& words, bool late) {
    run.control(
        "POST", "/play/aloware/sms",
        {{"phone", person}, {"direction", "inbound"}, {"text", words}, {"flag_late", late}});
  };
  text("Is Thursday still open?", false);
  text("STOP", true);
  text("STOP", false);
  EXPECT_THAT(events(run, 1, 3), testing::Each("InboundSMS-DispositionCompleted"));
  std::vector<bool> flags(2);
  for (const auto& webhook : run.engine.wait_for(4)) {
    if (text_of(webhook.json()["body"], "body") == "STOP")
      flags.push_back(webhook.json()["body"]["contact"]["is_opted_out"].get<bool>());
    if (webhook.json()["event"] != "Contact-Created")
      expect_shape_of(webhook.json(), "InboundSMS-DispositionCompleted-stop.json");
  }
  EXPECT_EQ(look_up(run)["is_opted_out"], true);
  const auto sends = run.sends();
  ASSERT_EQ(sends.size(), 3U);
  EXPECT_EQ(sends[0]["stop"], false);
  EXPECT_EQ(sends[1]["stop"], true);
  EXPECT_EQ(std::count(flags.begin(), flags.end(), true), 1) << "the late one came without it";
}

TEST(AlowareTexts, ASentTextIsAcceptedWithoutAnIdAndEndsByWebhook) {
  Running run;
  contact(run);
  const auto request = parse_json(fixture("aloware/api-sms-send-request.json"));
  const auto sent = post(run, "/sms-gateway/send", request);
  EXPECT_EQ(sent.status, 202);
  EXPECT_EQ(sorted(sent.json()), sorted(parse_json(fixture("aloware/api-sms-send-202.json"))));
  EXPECT_EQ(events(run, 1, 1), std::vector<std::string>{"OutboundSMS-DispositionCompleted"});
  expect_shape_of(run.engine.wait_for(2).at(1).json(), "OutboundSMS-DispositionCompleted.json");
  run.set({{"aloware_sms", "invalid"}});
  post(run, "/sms-gateway/send", request);
  EXPECT_EQ(events(run, 2, 1), std::vector<std::string>{"OutboundSMS-DispositionInvalid"});
  expect_shape_of(run.engine.wait_for(3).at(2).json(), "OutboundSMS-DispositionInvalid.json");
  run.set({{"aloware_sms", "none"}});
  post(run, "/sms-gateway/send", request);
  run.control("POST", "/play/aloware/sms",
              {{"phone", person}, {"direction", "inbound"}, {"text", "Stop"}});
  run.settle(); // two communications may overtake each other
  run.set({{"aloware_sms", "completed"}});
  post(run, "/sms-gateway/send", request);
  EXPECT_EQ(events(run, 3, 2).at(1), "OutboundSMS-DispositionInvalid") << "after a STOP";
  auto without = request;
  without.erase("line_id");
  EXPECT_EQ(post(run, "/sms-gateway/send", without).status, 422);
  std::vector<std::string> blocked;
  for (const auto& send : run.sends())
    blocked.push_back(text_of(send, "direction") + text_of(send, "blocked"));
  EXPECT_THAT(blocked,
              ElementsAre("outbound", "outbound", "outbound", "inbound", "outboundopted_out"));
}

TEST(AlowareFlags, PeopleSetThemAndTheApiCannot) {
  Running run;
  const auto id = contact(run);
  run.aloware_form({{"phone_number", person},
                    {"force_update", true},
                    {"is_dnc", true},
                    {"is_opted_out", true},
                    {"last_name", "T"}});
  EXPECT_EQ(look_up(run)["is_dnc"], false);
  EXPECT_EQ(look_up(run)["last_name"], "T");
  run.control("PUT", "/people/aloware/contacts/" + id, {{"is_opted_out", true}});
  EXPECT_EQ(look_up(run)["is_opted_out"], true);
  EXPECT_THAT(events(run, 0, 4), ElementsAre("Contact-Created", "Contact-Updated",
                                             "Contact-Updated", "Contact-DNCUpdated"));
}

TEST(AlowareLists, FormsEnrolAndMark) {
  Running run;
  const auto id = contact(run);
  const Json form{{"phone_number", person}, {"force_update", true}, {"add_to_powerdialer", true},
                  {"sequence_id", 77},      {"tag_id", 5},          {"disposition_status_id", 22}};
  EXPECT_EQ(run.aloware_form(form).status, 200);
  EXPECT_EQ(run.aloware_form(form).status, 200);
  EXPECT_EQ(memberships(run), Json::array({{{"contact_id", id},
                                            {"powerdialer_lists", {501, 501}},
                                            {"sequences", {77}},
                                            {"tag_id", 5},
                                            {"disposition_status_id", 22}}}))
      << "the dialer queues twice, the sequence does not";
  const auto told = run.engine.wait_for(2).at(1).json();
  expect_shape_of(told, "Contact-Disposed.UNVERIFIED.json");
  std::vector<std::string> channels;
  for (const auto& send : run.sends())
    channels.push_back(text_of(send, "channel"));
  EXPECT_THAT(channels, ElementsAre("powerdialer", "sequence", "powerdialer"));
}

TEST(AlowareLists, SequencesAndDialerListsAnswerAsTheContractSays) {
  const Running run;
  const auto id = contact(run);
  const Json by_phone{{"sequence_id", 77}, {"source", "phone_number"}, {"phone_number", person}};
  EXPECT_EQ(post(run, "/sequence-enroll", by_phone).status, 200);
  EXPECT_EQ(post(run, "/sequence-enroll", by_phone).status, 400);
  Json forced = by_phone;
  forced["force_enroll"] = true;
  EXPECT_EQ(post(run, "/sequence-enroll", forced).status, 200);
  const Json by_id{{"sequence_id", 77}, {"source", "aloware"}, {"id", std::stol(id)}};
  EXPECT_EQ(post(run, "/sequence-disenroll", by_id).status, 200);
  EXPECT_EQ(post(run, "/sequence-disenroll", by_id).status, 400);
  Json foreign = by_phone;
  foreign["source"] = "hubspot";
  EXPECT_EQ(post(run, "/sequence-enroll", foreign).status, 400);

  run.control("POST", "/play/aloware/list", {{"phone", person}, {"list_id", 9}});
  EXPECT_EQ(memberships(run)[0]["powerdialer_lists"], Json({9}));
  EXPECT_EQ(post(run, "/powerdialer-clear-list", {{"list_id", 9}}).status, 200);
  EXPECT_EQ(memberships(run), Json::array());
  run.control("POST", "/play/aloware/list", {{"phone", person}, {"list_id", 9}});
  const auto remove = [&](long contact_id) {
    return post(run, "/powerdialer-remove-contact-from-lists", {{"contact_id", contact_id}});
  };
  EXPECT_EQ(remove(std::stol(id)).status, 200);
  EXPECT_EQ(memberships(run), Json::array());
  const auto missing = remove(1);
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(sorted(missing.json()),
            sorted(parse_json(fixture("aloware/api-powerdialer-remove-404.json"))));
  const auto guessed = post(run, "/powerdialer-add-contact-to-lists", {{"contact_id", 1}});
  EXPECT_EQ(guessed.content_type, "text/html; charset=UTF-8") << "no such path";
}

TEST(AlowareCalls, ATwoLeggedCallRingsAPerson) {
  const Running run;
  contact(run);
  const Json body{{"user_id", 501}, {"contact_phone_number", person}, {"line_id", 3001}};
  const auto rung = post(run, "/two-legged-call", body);
  EXPECT_EQ(rung.status, 202);
  EXPECT_EQ(sorted(rung.json()),
            sorted(parse_json(fixture("aloware/api-two-legged-call-202.json"))));
  Json nobody = body;
  nobody["user_id"] = 999;
  const auto refused = post(run, "/two-legged-call", nobody);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(sorted(refused.json()),
            sorted(parse_json(fixture("aloware/api-two-legged-call-422.json"))));
  ASSERT_EQ(run.sends().size(), 1U);
  EXPECT_EQ(run.sends()[0]["channel"], "call");
}

TEST(AlowareSeed, FillsTheBookWithoutWebhooks) {
  Running run;
  const auto seeded = run.control("POST", "/seed/aloware",
                                  {{"phones", {{"from", "+12025550001"}, {"to", "+12025551200"}}}});
  EXPECT_EQ(seeded.status, 201) << seeded.body;
  EXPECT_EQ(run.control("GET", "/counts").json()["aloware"]["contacts"], 1200);
  EXPECT_EQ(look_up(run)["last_name"], "142");
  run.settle();
  EXPECT_EQ(run.engine.count(), 0U);
  EXPECT_EQ(run.control("POST", "/seed/aloware", {{"phones", {{"from", "+1"}}}}).status, 400);
  EXPECT_EQ(
      run.control("POST", "/seed/verity", {{"phones", {{"from", person}, {"to", person}}}}).status,
      404);
}

} // namespace
} // namespace tidemark::sandbox::test::aloware_test
