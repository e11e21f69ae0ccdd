#include "domain/sync/forwarding.hpp"
#include "tests/domain/given.hpp"

#include <gmock/gmock.h>

/// Which bodies go on to a system that takes the webhooks of another.
namespace tidemark::domain::forwarding_test {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};
const ConnectorName second_texting{"texting2"};

ObserveRecord told(std::uint64_t body, FieldSet fields, const std::string& version = "") {
  auto out = says(crm, std::move(fields), version);
  out.body = Position{body};
  return out;
}

SyncRules with_texting() {
  return rules_of({crm_rule(), hub_rule(), texting_rule()});
}

std::vector<std::uint64_t> bodies(const Decided& decided, const ConnectorName& target = texting) {
  std::vector<std::uint64_t> out;
  for (const auto& intent : decided.all<events::DeliveryIntended>())
    if (intent.target == target)
      out.push_back(intent.forward.value);
  return out;
}

ObserveRecord marked(ObserveRecord body, std::vector<events::Channel> channels) {
  body.opt_out_seen = true;
  ConsentSignal sign;
  sign.channels = std::move(channels);
  body.signs.push_back(std::move(sign));
  return body;
}

events::ConsentApplied closed() {
  events::ConsentApplied out;
  out.change = events::ConsentChange::revoked;
  out.channels = {events::Channel::sms};
  return out;
}

TEST(Forwarding, EveryBodyAboutTheRecordGoesOnToEverySystemThatTakesIt) {
  auto other = texting_rule();
  other.name = second_texting;
  given contact(rules_of({crm_rule(), hub_rule(), texting_rule(), other}));
  const auto decided = contact.when(told(11, full));
  EXPECT_THAT(bodies(decided), ElementsAre(11U));
  EXPECT_THAT(bodies(decided, second_texting), ElementsAre(11U));
  EXPECT_EQ(decided.outcome(texting), "pending(update)");
  EXPECT_TRUE(decided.intent(texting).fields.empty());
  EXPECT_FALSE(decided.intent(texting).mark);
  const auto again = contact.when(told(12, full));
  EXPECT_EQ(again.outcome(), "no_change(nothing_new)") << "the body is no news for others";
  EXPECT_THAT(bodies(again), ElementsAre(12U));
}

TEST(Forwarding, AnEchoOfOurOwnWriteGoesOn) { // so people of other origin get there
  given contact(with_texting());
  const auto born = contact.when(says(hub, full));
  EXPECT_EQ(born.outcome(texting), "skipped(heard_by_forwarding)");
  contact.settled(born);
  const auto echo = contact.when(told(12, full));
  EXPECT_EQ(echo.observed().outcome, events::Outcome::echo_of);
  EXPECT_THAT(bodies(echo), ElementsAre(12U));
}

TEST(Forwarding, WhereNoSystemSendsSuchBodiesThereIsNoWay) {
  given contact(rules_of({hub_rule(), texting_rule()}));
  EXPECT_EQ(contact.when(says(hub, full)).outcome(texting), "skipped(target_has_no_contact_api)");
  auto rules = with_texting();
  rules.systems[0].receives = false; // and is told nothing that it could tell
  EXPECT_EQ(given(rules).when(says(hub, full)).outcome(texting),
            "skipped(target_has_no_contact_api)");
}

TEST(Forwarding, WhatIsHeldOrOutdatedStays) {
  given contact(with_texting());
  EXPECT_EQ(contact.when(told(0, full)).outcome(texting), "skipped(held_body_not_forwarded)");
  contact.when(told(12, full, "2026-01-05T10:00:00.000000Z"));
  const auto older = contact.when(told(13, full, "2026-01-05T09:00:00.000000Z"));
  EXPECT_EQ(older.outcome(texting), "superseded(older_than_known)");
  EXPECT_THAT(bodies(older), IsEmpty());
}

TEST(Forwarding, ASystemThatReceivesNothingGetsNone) {
  auto rules = with_texting();
  rules.systems[2].receives = false;
  const auto decided = given(rules).when(told(11, full));
  EXPECT_THAT(bodies(decided), IsEmpty());
  EXPECT_EQ(decided.outcome(texting), "skipped(target_does_not_receive)");
}

TEST(Forwarding, OfAClosedPersonTheMarkGoesOnAndNoBodyThatCouldTakeItBack) {
  given contact(with_texting());
  contact.after(told(11, full)).happened(closed());
  EXPECT_EQ(contact.when(told(12, full)).outcome(texting), "blocked(opted_out)");
  EXPECT_EQ(contact.when(marked(told(15, full), {events::Channel::call})).outcome(texting),
            "blocked(opted_out)")
      << "texts are closed, and it does not say so";
  const auto decided = contact.when(marked(told(13, full), {events::Channel::sms}));
  EXPECT_THAT(bodies(decided), ElementsAre(13U));
  EXPECT_TRUE(decided.intent(texting).context.empty()) << "no opt-out stands against it";
  ASSERT_TRUE(decided.intent(texting).mark);
  EXPECT_THAT(decided.intent(texting).mark->channels, ElementsAre(events::Channel::sms));
  auto removed = told(14, {});
  removed.removed = true;
  EXPECT_THAT(bodies(contact.when(removed)), ElementsAre(14U));
}

TEST(Forwarding, ALateMarkGoesOnAsLongAsThePersonIsClosed) {
  given contact(with_texting());
  contact.after(told(11, full, "2026-01-05T10:00:00.000000Z")).happened(closed());
  const std::string before = "2026-01-05T09:00:00.000000Z";
  auto late = marked(told(12, full, before), {events::Channel::sms});
  EXPECT_EQ(contact.when(marked(told(14, full, before), {events::Channel::call})).outcome(texting),
            "superseded(older_than_known)")
      << "it could open what was closed since";
  EXPECT_THAT(bodies(contact.when(late)), ElementsAre(12U));
  auto opened = closed();
  opened.change = events::ConsentChange::granted;
  contact.happened(opened);
  late.body = Position{13};
  EXPECT_EQ(contact.when(late).outcome(texting), "superseded(older_than_known)");
}

TEST(Forwarding, AnOptOutOnTheWayStandsAgainstABodyWithoutTheMark) {
  given contact(with_texting());
  EXPECT_EQ(contact.when(told(11, full)).intent(texting).context, full);
}

TEST(Forwarding, CallsMessagesAndWhatElseIsAboutTheContactGoOn) {
  given contact(with_texting());
  contact.after(told(11, full)).happened(closed());
  ObserveCall call{RemoteId("r-1"), {}, {}, "disposed", Position{12}};
  call.call.source = crm;
  call.call.call_id = "CALL1";
  EXPECT_THAT(bodies(contact.when(call)), ElementsAre(12U));
  ObserveMessage message;
  message.remote_id = RemoteId("r-1");
  message.message.source = crm;
  message.message.message_id = "MSG1";
  message.body = Position{13};
  const auto heard = contact.when(message);
  EXPECT_THAT(bodies(heard), ElementsAre(13U));
  EXPECT_TRUE(heard.intent(texting).context.empty());
  const auto& targets = std::get<events::MessageObserved>(heard.events.front()).targets;
  EXPECT_EQ(targets.back().target, texting);
  EXPECT_EQ(targets.back().delivery, heard.intent(texting).delivery);
  message.body = {}; // such as one that asks for a text
  EXPECT_THAT(bodies(contact.when(message)), IsEmpty());
  const auto mentioned = contact.when(ObserveMention{crm, RemoteId("r-1"), Position{14}});
  EXPECT_THAT(bodies(mentioned), ElementsAre(14U));
  const auto& told = std::get<events::ContactMentioned>(mentioned.events.front());
  EXPECT_EQ(told.connector, crm);
  EXPECT_EQ(told.targets.size(), 1U);
}

TEST(Forwarding, OfAContactThatCannotBeReadNothingIsDecided) {
  given contact(with_texting());
  contact.after(told(11, full)).happened(events::Unknown{});
  EXPECT_THAT(bodies(contact.when(told(12, full))), IsEmpty());
  const auto mentioned = contact.when(ObserveMention{crm, RemoteId("r-1"), Position{13}});
  ASSERT_EQ(mentioned.events.size(), 1U);
  EXPECT_EQ(std::get<events::ContactMentioned>(mentioned.events.front()).outcome,
            events::Outcome::parked);
}

} // namespace
} // namespace tidemark::domain::forwarding_test
