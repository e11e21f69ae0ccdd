#include "domain/conversations/calls.hpp"
#include "tests/domain/given.hpp"

#include <rapidcheck/gtest.h>

namespace tidemark::domain::calls_test {
namespace {

using namespace test;
using events::Action;
using events::ActionIntended;
using events::CallFacts;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};

SyncRules house() {
  auto office = crm_rule();
  office.capabilities.shows_calls = true;
  office.capabilities.keeps_tags = true;
  return rules_of({office, dialer_rule()});
}

CallFacts facts(const std::string& status, const std::string& updated) {
  CallFacts call;
  call.source = dialer;
  call.call_id = "90000001";
  call.status = status;
  call.their_number = PiiText("+12025550142");
  call.started_at = "2026-08-14T17:40:00.000000Z";
  call.updated_at = "2026-08-14T17:4" + updated + ".000000Z";
  return call;
}
ObserveCall told(CallFacts call, std::string part) {
  return {RemoteId("r-1"), {}, std::move(call), std::move(part)};
}
ObserveCall initiated() {
  return told(facts("initiated", "0:00"), "initiated");
}
ObserveCall disposed() {
  auto call = facts("completed", "2:05");
  call.duration_seconds = 116;
  return told(call, "disposed");
}
ObserveCall call_disposed(const std::string& disposition = "Interested") {
  auto call = facts("completed", "2:11");
  call.duration_seconds = 116;
  call.disposition = disposition;
  return told(call, "call_disposed");
}
ObserveCall recording() {
  auto call = facts("completed", "2:20");
  call.recording = PiiText("https://media.example.com/1");
  return told(call, "recording");
}
ObserveCall summary() {
  CallFacts call;
  call.source = dialer;
  call.call_id = "90000001";
  call.summary = PiiText("They agreed.");
  return told(call, "summary");
}

/// Jane with a record in both systems.
given known(SyncRules rules = house()) {
  given contact(std::move(rules));
  contact.settled(contact.when(says(dialer, full)));
  return contact;
}

std::string outcome(const Decided& decided) {
  const auto& e = std::get<events::CallObserved>(decided.events.front());
  return std::string(name_of_enum(e.outcome)) + "(" + std::string(name_of(e.reason_code)) + ")";
}

TEST(Calls, AreShownOnceTheyAreComplete) {
  auto contact = known();
  const auto begun = contact.when(initiated());
  EXPECT_EQ(outcome(begun), "parked(call_not_complete)");
  EXPECT_TRUE(begun.all<ActionIntended>().empty());
  const auto ended = contact.when(disposed());
  EXPECT_EQ(outcome(ended), "applied(recorded)");
  ASSERT_EQ(ended.all<ActionIntended>().size(), 1U);
  const auto shown = ended.all<ActionIntended>().front();
  EXPECT_EQ(shown.target, crm) << "never the system that told of it";
  EXPECT_EQ(shown.action, Action::log_call);
  EXPECT_EQ(shown.call->duration_seconds, 116U);
  EXPECT_FALSE(shown.addition);
  EXPECT_TRUE(contact.when(disposed()).all<ActionIntended>().empty()) << "exactly once";
}

TEST(Calls, WhatComesLateIsAddedToTheSameCallOnce) {
  auto contact = known();
  contact.after(disposed());
  const auto added = contact.when(recording()).all<ActionIntended>();
  ASSERT_EQ(added.size(), 1U);
  EXPECT_TRUE(added.front().addition);
  EXPECT_EQ(added.front().call->recording.reveal(), "https://media.example.com/1");
  EXPECT_TRUE(contact.when(recording()).all<ActionIntended>().empty());
  const auto outcome_known = contact.when(call_disposed()).all<ActionIntended>();
  ASSERT_EQ(outcome_known.size(), 1U);
  EXPECT_EQ(outcome_known.front().call->disposition, "Interested");
  EXPECT_EQ(outcome_known.front().call->recording.reveal(), "") << "that was told before";
  EXPECT_EQ(contact.when(summary()).all<ActionIntended>().front().call->summary.reveal(),
            "They agreed.");
}

TEST(Calls, NameTheAgentByTheirKey) {
  auto rules = house();
  rules.placement.agents = {{"MARIA", {"u-17"}, "", "", "501"}, {"TOM", {}, "", "", ""}};
  const auto named = [&](const std::string& user) {
    auto contact = known(rules);
    auto call = disposed();
    call.call.agent = user;
    return contact.when(call).all<ActionIntended>().front().call->agent;
  };
  EXPECT_EQ(named("501"), "MARIA");
  EXPECT_EQ(named("u-17"), "MARIA");
  EXPECT_EQ(named("502"), "502") << "nobody says who that is";
  EXPECT_EQ(named(""), "");
}

TEST(Calls, ARatingThatComesLateIsAddedOnce) {
  auto contact = known();
  contact.after(disposed());
  auto rated = call_disposed("");
  rated.call.rating = events::CallRating{"4"};
  const auto added = contact.when(rated).all<ActionIntended>();
  ASSERT_EQ(added.size(), 1U);
  EXPECT_TRUE(added.front().addition);
  EXPECT_EQ(added.front().call->rating, events::CallRating{"4"});
  const auto later = contact.when(recording()).all<ActionIntended>();
  ASSERT_EQ(later.size(), 1U);
  EXPECT_FALSE(later.front().call->rating) << "that was told before";
}

TEST(Calls, APartThatComesBeforeTheEndIsShownWithIt) {
  auto contact = known();
  EXPECT_TRUE(contact.when(summary()).all<ActionIntended>().empty());
  const auto shown = contact.when(disposed()).all<ActionIntended>();
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown.front().call->summary.reveal(), "They agreed.");
  EXPECT_EQ(outcome(contact.when(initiated())), "superseded(older_than_known)");
}

TEST(Calls, WaitWhereThePersonIsNotKnown) {
  given contact(house());
  contact.rules().systems[0].receives = false;
  contact.settled(contact.when(says(dialer, full)));
  contact.rules().systems[0].receives = true;
  const auto decided = contact.when(disposed());
  EXPECT_TRUE(decided.all<ActionIntended>().empty());
  EXPECT_EQ(std::get<events::CallObserved>(decided.events.front()).targets.front().reason_code,
            Reason::waits_for_record);
}

TEST(Calls, WaitForARecordThatIsBeingMade) {
  given contact(house());
  contact.after(says(dialer, full)); // its create is still open
  ASSERT_EQ(contact.when(disposed()).all<ActionIntended>().size(), 1U);
}

TEST(Calls, TheirOutcomeBringsTagsOnce) {
  auto rules = house();
  rules.conversation.dispositions = {{"INTERESTED", {"Hot", "Call back"}}};
  rules.conversation.call_tags = true;
  auto contact = known(rules);
  const auto tags = [](const Decided& decided) {
    for (const auto& action : decided.all<ActionIntended>())
      if (action.action == Action::add_tags)
        return action.tags;
    return std::vector<std::string>{};
  };
  EXPECT_EQ(tags(contact.when(disposed())), (std::vector<std::string>{"Outbound Call"}));
  EXPECT_EQ(tags(contact.when(call_disposed())),
            (std::vector<std::string>{"Hot", "Call back", "Call: Interested"}));
  EXPECT_TRUE(tags(contact.when(call_disposed())).empty());
}

TEST(Calls, WhatASummaryMakesOfThemIsATagWhereItIsWanted) {
  const auto tags_after_summary = [](std::optional<events::OutcomeTags> wanted,
                                     const std::string& stated) {
    auto rules = house();
    rules.conversation.outcome_tags = wanted;
    auto contact = known(rules);
    contact.after(disposed()).after(call_disposed());
    auto told_last = summary();
    if (!stated.empty())
      told_last.call.outcome = events::CallOutcome{stated};
    std::vector<std::string> out;
    for (const auto& action : contact.when(told_last).all<ActionIntended>())
      out.insert(out.end(), action.tags.begin(), action.tags.end());
    EXPECT_TRUE(contact.when(told_last).all<ActionIntended>().empty()) << "nothing is asked twice";
    return out;
  };
  using Tags = std::vector<std::string>;
  EXPECT_EQ(tags_after_summary({{}}, "Appointment set"), Tags{"Summary: Appointment set"});
  EXPECT_EQ(tags_after_summary({{}}, ""), Tags{"Summary: Interested"});
  EXPECT_EQ(tags_after_summary(events::OutcomeTags{true, false}, "Appointment set"), Tags{});
  EXPECT_EQ(tags_after_summary(std::nullopt, "Appointment set"), Tags{});
}

TEST(Calls, OnlyTheLastAreRemembered) {
  auto contact = known();
  for (int i = 0; i < 60; ++i) {
    auto call = disposed();
    call.call.call_id = std::to_string(i);
    contact.after(call);
  }
  EXPECT_EQ(contact.contact().calls.calls.size(), calls_kept_max);
}

RC_GTEST_PROP(Calls, PartsInAnyOrderJoinToOneCall, ()) {
  std::vector<ObserveCall> parts{initiated(), disposed(), call_disposed(), recording(), summary()};
  const auto order = *rc::gen::container<std::vector<int>>(5, rc::gen::inRange(0, 1'000));
  std::vector<std::size_t> places{0, 1, 2, 3, 4};
  std::stable_sort(places.begin(), places.end(),
                   [&](auto a, auto b) { return order[a] < order[b]; });
  KnownCall in_order, shuffled;
  for (const auto& part : parts)
    in_order = joined(in_order, part.call, part.part);
  for (const auto place : places)
    shuffled = joined(shuffled, parts[place].call, parts[place].part);
  RC_ASSERT(in_order.call == shuffled.call);
  // And everything is told exactly once, whatever the order.
  auto contact = known();
  std::size_t first = 0, recordings = 0, dispositions = 0;
  for (const auto place : places)
    for (const auto& action : contact.when(parts[place]).all<ActionIntended>()) {
      first += action.addition ? 0U : 1U;
      recordings += action.call->recording.reveal().empty() ? 0U : 1U;
      dispositions += action.call->disposition.empty() ? 0U : 1U;
    }
  RC_ASSERT(first == 1U);
  RC_ASSERT(recordings == 1U);
  RC_ASSERT(dispositions == 1U);
}

} // namespace
} // namespace tidemark::domain::calls_test
