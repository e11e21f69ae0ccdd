#include "tests/sandbox/harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::sandbox::test::gohighlevel_dnd_test {
namespace {

using testing::ElementsAre;

Json dnd_of(const Running& run, const std::string& id) {
  return run.ghl("GET", "/contacts/" + id).json()["contact"]["dndSettings"];
}

/// Types of the first `count` webhooks.
std::vector<std::string> types(Running& run, std::size_t count) {
  std::vector<std::string> list;
  for (const auto& webhook : run.engine.wait_for(count))
    list.push_back(text_of(webhook.json(), "type"));
  run.settle();
  EXPECT_EQ(run.engine.count(), count);
  return list;
}

TEST(GohighlevelDnd, MergesChannelsAndTellsOfThemBesideOtherChanges) {
  Running run;
  const auto id = run.ghl_contact();
  run.ghl("PUT", "/contacts/" + id, {{"dndSettings", {{"SMS", {{"status", "active"}}}}}});
  run.ghl("PUT", "/contacts/" + id,
          {{"city", "Elsewhere"}, {"dndSettings", {{"Call", {{"status", "active"}}}}}});
  const auto dnd = dnd_of(run, id);
  EXPECT_EQ(dnd["SMS"]["status"], "active") << "a channel that is not named keeps its state";
  EXPECT_EQ(dnd["Call"]["status"], "active");
  EXPECT_EQ(dnd["Email"]["status"], "inactive");
  EXPECT_THAT(types(run, 4), ElementsAre("ContactCreate", "ContactDndUpdate", "ContactUpdate",
                                         "ContactDndUpdate"));
}

TEST(GohighlevelDnd, APermanentBlockIsLiftedByPeopleOnly) {
  const Running run;
  const auto id =
      run.ghl_contact({{"dndSettings", {{"SMS", {{"status", "permanent"}, {"code", "101"}}}}}});
  const Json lift{{"dndSettings", {{"SMS", {{"status", "inactive"}}}}}};
  EXPECT_EQ(run.ghl("PUT", "/contacts/" + id, lift).status, 200) << "accepted and not done";
  EXPECT_EQ(dnd_of(run, id)["SMS"]["status"], "permanent");
  auto upsert = full_ghl_contact();
  upsert.update(lift);
  run.ghl("POST", "/contacts/upsert", upsert);
  EXPECT_EQ(dnd_of(run, id)["SMS"]["status"], "permanent");
  run.control("PUT", "/people/gohighlevel/contacts/" + id, lift);
  EXPECT_EQ(dnd_of(run, id)["SMS"]["status"], "inactive");
}

TEST(GohighlevelDnd, InboundSettingsAreStoredAndToldByNoWebhook) {
  Running run;
  const auto id = run.ghl_contact();
  const Json inbound{{"inboundDndSettings", {{"all", {{"status", "active"}, {"message", "x"}}}}}};
  EXPECT_EQ(run.ghl("PUT", "/contacts/" + id, inbound).status, 200);
  EXPECT_EQ(run.ghl("GET", "/contacts/" + id).json()["contact"]["inboundDndSettings"],
            inbound["inboundDndSettings"]);
  EXPECT_EQ(run.received("gohighlevel").back()["outcome"], "updated");
  EXPECT_EQ(
      run.ghl("PUT", "/contacts/" + id, {{"inboundDndSettings", {{"SMS", {{"status", "active"}}}}}})
          .status,
      422);
  EXPECT_THAT(types(run, 1), ElementsAre("ContactCreate"));
}

TEST(GohighlevelDnd, AChannelInTheWrongCaseIsRefusedEverywhere) {
  const Running run;
  const auto id = run.ghl_contact();
  const Json wrong{{"dndSettings", {{"sms", {{"status", "active"}}}}}};
  auto whole = full_ghl_contact();
  whole.update(wrong);
  for (const auto& answer :
       {run.ghl("PUT", "/contacts/" + id, wrong), run.ghl("POST", "/contacts/upsert", whole),
        run.ghl("POST", "/contacts/", whole)}) {
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.json()["message"], Json({"dndSettings.property sms should not exist"}));
  }
}

TEST(GohighlevelTags, AreLowerCaseReplacedByWritesAndToldAsTheCompleteSet) {
  Running run;
  const auto id = run.ghl_contact({{"tags", {"New Lead", "new lead", "A"}}});
  EXPECT_EQ(run.ghl("GET", "/contacts/" + id).json()["contact"]["tags"], Json({"new lead", "a"}));
  run.ghl("PUT", "/contacts/" + id, {{"tags", {"B"}}});
  EXPECT_EQ(run.ghl("POST", "/contacts/" + id + "/tags", {{"tags", {"VIP"}}}).status, 201);
  const auto gone = run.ghl("DELETE", "/contacts/" + id + "/tags", {{"tags", {"b"}}});
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(member_paths(gone.json()),
            member_paths(parse_json(fixture("gohighlevel/api-tags-remove-200.json"))));
  EXPECT_EQ(run.ghl("PUT", "/contacts/" + id, {{"tags", {1}}}).status, 422);
  EXPECT_EQ(run.ghl("POST", "/contacts/none/tags", {{"tags", {"x"}}}).status, 400);
  const auto webhooks = run.engine.wait_for(4);
  ASSERT_EQ(webhooks.size(), 4U);
  EXPECT_THAT(types(run, 4), ElementsAre("ContactCreate", "ContactTagUpdate", "ContactTagUpdate",
                                         "ContactTagUpdate"));
  EXPECT_EQ(webhooks[2].json()["tags"], Json({"b", "vip"}));
  EXPECT_EQ(webhooks[3].json()["tags"], Json({"vip"}));
  EXPECT_EQ(member_paths(webhooks[2].json()),
            member_paths(parse_json(fixture("gohighlevel/ContactTagUpdate.json"))));
}

TEST(GohighlevelNotes, AreMadeListedChangedAndTold) {
  Running run;
  const auto id = run.ghl_contact();
  const auto path = "/contacts/" + id + "/notes";
  const auto made = run.ghl("POST", path, {{"body", "Prefers texts."}});
  EXPECT_EQ(made.status, 201);
  const auto again = run.ghl("POST", path, {{"body", "Prefers texts."}});
  EXPECT_NE(made.json()["note"]["id"], again.json()["note"]["id"]) << "nothing is idempotent here";
  const auto note = path + "/" + text_of(made.json()["note"], "id");
  EXPECT_EQ(run.ghl("PUT", note, {{"body", "Prefers calls."}}).status, 200);
  EXPECT_EQ(run.ghl("DELETE", path + "/" + text_of(again.json()["note"], "id")).status, 200);
  const auto list = run.ghl("GET", path).json()["notes"];
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["body"], "Prefers calls.");
  EXPECT_EQ(run.ghl("POST", path, {{"text", "x"}}).status, 422);
  EXPECT_EQ(run.ghl("POST", "/contacts/none/notes", {{"body", "x"}}).status, 400);
  EXPECT_EQ(run.ghl("PUT", path + "/none", {{"body", "x"}}).status, 400);
  const auto webhooks = run.engine.wait_for(5);
  ASSERT_EQ(webhooks.size(), 5U);
  EXPECT_THAT(types(run, 5),
              ElementsAre("ContactCreate", "NoteCreate", "NoteCreate", "NoteUpdate", "NoteDelete"));
  EXPECT_EQ(member_paths(webhooks[1].json()),
            member_paths(parse_json(fixture("gohighlevel/NoteCreate.json"))));
  EXPECT_EQ(run.control("GET", "/state/gohighlevel/notes").json()["notes"].size(), 1U);
}

} // namespace
} // namespace tidemark::sandbox::test::gohighlevel_dnd_test
