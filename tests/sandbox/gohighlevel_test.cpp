#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "tests/sandbox/harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tidemark::sandbox::test::gohighlevel_test {
namespace {

using testing::ElementsAre;

void expect_same_members(const Json& is, const std::string& file) {
  EXPECT_EQ(member_paths(is), member_paths(parse_json(fixture("gohighlevel/" + file)))) << file;
}

std::string created_id(const Running& run, const Json& body) {
  return text_of(run.ghl("POST", "/contacts/", body).json()["contact"], "id");
}

TEST(GohighlevelSandbox, AnswersWithTheMembersOfTheContractsExamples) {
  const Running run;
  auto upserted = run.ghl("POST", "/contacts/upsert", full_ghl_contact());
  EXPECT_EQ(upserted.status, 200);
  expect_same_members(upserted.json(), "api-upsert-200-new.json");
  const auto id = text_of(upserted.json()["contact"], "id");

  upserted = run.ghl("POST", "/contacts/upsert", full_ghl_contact());
  EXPECT_EQ(upserted.json()["new"], false);
  EXPECT_EQ(upserted.json()["contact"]["id"], id);

  const auto put = run.ghl("PUT", "/contacts/" + id, {{"city", "Marrowfield Heights"}});
  EXPECT_EQ(put.status, 200);
  expect_same_members(put.json(), "api-contact-put-200.json");

  const auto hit = run.ghl(
      "GET", "/contacts/search/duplicate?locationId=LOCexample0000000001&number=%2B12025550142");
  expect_same_members(hit.json(), "api-search-duplicate-hit.json");
  EXPECT_EQ(hit.json()["contact"]["city"], "Marrowfield Heights");
  const auto miss = run.ghl(
      "GET", "/contacts/search/duplicate?locationId=LOCexample0000000001&email=no@example.com");
  EXPECT_EQ(miss.status, 200);
  EXPECT_TRUE(miss.json()["contact"].is_null());

  const auto tags = run.ghl("POST", "/contacts/" + id + "/tags", {{"tags", {"VIP"}}});
  EXPECT_EQ(tags.status, 201);
  EXPECT_EQ(tags.json()["tags"], Json({"new lead", "vip"}));
  expect_same_members(tags.json(), "api-tags-add-201.json");
}

TEST(GohighlevelSandbox, RefusesInTheVendorsWords) {
  const Running run;
  const auto url = run.url("gohighlevel") + "/contacts/x";
  const auto same = [](const Answer& answer, const std::string& file) {
    EXPECT_EQ(nlohmann::json(answer.json()),
              nlohmann::json(parse_json(fixture("gohighlevel/" + file))));
  };
  const auto no_version = call("GET", url, {"Authorization: Bearer " + Settings{}.ghl_token});
  EXPECT_EQ(no_version.status, 401);
  same(no_version, "api-error-401-version-header.json");
  const auto bad_token = call("GET", url, {"Version: 2021-07-28", "Authorization: Bearer no"});
  EXPECT_EQ(bad_token.status, 401);
  same(bad_token, "api-error-401-bad-token.json");
  const auto missing = run.ghl("GET", "/contacts/CONexample0000000404");
  EXPECT_EQ(missing.status, 400);
  same(missing, "api-error-400-contact-not-found.json");
  const auto no_route = run.ghl("PUT", "/contacts/CONexample0000000001/dnd", Json::object());
  EXPECT_EQ(no_route.status, 404);
  same(no_route, "api-error-404-no-route.json");
  const auto elsewhere = run.ghl("POST", "/contacts/", {{"locationId", "LOCelse"}});
  EXPECT_EQ(elsewhere.status, 403);
  same(elsewhere, "api-error-403-location.json");
}

TEST(GohighlevelSandbox, RefusesADuplicateAndNamesTheContact) {
  const Running run;
  const auto id = created_id(run, full_ghl_contact());
  const auto again = run.ghl(
      "POST", "/contacts/", {{"locationId", Settings{}.ghl_location}, {"phone", "(202) 555-0142"}});
  EXPECT_EQ(again.status, 400);
  expect_same_members(again.json(), "api-contact-create-400-duplicate.json");
  EXPECT_EQ(again.json()["meta"]["contactId"], id);
  EXPECT_EQ(again.json()["meta"]["matchingField"], "phone");
}

TEST(GohighlevelSandbox, RefusesUnknownMembersWithAList) {
  const Running run;
  const auto id = created_id(run, full_ghl_contact());
  const auto answer = run.ghl("PUT", "/contacts/" + id,
                              {{"additionalEmails", Json::array()},
                               {"locationId", "LOCexample0000000001"},
                               {"dndSettings", {{"email", {{"status", "active"}}}}}});
  EXPECT_EQ(answer.status, 422);
  expect_same_members(answer.json(), "api-error-422.json");
  EXPECT_EQ(answer.json()["message"], Json({"property additionalEmails should not exist",
                                            "property locationId should not exist",
                                            "dndSettings.property email should not exist"}));
}

TEST(GohighlevelSandbox, DropsTheSecondFieldWhenPhoneAndEmailBelongToTwoContacts) {
  const Running run;
  const Json location{{"locationId", Settings{}.ghl_location}};
  auto with_email = location;
  with_email["email"] = "a@example.com";
  auto with_phone = location;
  with_phone["phone"] = "+12025550143";
  const auto id = created_id(run, with_email);
  created_id(run, with_phone);
  auto both = with_email;
  both["phone"] = "+12025550143";
  const auto answer = run.ghl("POST", "/contacts/upsert", both).json();
  EXPECT_EQ(answer["contact"]["id"], id);
  EXPECT_FALSE(answer["contact"].contains("phone"));
}

TEST(GohighlevelSandbox, ItsOwnApiWritesComeBackAsSignedWebhooks) {
  Running run;
  const auto id = created_id(run, full_ghl_contact());
  run.ghl("PUT", "/contacts/" + id, {{"city", "Elsewhere"}});
  run.ghl("PUT", "/contacts/" + id, {{"city", "Elsewhere"}}); // changes nothing: tells nothing
  run.ghl("PUT", "/contacts/" + id, {{"dndSettings", {{"SMS", {{"status", "active"}}}}}});
  run.ghl("DELETE", "/contacts/" + id);
  const auto webhooks = run.engine.wait_for(4);
  run.settle();
  EXPECT_EQ(run.engine.count(), 4U);
  std::vector<std::string> types;
  for (const auto& webhook : webhooks) {
    types.push_back(text_of(webhook.json(), "type"));
    EXPECT_EQ(webhook.path, "/webhooks/gohighlevel");
    EXPECT_EQ(webhook.json()["id"], id);
    const auto key = from_base64("Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc=");
    const auto signature = from_base64(webhook.headers.at("x-ghl-signature"));
    EXPECT_TRUE(key && signature && ed25519_verify(*key, webhook.body, *signature));
  }
  EXPECT_THAT(types,
              ElementsAre("ContactCreate", "ContactUpdate", "ContactDndUpdate", "ContactDelete"));
  expect_same_members(webhooks[0].json(), "ContactCreate.json");
  EXPECT_EQ(webhooks[2].json()["dndSettings"]["SMS"]["status"], "active");
  EXPECT_EQ(webhooks[2].json()["dndSettings"]["Call"]["status"], "inactive");
  EXPECT_NE(webhooks[0].json()["webhookId"], webhooks[1].json()["webhookId"]);
}

TEST(GohighlevelSandbox, TellsOfPeoplesEditsOnlyWhenEchoIsOff) {
  Settings settings;
  settings.echo = false;
  Running run(settings);
  created_id(run, full_ghl_contact());
  const auto person = run.control("POST", "/people/gohighlevel/contacts",
                                  {{"first_name", "Ana"}, {"phone", "+12025550144"}});
  EXPECT_EQ(person.status, 201);
  const auto webhook = run.engine.wait_for(1).at(0).json();
  run.settle();
  EXPECT_EQ(run.engine.count(), 1U);
  EXPECT_EQ(webhook["firstName"], "Ana");
  EXPECT_EQ(run.received("gohighlevel").size(), 1U) << "people leave no entry";
}

TEST(GohighlevelSandbox, AnOldTokenIsRefusedFromTheMomentOfRotation) {
  const Running run;
  EXPECT_EQ(run.control("POST", "/tokens/gohighlevel", {{"token", "next"}}).status, 200);
  EXPECT_EQ(run.ghl("GET", "/contacts/x").status, 401);
  EXPECT_EQ(call("GET", run.url("gohighlevel") + "/contacts/x",
                 {"Version: 2021-07-28", "Authorization: Bearer next"})
                .status,
            400);
}

TEST(GohighlevelSandbox, RealLimitsEndABurstWith429) {
  Settings settings;
  settings.real_limits = true;
  const Running run(settings);
  Answer last;
  for (int i = 0; i < 400 && last.status != 429; ++i) { // two windows at the most
    last = run.ghl("GET", "/contacts/x");
    EXPECT_EQ(last.headers["x-ratelimit-max"], "100");
  }
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.headers["x-ratelimit-remaining"], "0");
}

TEST(GohighlevelSandbox, LimitsCanBeSetAndAreOnEveryAnswer) {
  const Running run;
  run.set({{"real_limits", true}, {"ghl_burst", 2}, {"ghl_daily", 3}, {"ghl_window_ms", 0}});
  EXPECT_EQ(run.ghl("GET", "/contacts/x").headers["x-ratelimit-limit-daily"], "3");
  EXPECT_EQ(run.ghl("GET", "/contacts/x").headers["x-ratelimit-interval-milliseconds"], "0");
  EXPECT_EQ(run.ghl("GET", "/contacts/x").headers["x-ratelimit-daily-remaining"], "0");
  EXPECT_EQ(run.ghl("GET", "/contacts/x").status, 429) << "the day's number is used up";
  run.set({{"ghl_daily", 100}, {"ghl_window_ms", 600'000}});
  Answer last;
  for (int i = 0; i < 3; ++i)
    last = run.ghl("GET", "/contacts/x");
  EXPECT_EQ(last.status, 429) << "the window's number is used up";
  EXPECT_EQ(last.headers["x-ratelimit-max"], "2");
}

TEST(GohighlevelSandbox, SearchFindsByFilterAndRefusesWithoutAPageLimit) {
  const Running run;
  const auto id = created_id(run, full_ghl_contact());
  const Json filter{{"field", "phone"}, {"operator", "eq"}, {"value", "+12025550142"}};
  const Json query{{"locationId", Settings{}.ghl_location},
                   {"pageLimit", 20},
                   {"filters", Json::array({filter})}};
  const auto found = run.ghl("POST", "/contacts/search", query).json();
  EXPECT_EQ(found["total"], 1);
  EXPECT_EQ(found["contacts"][0]["id"], id);
  EXPECT_EQ(run.ghl("POST", "/contacts/search", {{"locationId", Settings{}.ghl_location}}).status,
            422);
  EXPECT_EQ(run.received("gohighlevel").size(), 1U) << "a search is no effect";
}

TEST(GohighlevelSandbox, SearchPagesThroughALargeBookWithEachContactOnce) {
  Running run;
  const auto seeded =
      run.control("POST", "/seed/gohighlevel",
                  {{"phones", {{"from", "+12025550001"}, {"to", "+12025551200"}}},
                   {"fields", {{"first_name", "Seed"}, {"email", "seed-{n}@example.com"}}}});
  EXPECT_EQ(seeded.json()["seeded"], 1200);
  Json query{{"locationId", Settings{}.ghl_location}, {"pageLimit", 100}};
  std::set<std::string> emails;
  std::size_t pages = 0;
  for (; pages < 20; ++pages) {
    const auto page = run.ghl("POST", "/contacts/search", query).json();
    ASSERT_EQ(page["total"], 1200);
    if (page["contacts"].empty())
      break;
    for (const auto& contact : page["contacts"])
      EXPECT_TRUE(emails.insert(text_of(contact, "email")).second);
    query["searchAfter"] = page["contacts"].back()["searchAfter"];
  }
  EXPECT_EQ(pages, 12U);
  EXPECT_EQ(emails.size(), 1200U);
  EXPECT_TRUE(emails.contains("seed-1200@example.com"));
  query.erase("searchAfter");
  query["page"] = 12;
  EXPECT_EQ(run.ghl("POST", "/contacts/search", query).json()["contacts"].size(), 100U);
  run.settle();
  EXPECT_EQ(run.engine.count(), 0U) << "seeded contacts are told by no webhook";
}

TEST(GohighlevelSandbox, SearchRefusesLongPagesAndUnknownOperators) {
  const Running run;
  run.ghl_contact();
  Json query{{"locationId", Settings{}.ghl_location}, {"pageLimit", 101}};
  EXPECT_EQ(run.ghl("POST", "/contacts/search", query).status, 422);
  query["pageLimit"] = 100;
  Json filter{{"field", "dateUpdated"}, {"operator", "like"}, {"value", "2026"}};
  query["filters"] = Json::array({filter});
  EXPECT_EQ(run.ghl("POST", "/contacts/search", query).status, 422);
  filter["operator"] = "range";
  filter["value"] = {{"gte", "2001-01-01T00:00:00.000Z"}, {"lte", "2999-01-01T00:00:00.000Z"}};
  query["filters"] = Json::array({filter});
  EXPECT_EQ(run.ghl("POST", "/contacts/search", query).json()["total"], 1);
  query["filters"][0]["value"] = {{"gte", "2999-01-01T00:00:00.000Z"}};
  EXPECT_EQ(run.ghl("POST", "/contacts/search", query).json()["total"], 0);
}

TEST(GohighlevelSandbox, WorkflowsAreKeptAndCountAsSends) {
  const Running run;
  const auto id = run.ghl_contact();
  EXPECT_EQ(run.ghl("POST", "/contacts/none/workflow/W1", Json::object()).status, 400);
  EXPECT_EQ(run.ghl("POST", "/contacts/" + id + "/workflow/W1", Json::object()).status, 200);
  EXPECT_EQ(run.ghl("POST", "/contacts/" + id + "/workflow/W1", Json::object()).status, 200);
  const auto kept = [&] {
    return run.control("GET", "/state/gohighlevel/workflows").json()["workflows"];
  };
  EXPECT_EQ(kept(), Json::array({{{"workflow", "W1"}, {"contact", id}}}));
  EXPECT_EQ(run.sends().size(), 2U);
  EXPECT_EQ(run.sends()[0]["channel"], "workflow");
  EXPECT_EQ(run.ghl("DELETE", "/contacts/" + id + "/workflow/W1").status, 200);
  EXPECT_EQ(kept(), Json::array());
}

} // namespace
} // namespace tidemark::sandbox::test::gohighlevel_test
