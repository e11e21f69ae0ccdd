#include "tests/sandbox/harness.hpp"

#include <gtest/gtest.h>

namespace tidemark::sandbox::test::faults_test {
namespace {

Json contact(const std::string& phone) {
  return {{"locationId", Settings{}.ghl_location}, {"phone", phone}};
}
Json fault(const std::string& behaviour) {
  return {{"system", "gohighlevel"}, {"match", "POST /contacts/"}, {"behaviour", behaviour}};
}
std::size_t ghl_contacts(const Running& run) {
  return run.control("GET", "/counts").json()["gohighlevel"]["contacts"];
}

TEST(SandboxFaults, AStatusIsPlayedAsOftenAsOrderedAndHasNoEffect) {
  const Running run;
  run.fault({{"system", "gohighlevel"},
             {"match", "POST /contacts/"},
             {"status", 429},
             {"times", 2},
             {"retry_after", 7}});
  for (int i = 0; i < 2; ++i) {
    auto answer = run.ghl("POST", "/contacts/", contact("+12025550142"));
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.headers["retry-after"], "7");
  }
  EXPECT_EQ(run.ghl("GET", "/contacts/x").status, 400) << "another path is not touched";
  EXPECT_EQ(ghl_contacts(run), 0U);
  EXPECT_EQ(run.received("gohighlevel")[0]["outcome"], "not_performed");
  EXPECT_EQ(run.ghl("POST", "/contacts/", contact("+12025550142")).status, 201);
}

TEST(SandboxFaults, AStatusSaysWhatIsOrdered) {
  const Running run;
  run.fault({{"system", "gohighlevel"},
             {"match", "POST /contacts/"},
             {"status", 422},
             {"body", {{"message", {"phone must be a phone"}}}}});
  const auto answer = run.ghl("POST", "/contacts/", contact("+12025550142"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.json()["message"][0], "phone must be a phone");
}

TEST(SandboxFaults, GarbageAndPagesLookLikeSuccess) {
  const Running run;
  run.fault(fault("garbage"));
  const auto garbage = run.ghl("POST", "/contacts/", contact("+12025550142"));
  EXPECT_EQ(garbage.status, 200);
  EXPECT_TRUE(garbage.json().is_discarded());
  run.fault(fault("html200"));
  const auto page = run.ghl("POST", "/contacts/", contact("+12025550142"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=UTF-8");
  EXPECT_EQ(ghl_contacts(run), 0U);
}

TEST(SandboxFaults, AResetOrSilenceGivesNoAnswerAndNoEffect) {
  const Running run;
  for (const auto* behaviour : {"reset", "never"}) {
    run.fault(fault(behaviour));
    EXPECT_EQ(run.ghl("POST", "/contacts/", contact("+12025550142"), 300).status, 0) << behaviour;
  }
  EXPECT_EQ(ghl_contacts(run), 0U);
}

TEST(SandboxFaults, AnEffectMayComeWithoutAnAnswer) {
  const Running run;
  run.fault(fault("effect_then_reset"));
  EXPECT_EQ(run.ghl("POST", "/contacts/", contact("+12025550142")).status, 0);
  run.fault(fault("effect_then_timeout"));
  EXPECT_EQ(run.ghl("POST", "/contacts/", contact("+12025550143"), 300).status, 0);
  EXPECT_EQ(ghl_contacts(run), 2U);
  const auto log = run.received("gohighlevel");
  EXPECT_EQ(log[0]["outcome"], "created");
  EXPECT_EQ(log[0]["status"], 0);
}

TEST(SandboxFaults, AnAnswerMayBeTooLongTooShortOrSlow) {
  const Running run;
  run.fault(fault("wrong_length"));
  const auto cut = run.ghl("POST", "/contacts/", contact("+12025550142"));
  EXPECT_EQ(cut.status, 201);
  EXPECT_FALSE(cut.whole);
  run.fault(fault("huge"));
  const auto huge = run.ghl("POST", "/contacts/", contact("+12025550143"), 500);
  EXPECT_GT(huge.body.size(), 1U << 20U);
  run.fault({{"system", "gohighlevel"}, {"match", "GET"}, {"behaviour", "drip"}});
  const auto slow = run.ghl("GET", "/contacts/x", nullptr, 200);
  EXPECT_FALSE(slow.whole);
}

TEST(SandboxFaults, ARedirectIsPlayed) {
  const Running run;
  run.fault(fault("redirect"));
  auto answer = run.ghl("POST", "/contacts/", contact("+12025550142"));
  EXPECT_EQ(answer.status, 302);
  EXPECT_FALSE(answer.headers["location"].empty());
}

TEST(SandboxFaults, AWrongOrderIsRefusedWithItsReason) {
  const Running run;
  const Json wrong[] = {Json::array(),
                        {{"system", "nobody"}, {"status", 500}},
                        {{"system", "verity"}, {"behaviour", "explode"}},
                        {{"system", "verity"}, {"status", 42}},
                        {{"system", "verity"}, {"status", 500}, {"times", 0}}};
  for (const auto& order : wrong) {
    const auto answer = run.control("POST", "/faults", order);
    EXPECT_EQ(answer.status, 400) << order;
    EXPECT_FALSE(text_of(answer.json(), "error").empty());
  }
}

TEST(SandboxFaults, DuplicatesCarryTheSameWebhookId) {
  Running run;
  run.fault({{"system", "gohighlevel"},
             {"match", "ContactCreate"},
             {"behaviour", "duplicate"},
             {"count", 50}});
  run.ghl("POST", "/contacts/", contact("+12025550142"));
  const auto webhooks = run.engine.wait_for(50);
  ASSERT_EQ(webhooks.size(), 50U);
  for (const auto& webhook : webhooks)
    EXPECT_EQ(webhook.body, webhooks[0].body);
  run.settle();
  EXPECT_EQ(run.engine.count(), 50U);
}

TEST(SandboxFaults, AWebhookMayBeDroppedHeldOrOvertaken) {
  Running run;
  const auto order = [&](const char* behaviour) {
    run.fault({{"system", "gohighlevel"}, {"match", "ContactCreate"}, {"behaviour", behaviour}});
  };
  order("drop");
  run.ghl("POST", "/contacts/", contact("+12025550141"));
  order("hold");
  run.ghl("POST", "/contacts/", contact("+12025550142"));
  order("reorder");
  run.ghl("POST", "/contacts/", contact("+12025550143"));
  run.ghl("POST", "/contacts/", contact("+12025550144"));
  auto webhooks = run.engine.wait_for(2);
  run.settle();
  ASSERT_EQ(run.engine.count(), 2U);
  EXPECT_EQ(webhooks[0].json()["phone"], "+12025550144");
  EXPECT_EQ(webhooks[1].json()["phone"], "+12025550143");
  EXPECT_EQ(run.control("POST", "/release/gohighlevel").json()["released"], 1);
  EXPECT_EQ(run.engine.wait_for(3).at(2).json()["phone"], "+12025550142");
}

TEST(SandboxFaults, ACreatesWebhookMayArriveBeforeItsAnswer) {
  Running run;
  run.fault(fault("send_before_answer"));
  EXPECT_EQ(run.ghl("POST", "/contacts/", contact("+12025550142")).status, 201);
  EXPECT_EQ(run.engine.count(), 1U) << "no waiting: it has arrived already";
}

TEST(SandboxFaults, GohighlevelRetriesWhatWasNotTaken) {
  Running run;
  run.engine.answer_with({500, 302, 429});
  run.ghl("POST", "/contacts/", contact("+12025550142"));
  const auto webhooks = run.engine.wait_for(4);
  run.settle();
  EXPECT_EQ(run.engine.count(), 4U);
  EXPECT_EQ(webhooks[3].body, webhooks[0].body);
  const auto ended = run.control("GET", "/state/gohighlevel/webhooks").json()["webhooks"];
  EXPECT_EQ(ended[0]["attempts"], 4);
  EXPECT_EQ(ended[0]["status"], 200);
}

TEST(SandboxFaults, AWebhookWaitsForTheAnswerToTheOneBeforeOfTheSameContact) {
  Running run;
  run.engine.hold_answers();
  const auto made = run.ghl("POST", "/contacts/", contact("+12025550142")).json();
  run.ghl("PUT", "/contacts/" + text_of(made["contact"], "id"), {{"city", "Elsewhere"}});
  run.ghl("POST", "/contacts/", contact("+12025550143"));
  const auto first = run.engine.wait_for(2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[1].json()["phone"], "+12025550143") << "another contact does not wait";
  run.engine.let_answers_go();
  const auto all = run.engine.wait_for(3);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].json()["city"], "Elsewhere");
}

TEST(SandboxControl, TheSameSeedGivesTheSameIds) {
  const auto ids = [](std::uint64_t seed) {
    Settings settings;
    settings.seed = seed;
    Running run(settings);
    const auto made = run.ghl("POST", "/contacts/", contact("+12025550142")).json();
    const auto webhook = run.engine.wait_for(1).at(0).json();
    return std::pair{text_of(made["contact"], "id"), text_of(webhook, "webhookId")};
  };
  const auto first = ids(1);
  EXPECT_EQ(ids(1), first);
  EXPECT_NE(ids(2).first, first.first);
  EXPECT_NE(ids(2).second, first.second);
}

TEST(SandboxControl, ResetForgetsEverythingAndUnknownRoutesSaySo) {
  const Running run;
  run.ghl("POST", "/contacts/", contact("+12025550142"));
  run.fault(fault("garbage"));
  EXPECT_EQ(run.control("POST", "/reset").status, 200);
  EXPECT_EQ(ghl_contacts(run), 0U);
  EXPECT_TRUE(run.received("gohighlevel").empty());
  EXPECT_TRUE(run.control("GET", "/faults").json()["faults"].empty());
  for (const auto* path : {"/", "/nothing", "/state/nobody/contacts", "/state/verity/nothing"})
    EXPECT_EQ(run.control("GET", path).status, 404) << path;
}

} // namespace
} // namespace tidemark::sandbox::test::faults_test
