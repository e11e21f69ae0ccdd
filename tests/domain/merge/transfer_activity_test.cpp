#include "domain/conversations/calls.hpp"
#include "domain/merge/transfer_activity.hpp"
#include "tests/domain/given.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

/// What is known of calls and messages goes along when two contacts become one, or two again.
namespace tidemark::domain::test::transfer_activity_test {
namespace {

using events::Action;
using events::ActionIntended;
using events::MessageStatus;
using testing::IsEmpty;
using testing::SizeIs;

const FieldSet ann{{Field::first_name, "Ann"}, {Field::phone, "+12025550101"}};
const FieldSet bob{{Field::first_name, "Ann"}, {Field::phone, "+12025550102"}};
const ContactId other{"c9999999999999999999"};

SyncRules house() {
  auto office = crm_rule();
  office.capabilities.shows_calls = true;
  office.capabilities.shows_messages = true;
  auto texts = texting_rule();
  texts.capabilities.sends_messages = true;
  return rules_of({office, dialer_rule(), texts});
}

ObserveCall call(const std::string& part = "disposed") {
  ObserveCall out{RemoteId("r-1"), {}, {}, part};
  out.call.source = dialer;
  out.call.call_id = "7";
  out.call.status = "completed";
  out.call.started_at = "2026-08-14T17:40:00.000000Z";
  out.call.updated_at = "2026-08-14T18:00:00.000000Z";
  if (part == "recording")
    out.call.recording = PiiText("https://media.example.com/1");
  if (part == "transcript")
    out.call.transcript = PiiText("Good morning.");
  return out;
}

ObserveMessage text(MessageStatus status = MessageStatus::unknown) {
  ObserveMessage out;
  out.message.source = texting;
  out.message.message_id = "m-1";
  out.message.text = PiiText("Words");
  out.message.status = status;
  return out;
}

/// An agent wrote it in the CRM.
ObserveMessage written() {
  ObserveMessage out;
  out.message.source = crm;
  out.message.message_id = "MSG9";
  out.message.text = PiiText("On the way.");
  out.message.their_address = PiiText("+12025550102");
  out.message.to_be_sent = true;
  return out;
}

std::string actions(const Decided& decided) {
  std::string out;
  for (const auto& a : decided.all<ActionIntended>())
    out += (out.empty() ? "" : ", ") + std::string(name_of_enum(a.action)) + " " + a.target.value;
  return out;
}

void accept(given& contact, const Decided& decided, const std::string& id,
            const std::string& conversation = "") {
  for (const auto& action : decided.all<ActionIntended>()) {
    events::ActionAccepted e;
    e.facts.delivery = action.delivery;
    e.target = action.target;
    e.action = action.action;
    e.result_id = id;
    e.conversation = conversation;
    contact.happened(e);
  }
}

/// Two contacts of the CRM, and what becomes of them.
struct Two {
  given stays{house()}, ends{house()};
  Two() {
    stays.settled(stays.when(says(crm, ann)));
    auto second = says(crm, bob);
    second.remote_id = RemoteId("r-2");
    ends.settled(ends.when(second));
  }
  static AdoptRecords taking(const ContactId& from, const Decided& decided) {
    const auto history = decided.all<events::HistoryReleased>();
    return {from, decided.all<events::RecordsReleased>().at(0),
            history.empty() ? events::History{} : history.front().history};
  }
  Decided merge() { return stays.when(taking(other, ends.when(ReleaseRecords{jane, true, {}}))); }
  Decided part() { return ends.when(taking(jane, stays.when(ReleaseRecords{other, false, {}}))); }
};

TEST(MovedHistory, NothingIsSaidOfItWhereThereIsNone) {
  Two two;
  EXPECT_THAT(two.merge().all<events::HistoryAdopted>(), IsEmpty());
}

TEST(MovedHistory, ALatePartOfTheOthersCallIsAddedToTheCall) {
  Two two;
  accept(two.ends, two.ends.when(call()), "note-1");
  EXPECT_EQ(actions(two.merge()), "");
  EXPECT_EQ(actions(two.stays.when(call())), "") << "told again it is nothing new";
  const auto late = two.stays.when(call("recording"));
  ASSERT_EQ(actions(late), "log_call crm");
  EXPECT_TRUE(late.all<ActionIntended>().front().addition);
}

TEST(MovedHistory, TheOthersMessagesAreKnownByAllTheirIds) {
  Two two;
  accept(two.ends, two.ends.when(text()), "MSG1");
  two.merge();
  EXPECT_EQ(actions(two.stays.when(text(MessageStatus::delivered))), "");
  auto echo = text();
  echo.message.source = crm;
  echo.message.message_id = "MSG1";
  const auto heard = two.stays.when(echo).all<events::MessageObserved>().front();
  EXPECT_EQ(heard.outcome, events::Outcome::echo_of);
}

TEST(MovedHistory, AnEchoOfWhatIsOutAtTheMergeIsStillOne) {
  Two two;
  two.ends.after(text());
  two.merge();
  auto echo = text();
  echo.message.source = crm;
  echo.message.message_id = "MSG1";
  const auto heard = two.stays.when(echo).all<events::MessageObserved>().front();
  EXPECT_EQ(heard.outcome, events::Outcome::echo_of);
}

TEST(MovedHistory, AnAgentsTextIsNotSentAgainAndItsStatusIsTold) {
  Two two;
  const auto sent = two.ends.when(written());
  ASSERT_EQ(actions(sent), "send_message texting");
  accept(two.ends, sent, "m-9");
  two.merge();
  EXPECT_EQ(actions(two.stays.when(written())), "");
  auto delivered = text(MessageStatus::delivered);
  delivered.message.message_id = "m-9";
  EXPECT_EQ(actions(two.stays.when(delivered)), "set_status crm");
}

/// The CRM would not have this person.
given refused_by_crm(const FieldSet& fields) {
  given contact(house());
  const auto create = contact.when(says(dialer, fields)).intent(crm);
  contact.dispatched(create);
  events::DeliveryRejected refused;
  refused.facts.delivery = create.delivery;
  refused.facts.reason_code = Reason::validation_failed;
  contact.happened(refused);
  return contact;
}

/// The other is nowhere that shows calls or messages.
struct Nowhere : Two {
  Nowhere() { ends = refused_by_crm(bob); }
};

TEST(MovedHistory, WhatWaitedForARecordIsShownOnTheOneThatThereIsNow) {
  Nowhere two;
  two.ends.after(call()).after(call("transcript")).after(text());
  const auto taken = two.merge();
  ASSERT_EQ(actions(taken), "log_call crm, log_message crm");
  EXPECT_EQ(taken.all<ActionIntended>().front().call->transcript.reveal(), "Good morning.");
  EXPECT_EQ(actions(two.stays.when(call())), "");
  EXPECT_THAT(two.ends.contact().calls.calls.at(0).waiting, IsEmpty()) << "not the other's to show";
  EXPECT_THAT(two.ends.contact().messages.waiting, IsEmpty());
}

TEST(MovedHistory, TranscriptsThatWereShownStayWhereTheyAre) {
  Two two;
  accept(two.ends, two.ends.when(call("transcript")), "note-1");
  const auto given = two.ends.when(ReleaseRecords{jane, true, {}});
  const auto calls = given.all<events::HistoryReleased>().at(0).history.calls;
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].call.transcript.reveal(), "");
}

TEST(MovedHistory, WhatBothKnowIsKnownOnce) {
  Two two;
  two.stays.after(text(MessageStatus::sent));
  accept(two.ends, two.ends.when(text(MessageStatus::delivered)), "MSG1");
  two.merge();
  const auto& messages = two.stays.contact().messages.messages;
  ASSERT_THAT(messages, SizeIs(1));
  EXPECT_EQ(messages[0].status, MessageStatus::delivered);
  EXPECT_THAT(messages[0].ids, SizeIs(2));
}

TEST(MovedHistory, ACallThatOneHasShownIsShown) {
  Nowhere two;
  accept(two.stays, two.stays.when(call()), "note-1");
  auto part = call("recording"); // under another record of the dialer: nothing but the part
  part.call.status = "";
  two.ends.after(part);
  EXPECT_EQ(actions(two.merge()), "");
  const auto& calls = two.stays.contact().calls.calls;
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].origin, ContactId{}) << "it was this one's before";
  EXPECT_EQ(calls[0].call.recording.reveal(), "https://media.example.com/1");
  EXPECT_EQ(calls[0].call.status, "completed");
  EXPECT_EQ(actions(two.stays.when(call())), "log_call crm") << "with the recording";
  const auto late = two.stays.when(call("transcript")).all<ActionIntended>();
  ASSERT_THAT(late, SizeIs(1));
  EXPECT_TRUE(late[0].addition);
}

TEST(MovedHistory, WhatOneHasShownTheOtherDoesNotOwe) {
  Nowhere two;
  accept(two.stays, two.stays.when(call()), "note-1");
  two.ends.after(call());
  EXPECT_EQ(actions(two.merge()), "");
  EXPECT_THAT(two.stays.contact().calls.calls.at(0).waiting, IsEmpty());
}

/// Whoever heard which part, and whichever contact stays.
RC_GTEST_PROP(MovedHistory, PartsThatTwoContactsHeardMakeOneCall, ()) {
  const std::vector<std::string> parts{"initiated", "disposed", "call_disposed", "recording",
                                       "transcript"};
  KnownCall all, first, second;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto part = call(parts[i]);
    part.call.disposition = parts[i];
    part.call.updated_at[18] = static_cast<char>('0' + *rc::gen::inRange(0, 9));
    all = joined(all, part.call, part.part);
    auto& heard_by = *rc::gen::arbitrary<bool>() ? first : second;
    heard_by = joined(heard_by, part.call, part.part);
  }
  first.call.source = second.call.source = all.call.source;
  first.call.call_id = second.call.call_id = all.call.call_id;
  for (const auto& both : {put_together(first, second), put_together(second, first)}) {
    RC_ASSERT(both.call == all.call);
    RC_ASSERT(both.rank == all.rank);
    RC_ASSERT(both.stated == all.stated);
  }
}

TEST(MovedHistory, AThreadIsTakenOnlyWithTheRecordThatIsWrittenTo) {
  Two two;
  accept(two.ends, two.ends.when(text()), "MSG1", "theirs");
  Two alone;
  alone.stays = refused_by_crm(ann);
  accept(alone.ends, alone.ends.when(text()), "MSG1", "theirs");
  two.merge();
  alone.merge();
  EXPECT_THAT(two.stays.contact().messages.threads, IsEmpty());
  ASSERT_THAT(alone.stays.contact().messages.threads, SizeIs(1));
  alone.part();
  EXPECT_THAT(alone.stays.contact().messages.threads, IsEmpty()) << "it goes with the record";
}

TEST(MovedHistory, WhatWasOnItsWayToARecordThatIsNoMoreMadeIsShown) {
  Two two;
  two.ends = given(house());
  two.ends.after(says(dialer, bob)); // the create waits, for a pause
  ASSERT_EQ(actions(two.ends.when(call())) + actions(two.ends.when(text())),
            "log_call crmlog_message crm");
  EXPECT_EQ(actions(two.merge()), "log_call crm, log_message crm");
  EXPECT_THAT(two.ends.contact().messages.waiting, IsEmpty());
  EXPECT_THAT(two.ends.contact().calls.calls.at(0).shown, IsEmpty());

  Two made;
  made.ends = given(house());
  made.ends.dispatched(made.ends.when(says(dialer, bob)).intent(crm));
  made.ends.after(call()).after(text());
  EXPECT_EQ(actions(made.merge()), "") << "that record is being made, and they follow it";
}

TEST(MovedHistory, WhatWasHeardWhileTheyWereOneIsKnownToBoth) {
  Two two;
  two.merge();
  auto sent = written();
  accept(two.stays, two.stays.when(sent), "m-9");
  two.stays.after(call("transcript"));
  EXPECT_EQ(actions(two.part()), "");
  EXPECT_EQ(actions(two.ends.when(sent)), "") << "it does not leave twice";
  auto delivered = text(MessageStatus::delivered);
  delivered.message.message_id = "m-9";
  EXPECT_EQ(actions(two.ends.when(delivered)), "set_status crm");
  EXPECT_EQ(two.ends.contact().calls.calls.at(0).call.transcript.reveal(), "");
  const auto late = two.ends.when(call("recording")).all<ActionIntended>();
  ASSERT_THAT(late, SizeIs(1));
  EXPECT_TRUE(late[0].addition);
  EXPECT_THAT(two.stays.contact().calls.calls, SizeIs(1));
  EXPECT_THAT(two.stays.contact().messages.messages, SizeIs(1));
}

TEST(MovedHistory, WhatIsOwedStaysWithTheOneWhoHeardIt) {
  Two two;
  two.stays = refused_by_crm(ann);
  two.ends = given(house());
  two.merge();
  two.stays.after(call());
  two.part();
  EXPECT_THAT(two.stays.contact().calls.calls.at(0).waiting, SizeIs(1));
  EXPECT_THAT(two.ends.contact().calls.calls.at(0).waiting, IsEmpty());
}

TEST(MovedHistory, TakingItBackBringsWhatCameSinceAndLeavesNothingBehind) {
  Two two;
  accept(two.ends, two.ends.when(call()), "note-1");
  accept(two.ends, two.ends.when(text()), "MSG1");
  two.merge();
  two.stays.after(call("recording")).after(text(MessageStatus::delivered));
  EXPECT_EQ(actions(two.part()), "");
  EXPECT_THAT(two.stays.contact().calls.calls, IsEmpty());
  EXPECT_THAT(two.stays.contact().messages.messages, IsEmpty());
  EXPECT_EQ(actions(two.ends.when(call("recording"))), "") << "it was shown while they were one";
  const auto& messages = two.ends.contact().messages.messages;
  ASSERT_THAT(messages, SizeIs(1));
  EXPECT_EQ(messages[0].status, MessageStatus::delivered);
  EXPECT_EQ(messages[0].origin, ContactId{});
}

TEST(MovedHistory, WhatIsOwedGoesBackToWhomItConcerns) {
  Nowhere two;
  auto nameless = text();
  nameless.message.message_id = "";
  nameless.message.text = PiiText("Other words");
  two.ends.after(text()).after(nameless);
  two.stays = given(rules_of({dialer_rule(), texting_rule()}));
  two.merge();
  EXPECT_THAT(two.stays.contact().messages.waiting, SizeIs(2));
  two.part();
  EXPECT_THAT(two.stays.contact().messages.waiting, IsEmpty());
  EXPECT_THAT(two.ends.contact().messages.waiting, SizeIs(2));
}

} // namespace
} // namespace tidemark::domain::test::transfer_activity_test
