#include "connectors/aloware/aloware.hpp"
#include "connectors/shared/recorded_inputs.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::list_actions_test {
namespace {

using domain::DeliveryVerdict;
using events::Action;
using Json = nlohmann::json;

const Connector dialer = aloware::connector();

Settings settings() {
  Settings out;
  out.name = ConnectorName("dialer");
  out.values = {{"base_url", "https://vendor.test"}};
  out.secrets.emplace("token", SecretText("secret-token"));
  return out;
}

events::ActionIntended action(Action what, events::Placement placement) {
  events::ActionIntended out;
  out.delivery = DeliveryId("d1");
  out.action = what;
  out.context.set(events::Field::phone, "+12025550142");
  out.placement = std::move(placement);
  return out;
}

/// Plays an attempt: `answers` by step, the rest is 200. Gives the requests and the end.
struct Played {
  std::string steps;
  std::vector<HttpRequest> requests;
  domain::DeliveryResult end;
};
Played play(const events::ActionIntended& intent, std::map<std::string, HttpAnswer> answers,
            const std::string& id = "70000001", bool after_unknown = false,
            const std::vector<Exchange>& before = {}, std::string_view unknown_step = {}) {
  Played out;
  const auto with = settings();
  std::vector<Exchange> exchanges;
  ActionWork work{intent, RemoteId(id), 1, after_unknown, {}, {}, unknown_step, before};
  for (int i = 0; i < 12; ++i) {
    const auto step = dialer.next_action(work, with);
    if (const auto* done = std::get_if<Conclude>(&step)) {
      out.end = done->delivery_result;
      return out;
    }
    const auto& send = std::get<Send>(step);
    out.steps += (out.steps.empty() ? "" : " ") + send.step;
    out.requests.push_back(send.request);
    const auto found = answers.find(send.step);
    exchanges.push_back(
        {send.step, found == answers.end() ? answer(200, R"({"message":"ok"})") : found->second});
    work.exchanges = exchanges;
  }
  throw std::runtime_error("the attempt does not end");
}
Json body_of(const HttpRequest& request) {
  return Json::parse(request.body);
}

const HttpAnswer lists =
    answer(200, R"({"data":[{"id":4001,"name":"DF_ANA_HOT","contact_ids":[70000001]},
                            {"id":4002,"name":"DF_BO_HOT","contact_ids":[]},
                            {"id":4003,"name":"Made by hand","contact_ids":[70000001,7]}]})");
const HttpAnswer lists_without_members =
    answer(200, R"([{"id":4001,"name":"DF_ANA_HOT"},{"id":4002,"name":"DF_BO_HOT"}])");
const HttpAnswer contact = answer(200, R"({"id":70000001,"phone_number":"+12025550142"})");
const HttpAnswer page = answer(200, "<!DOCTYPE html>", "text/html");

TEST(AlowarePlacement, JoinsTheListOfThatNameWhateverItsCase) {
  const auto played =
      play(action(Action::join_list, {{"df_bo_HOT"}, {}, {}, {}, {}}), {{"lists", lists}});
  EXPECT_EQ(played.steps, "lists join_list");
  EXPECT_EQ(played.requests[0].url, "https://vendor.test/api/v1/call-lists?api_token=secret-token");
  EXPECT_EQ(body_of(played.requests[1])["list_id"], 4002);
  EXPECT_EQ(body_of(played.requests[1])["contact_ids"], Json::array({70000001}));
  EXPECT_EQ(played.end.verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(played.end.detail, "df_bo_HOT");
}

TEST(AlowarePlacement, DoesNotQueueWhoIsOnTheListAlready) {
  const auto played =
      play(action(Action::join_list, {{"DF_ANA_HOT"}, {}, {}, {}, {}}), {{"lists", lists}});
  EXPECT_EQ(played.steps, "lists");
  EXPECT_EQ(played.end.reason_code, Reason::found_as_wanted);
}

TEST(AlowarePlacement, AListThatIsNotThereIsRefusedWithItsExactName) {
  const auto played =
      play(action(Action::join_list, {{"DF_Cy_HOT"}, {}, {}, {}, {}}), {{"lists", lists}});
  EXPECT_EQ(played.steps, "lists") << "nothing is written";
  EXPECT_EQ(played.end.verdict, DeliveryVerdict::rejected);
  EXPECT_EQ(played.end.reason_code, Reason::list_missing);
  EXPECT_EQ(played.end.detail, "DF_Cy_HOT");
}

TEST(AlowarePlacement, AnAccountWithoutListCallsIsRefusedAndNotTriedForEver) {
  for (const auto* step : {"lists", "join_list"}) {
    std::map<std::string, HttpAnswer> answers{{"lists", lists}};
    answers.insert_or_assign(step, page);
    const auto played = play(action(Action::join_list, {{"DF_BO_HOT"}, {}, {}, {}, {}}), answers);
    EXPECT_EQ(played.end.verdict, DeliveryVerdict::rejected) << step;
    EXPECT_EQ(played.end.reason_code, Reason::lists_not_offered) << step;
  }
}

TEST(AlowarePlacement, LeavingOneListKeepsTheOthers) {
  const auto played =
      play(action(Action::leave_lists, {{"DF_ANA_HOT"}, {}, {}, {}, {}}), {{"lists", lists}});
  EXPECT_EQ(played.steps, "lists leave_lists join_list") << "the one call leaves every list";
  EXPECT_EQ(body_of(played.requests[1])["contact_id"], 70000001);
  EXPECT_EQ(body_of(played.requests[2])["list_id"], 4003) << "a list that people put it on stays";
  EXPECT_EQ(
      play(action(Action::leave_lists, {{"DF_BO_HOT"}, {}, {}, {}, {}}), {{"lists", lists}}).steps,
      "lists")
      << "it is not on it";
  EXPECT_EQ(play(action(Action::leave_lists, {{"DF_ANA_HOT"}, {"DF_BO_HOT"}, {}, {}, {}}),
                 {{"lists", lists_without_members}})
                .steps,
            "lists leave_lists join_list")
      << "where nobody says who is on which, those of ours are joined again";
}

const HttpAnswer lists_with_nobody =
    answer(200, R"({"data":[{"id":4001,"name":"DF_ANA_HOT","contact_ids":[]},
                            {"id":4002,"name":"DF_BO_HOT","contact_ids":[7]},
                            {"id":4003,"name":"Made by hand","contact_ids":[7]}]})");

TEST(AlowarePlacement, AnAttemptThatEndedAfterLeavingAllListsIsTakenUpAgain) {
  const auto intent = action(Action::leave_lists, {{"DF_ANA_HOT"}, {}, {}, {}, {}});
  const auto took_effect =
      play(intent, {{"lists", lists_with_nobody}}, "70000001", false, {{"lists", lists}});
  ASSERT_EQ(took_effect.steps, "lists join_list");
  EXPECT_EQ(body_of(took_effect.requests[1])["list_id"], 4003) << "as people had put it";
  EXPECT_EQ(play(intent, {{"lists", lists_with_nobody}}).steps, "lists") << "nothing was left";
  EXPECT_EQ(play(intent, {{"lists", lists}}, "70000001", false, {{"lists", lists}}).steps,
            "lists leave_lists join_list")
      << "it took no effect: what stands now is what counts";
}

TEST(AlowarePlacement, AKeptListThatIsGoneIsTold) {
  const auto played = play(action(Action::leave_lists, {{"DF_ANA_HOT"}, {"DF_CY"}, {}, {}, {}}),
                           {{"lists", lists}});
  EXPECT_EQ(played.end.reason_code, Reason::kept_list_missing);
  EXPECT_EQ(played.end.detail, "DF_CY");
}

TEST(AlowarePlacement, TheOwnerIsWrittenToTheContactsOwnRecordOnly) {
  const auto intent = action(Action::set_owner, {{}, {}, "ANA", "501", {}});
  const auto played = play(intent, {{"lookup", contact}});
  EXPECT_EQ(played.steps, "lookup set_owner");
  EXPECT_EQ(body_of(played.requests[1]), (Json{{"api_token", "secret-token"},
                                               {"phone_number", "+12025550142"},
                                               {"user_id", 501},
                                               {"force_update", true}}));
  EXPECT_EQ(play(intent, {{"lookup", answer(200, R"({"id":8})")}}).end.reason_code,
            Reason::address_belongs_to_other_person);
}

TEST(AlowarePlacement, ASequenceBeginsAfterListsAndSequencesAreLeftAndNeverTwice) {
  const auto intent = action(Action::join_sequence, {{}, {}, {}, {}, "7001"});
  const auto played = play(intent, {{"leave_lists", answer(404, R"({"message":"none"})")}});
  EXPECT_EQ(played.steps, "leave_lists leave_sequences join_sequence");
  EXPECT_EQ(body_of(played.requests[2])["sequence_id"], 7001);
  EXPECT_EQ(body_of(played.requests[2])["force_enroll"], true);
  EXPECT_EQ(play(intent, {{"join_sequence", answer(500, "{}")}}).end.verdict,
            DeliveryVerdict::unknown);
  EXPECT_EQ(play(intent, {}, "70000001", true, {}, "join_sequence").end.reason_code,
            Reason::outcome_unknown_not_repeated);
  for (const auto* step : {"leave_lists", "leave_sequences"})
    EXPECT_EQ(play(intent, {}, "70000001", true, {}, step).steps,
              "leave_lists leave_sequences join_sequence")
        << "a restart before it began: " << step;
  EXPECT_EQ(play(intent, {{"leave_lists", no_answer(Reason::timeout, true)}}).end.verdict,
            DeliveryVerdict::retry)
      << "nothing was begun yet";
  EXPECT_EQ(play(intent, {{"join_sequence", answer(400, R"({"message":"no"})")}}).end.reason_code,
            Reason::sequence_refused);
}

TEST(AlowarePlacement, ListsAreLeftByTheRecordThatIsOnThemAndJoinedByTheNewestOne) {
  const Configured configured{&dialer, settings()};
  const auto lists_of = [&](Action what) {
    domain::DeliveryQueue lane;
    lane.remote_id = RemoteId("70000002");
    domain::PendingDelivery delivery;
    delivery.intent.remote_id = RemoteId("70000001");
    delivery.action = std::make_shared<const events::ActionIntended>(
        action(what, {{"DF_ANA_HOT"}, {}, {}, {}, {}}));
    AttemptInput input;
    input.exchanges.push_back({"lists", lists});
    const auto step = next_step(configured, lane, delivery, input, {});
    return body_of(std::get<Send>(step).request);
  };
  EXPECT_EQ(lists_of(Action::leave_lists)["contact_id"], 70000001);
  EXPECT_EQ(lists_of(Action::join_list)["contact_ids"], Json::array({70000002}));
}

TEST(AlowarePlacement, WithoutAnIdThePersonIsLookedUp) {
  const auto played = play(action(Action::join_list, {{"DF_BO_HOT"}, {}, {}, {}, {}}),
                           {{"lookup", contact}, {"lists", lists}}, "");
  EXPECT_EQ(played.steps, "lookup lists join_list");
}

} // namespace
} // namespace tidemark::connectors::testing::list_actions_test
