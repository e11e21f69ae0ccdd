#include "domain/contacts/plan.hpp"
#include "domain/contacts/records.hpp"
#include "domain/contacts/snapshot.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"
#include "domain/conversations/waiting_activity.hpp"
#include "tests/domain/given.hpp"

#include <rapidcheck/gtest.h>

#include <map>
#include <set>

namespace tidemark::domain::waiting_activity_test {
namespace {

using namespace test;
using events::Action;
using events::ActionIntended;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};
const FieldSet without_number{{Field::first_name, "Jane"}};

SyncRules house() {
  auto office = crm_rule();
  office.capabilities.shows_calls = true;
  office.capabilities.shows_messages = true;
  office.capabilities.keeps_tags = true;
  auto rules = rules_of({office, dialer_rule(), texting_rule()});
  rules.conversation.call_tags = true;
  return rules;
}

ObserveCall call(const std::string& id, int minute = 40) {
  ObserveCall out{RemoteId("r-1"), {}, {}, "disposed"};
  out.call.source = dialer;
  out.call.call_id = id;
  out.call.status = "completed";
  out.call.started_at = "2026-08-14T17:" + std::to_string(minute) + ":00.000000Z";
  out.call.updated_at = "2026-08-14T18:00:00.000000Z";
  return out;
}

ObserveCall recording(const std::string& id) {
  auto out = call(id);
  out.part = "recording";
  out.call.recording = PiiText("https://media.example.com/1");
  return out;
}

ObserveMessage message(const std::string& id, const std::string& text, int minute = 10) {
  ObserveMessage out;
  out.message.source = texting;
  out.message.message_id = id;
  out.message.text = PiiText(text);
  out.message.inbound = true;
  out.message.stated_at = "2026-08-14T17:" + std::to_string(minute) + ":00.000000Z";
  return out;
}

/// `log_call 7, add_tags, log_message hello` of each action, which all are for the CRM.
std::string actions(const Decided& decided) {
  std::string out;
  for (const auto& action : decided.all<ActionIntended>()) {
    EXPECT_EQ(action.target, crm);
    out += (out.empty() ? "" : ", ") + std::string(name_of_enum(action.action));
    if (action.call)
      out += " " + action.call->call_id;
    if (action.message)
      out += " " + std::string(action.message->text.reveal());
  }
  return out;
}

template <class Observed>
std::string at_crm(const Decided& decided) {
  std::string out;
  for (const auto& target : std::get<Observed>(decided.events.front()).targets)
    if (target.target == crm)
      out += std::string(name_of_enum(target.outcome)) + "("
             + std::string(name_of(target.reason_code)) + ")";
  return out;
}

template <class Intent>
void refuse(given& contact, const Intent& intent, Reason reason) {
  events::DeliveryRejected e;
  e.facts.delivery = intent.delivery;
  e.facts.reason_code = reason;
  contact.happened(e);
}

void take(given& contact, const ActionIntended& intent) {
  events::ActionAccepted e;
  e.facts.delivery = intent.delivery;
  e.contact = jane;
  e.target = intent.target;
  e.action = intent.action;
  contact.happened(e);
}

/// The dialer told of Jane; the CRM would not have her.
struct RefusedByCrm : given {
  RefusedByCrm() : given(house()) {
    const auto create = when(says(dialer, full)).intent(crm);
    dispatched(create);
    refuse(*this, create, Reason::validation_failed);
  }
};

TEST(Owed, ACallWaitsUntilItsPersonHasARecordAndIsShownOnce) {
  RefusedByCrm contact;
  const auto told = contact.when(call("7"));
  EXPECT_EQ(at_crm<events::CallObserved>(told), "parked(waits_for_record)");
  EXPECT_EQ(actions(told), "");
  EXPECT_EQ(actions(contact.when(says(dialer, full))), "") << "there is no record yet";
  const auto repaired = contact.when(RepairMapping{});
  EXPECT_EQ(repaired.intent(crm).operation, events::Operation::create);
  ASSERT_EQ(actions(repaired), "log_call 7, add_tags");
  EXPECT_FALSE(repaired.all<ActionIntended>().front().addition);
  contact.settled(repaired);
  EXPECT_EQ(actions(contact.when(says(crm, full))), "");
  EXPECT_EQ(actions(contact.when(RepairMapping{})), "");
}

TEST(Owed, WhatComesLateIsPartOfTheCallThatWaits) {
  RefusedByCrm contact;
  contact.after(call("7"));
  EXPECT_EQ(at_crm<events::CallObserved>(contact.when(recording("7"))), "parked(waits_for_record)");
  const auto shown = contact.when(RepairMapping{});
  ASSERT_EQ(actions(shown), "log_call 7, add_tags") << "one note, and all of its tags";
  EXPECT_EQ(shown.all<ActionIntended>().front().call->recording.reveal(),
            "https://media.example.com/1");
}

TEST(Owed, AWaitingCallKeepsItsTranscriptBehindNewerOnes) {
  RefusedByCrm contact;
  auto first = call("0", 10);
  first.call.transcript = PiiText("Good morning.");
  contact.after(first);
  for (int i = 1; i < 10; ++i)
    contact.after(call(std::to_string(i), 10 + i));
  const auto shown = contact.when(RepairMapping{}).all<ActionIntended>();
  ASSERT_FALSE(shown.empty());
  EXPECT_EQ(shown.front().call->transcript.reveal(), "Good morning.");
}

TEST(Owed, EverythingIsShownInTheOrderInWhichItHappened) {
  RefusedByCrm contact;
  contact.rules().conversation.call_tags = false;
  contact.after(message("m3", "three", 13)).after(call("8", 50)).after(message("m1", "one", 11));
  contact.after(call("7", 45)).after(message("m2", "two", 12));
  const auto repaired = contact.when(RepairMapping{});
  EXPECT_EQ(actions(repaired),
            "log_call 7, log_call 8, log_message one, log_message two, log_message three");
  std::set<DeliveryId> deliveries;
  for (const auto& action : repaired.all<ActionIntended>())
    deliveries.insert(action.delivery);
  EXPECT_EQ(deliveries.size(), 5U) << "each has an id of its own";
}

TEST(Owed, WhateverBringsTheRecordBringsWhatWaits) {
  given numbered(house());
  numbered.after(says(dialer, without_number)).after(call("7"));
  const auto number_added = numbered.when(says(dialer, full));
  EXPECT_EQ(number_added.intent(crm).operation, events::Operation::create);
  EXPECT_EQ(actions(number_added), "log_call 7, add_tags");
  EXPECT_EQ(at_crm<events::ContactObserved>(number_added),
            "pending(create)pending(log_call)pending(add_tags)");

  RefusedByCrm told_there;
  told_there.after(message("m1", "hello"));
  EXPECT_EQ(actions(told_there.when(says(crm, full))), "log_message hello");

  RefusedByCrm merged;
  merged.after(message("m1", "hello"));
  events::RecordsReleased given;
  given.whole = true;
  given.records.push_back({crm, RemoteId("r-9"), true, false, false, full, {}, {}});
  given.merged = full;
  EXPECT_EQ(actions(merged.when(AdoptRecords{ContactId("c9"), given})), "log_message hello");
}

TEST(Owed, ARecordWhoseIdWasNeverToldIsNoneYet) {
  given contact(house());
  const auto create = contact.when(says(dialer, full)).intent(crm);
  const auto shown = contact.when(message("m1", "hello")).all<ActionIntended>().front();
  contact.dispatched(create).accepted(create, "");
  refuse(contact, shown, Reason::no_record_there);
  EXPECT_EQ(actions(contact.when(says(dialer, full))), "");
  EXPECT_EQ(actions(contact.when(says(crm, full))), "log_message hello");
}

TEST(Owed, WhatLeftForARecordThatWasNotMadeWaitsAgain) {
  given contact(house());
  const auto create = contact.when(says(dialer, full)).intent(crm);
  const auto noted = contact.when(call("7")).all<ActionIntended>().front();
  const auto posted = contact.when(message("m1", "hello")).all<ActionIntended>().front();
  contact.dispatched(create);
  refuse(contact, create, Reason::validation_failed);
  EXPECT_EQ(actions(contact.when(RepairMapping{})), "") << "both are still under way";
  refuse(contact, noted, Reason::no_record_there);
  refuse(contact, posted, Reason::no_record_there);
  EXPECT_TRUE(contact.contact().messages.messages.front().posted.empty())
      << "so the same words from there are a person's";
  EXPECT_EQ(actions(contact.when(RepairMapping{})), "log_call 7, add_tags, log_message hello");
  EXPECT_EQ(actions(contact.when(RepairMapping{})), "");
}

TEST(Owed, WhatASystemRefusedForAnotherReasonIsNotShownAgain) {
  given contact(house());
  contact.settled(contact.when(says(dialer, full)));
  refuse(contact, contact.when(call("7")).all<ActionIntended>().front(), Reason::validation_failed);
  refuse(contact, contact.when(message("m1", "hello")).all<ActionIntended>().front(),
         Reason::validation_failed);
  EXPECT_EQ(actions(contact.when(says(crm, full))), "");
  EXPECT_TRUE(contact.contact().messages.waiting.empty()) << "its words are not kept";
  take(contact, contact.when(message("m2", "again")).all<ActionIntended>().front());
  EXPECT_TRUE(contact.contact().messages.waiting.empty());
}

TEST(Owed, AMessageThatWaitedIsKnownWhenItComesBack) {
  const auto back = [](const std::string& id) {
    RefusedByCrm contact;
    contact.after(message(id, "hello")).after(message("m9", "and more"));
    EXPECT_EQ(actions(contact.when(says(crm, full))), "log_message hello, log_message and more");
    EXPECT_EQ(contact.contact().messages.messages.size(), 2U);
    auto echo = message("MSG1", "hello");
    echo.message.source = crm;
    return std::get<events::MessageObserved>(contact.when(echo).events.front()).reason_code;
  };
  EXPECT_EQ(back("m1"), Reason::own_message_came_back);
  EXPECT_EQ(back(""), Reason::own_message_came_back) << "also when its source gives no ids";
}

TEST(Owed, WhatAnotherMessageFindsWaitingGoesWithIt) {
  given contact(house());
  const auto create = contact.when(says(dialer, full)).intent(crm);
  const auto first = contact.when(message("m1", "one")).all<ActionIntended>().front();
  contact.dispatched(create).accepted(create, "p-1");
  refuse(contact, first, Reason::no_record_there); // it crossed the record's own webhook
  const auto both = contact.when(message("m2", "two")).all<ActionIntended>();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[1].message->message_id, "m1");
  EXPECT_NE(both[0].delivery, both[1].delivery);
}

TEST(Owed, ALatePartThatFindsItsCallWaitingShowsAllOfIt) {
  given contact(house());
  const auto create = contact.when(says(dialer, full)).intent(crm);
  const auto first = contact.when(call("7")).all<ActionIntended>().front();
  contact.dispatched(create).accepted(create, "p-1");
  refuse(contact, first, Reason::no_record_there);
  const auto shown = contact.when(recording("7"));
  ASSERT_EQ(actions(shown), "log_call 7, add_tags");
  EXPECT_FALSE(shown.all<ActionIntended>().front().addition);
}

TEST(Owed, OnlyTheLastAreKeptAndADecisionShowsNoMoreThanAnAppendHolds) {
  RefusedByCrm contact;
  for (int i = 0; i < 60; ++i)
    contact.after(call(std::to_string(i)));
  for (int i = 0; i < 130; ++i)
    contact.after(message("m" + std::to_string(i), "words " + std::to_string(i)));
  EXPECT_EQ(contact.contact().messages.waiting.size(), messages_kept_max);
  EXPECT_EQ(contact.contact().messages.waiting.front().message.message_id, "m30");
  std::size_t notes = 0, messages = 0, decisions = 0;
  for (auto all = contact.when(RepairMapping{}).all<ActionIntended>();
       !all.empty() && decisions < 5;
       all = contact.when(RepairMapping{}).all<ActionIntended>(), ++decisions) {
    EXPECT_LE(all.size(), shown_at_once_max + 1);
    for (const auto& one : all) {
      notes += one.action == Action::log_call ? 1U : 0U;
      messages += one.action == Action::log_message ? 1U : 0U;
    }
  }
  EXPECT_EQ(notes, calls_kept_max);
  EXPECT_EQ(messages, messages_kept_max);
  EXPECT_EQ(decisions, 2U);
}

TEST(Owed, StandsInTheSnapshot) {
  RefusedByCrm contact;
  contact.after(call("7")).after(message("m1", "hello"));
  const auto kept = from_snapshot(snapshot_of(contact.contact()));
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, contact.contact());
  EXPECT_TRUE(owes_anything(*kept));
}

/// The CRM's deliveries of one contact, creates before actions as in a lane; what it has shown.
struct CrmLane {
  given contact{house()};
  std::vector<events::DeliveryIntended> creates;
  std::vector<ActionIntended> actions;
  std::map<std::string, int> shown;

  void when(const Command& command) {
    const auto decided = contact.when(command);
    for (const auto& intent : decided.all<events::DeliveryIntended>())
      if (intent.target == crm)
        creates.push_back(intent);
    for (const auto& action : decided.all<ActionIntended>())
      actions.push_back(action);
  }
  bool step(bool takes) {
    if (!creates.empty()) {
      const auto intent = creates.front();
      creates.erase(creates.begin());
      contact.dispatched(intent);
      if (takes)
        contact.accepted(intent);
      else
        refuse(contact, intent, Reason::validation_failed);
      return true;
    }
    if (actions.empty())
      return false;
    const auto action = actions.front();
    actions.erase(actions.begin());
    if (!live_record(contact.contact(), crm)) {
      refuse(contact, action, Reason::no_record_there);
      return true;
    }
    take(contact, action);
    if (action.call)
      ++shown["call " + action.call->call_id];
    if (action.message)
      ++shown[std::string(action.message->text.reveal())];
    return true;
  }
};

RC_GTEST_PROP(Owed, WhateverTheOrderEverythingIsShownOnceAtLast, ()) {
  CrmLane lane;
  std::size_t expected = 0;
  lane.when(says(dialer, full));
  for (const auto choice : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) {
    const auto number = std::to_string(expected);
    if (choice == 0 && expected < 40)
      lane.when(call("c" + number)), ++expected;
    else if (choice == 1 && expected < 40)
      lane.when(message("m" + number, "words " + number)), ++expected;
    else if (choice == 2)
      lane.when(RepairMapping{});
    else
      lane.step(choice == 3);
  }
  for (int i = 0; i < 3; ++i) {
    lane.when(RepairMapping{});
    while (lane.step(true)) {
    }
  }
  RC_ASSERT(lane.shown.size() == expected);
  for (const auto& [what, times] : lane.shown)
    RC_ASSERT(times == 1);
}

} // namespace
} // namespace tidemark::domain::waiting_activity_test
