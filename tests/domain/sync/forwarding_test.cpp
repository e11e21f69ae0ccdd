#include "domain/delivery/delivery_queue.hpp"
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

/// One that waited was handed on behind the mark of an opt-out that came since, and took it back.
TEST(Forwarding, AnOptOutOfTextsCallsOffWhatDoesNotSaySo) {
  given contact(with_texting());
  const auto mails = contact.when(marked(told(11, full), {events::Channel::email}));
  EXPECT_FALSE(mails.intent(texting).context.empty());
  EXPECT_TRUE(shows_mark(mails.intent(texting)));
  auto tagged = marked(told(12, full), {events::Channel::email});
  tagged.signs.front().evidence = events::Evidence::tag;
  tagged.signs.front().kept_by_us = true;
  const auto ours = contact.when(tagged).intent(texting);
  EXPECT_FALSE(ours.context.empty());
  ASSERT_TRUE(ours.mark) << "only texts call it off";
  EXPECT_FALSE(shows_mark(ours));
  const auto texts = contact.when(marked(told(13, full), {events::Channel::sms}));
  EXPECT_TRUE(texts.intent(texting).context.empty());
  auto removed = marked(told(14, {}), {events::Channel::email});
  removed.removed = true;
  EXPECT_TRUE(contact.when(removed).intent(texting).context.empty());
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

ObserveMention mentions(std::uint64_t body) {
  return {crm, RemoteId("r-1"), Position{body}};
}

events::ConsentApplied closed_by(std::uint64_t input) {
  auto out = closed();
  out.input = Position{input};
  return out;
}

TEST(Forwarding, ABodyOfAnOptedOutPersonWaitsForTheMark) {
  given contact(with_texting());
  contact.settled(contact.when(told(11, full)));
  contact.happened(closed_by(12));
  const auto waits = contact.when(mentions(13));
  ASSERT_TRUE(waits.intent(texting).awaits);
  EXPECT_EQ(waits.intent(texting).awaits->opt_out, Position{12});
  const auto& told_of = std::get<events::ContactMentioned>(waits.events.front());
  EXPECT_EQ(told_of.targets.front().reason_code, Reason::waits_for_mark);
  const auto shows = contact.when(marked(told(14, full), {events::Channel::sms}));
  EXPECT_FALSE(shows.intent(texting).awaits);
  EXPECT_TRUE(contact.when(mentions(15)).intent(texting).awaits) << "it was not taken yet";
  contact.settled(shows);
  EXPECT_FALSE(contact.when(mentions(16)).intent(texting).awaits);
  contact.happened(closed_by(17));
  EXPECT_FALSE(contact.when(mentions(18)).intent(texting).awaits) << "it knows";
}

TEST(Forwarding, NothingWaitsForAMarkThatCannotCome) {
  given contact(with_texting());
  contact.settled(contact.when(told(11, full)));
  contact.happened(closed_by(12));
  auto gone = told(13, {});
  gone.removed = true;
  const auto removal = contact.when(gone);
  ASSERT_THAT(bodies(removal), ElementsAre(13U));
  EXPECT_FALSE(removal.intent(texting).awaits) << "nothing about the record comes after it";
  contact.settled(removal);
  const auto later = contact.when(mentions(14));
  for (const auto& intent : later.all<events::DeliveryIntended>())
    EXPECT_FALSE(intent.awaits);
}

TEST(Forwarding, ABodyThatCameWithTheOptOutCountsForIt) {
  given contact(with_texting());
  contact.settled(contact.when(marked(told(11, full), {events::Channel::sms})));
  contact.happened(closed_by(11));
  EXPECT_FALSE(contact.when(mentions(12)).intent(texting).awaits);
}

TEST(Forwarding, ARecordWithoutTheMarkOpensThePersonThereSoTheNextOptOutIsNews) {
  given contact(with_texting());
  contact.settled(contact.when(marked(told(11, full), {events::Channel::sms})));
  contact.happened(closed_by(11));
  auto opened = closed_by(12);
  opened.change = events::ConsentChange::granted;
  contact.happened(opened);
  contact.settled(contact.when(told(13, full)));
  contact.happened(closed_by(14));
  EXPECT_TRUE(contact.when(mentions(15)).intent(texting).awaits);
}

TEST(Forwarding, AMarkThatIsRefusedIsNotHeard) {
  given contact(with_texting());
  const auto shows = contact.when(marked(told(11, full), {events::Channel::sms}));
  contact.happened(closed_by(11));
  events::DeliveryRejected refused;
  refused.facts.delivery = shows.intent(texting).delivery;
  contact.happened(refused);
  EXPECT_TRUE(contact.when(mentions(12)).intent(texting).awaits);
}

TEST(Forwarding, OurTagsAreNoMarkButWhereTheyBringTheOptOut) {
  const auto tagged = [](std::uint64_t body) {
    auto out = marked(told(body, full), {events::Channel::sms});
    out.signs.front().evidence = events::Evidence::tag;
    out.signs.front().kept_by_us = true;
    return out;
  };
  given contact(with_texting());
  contact.settled(contact.when(told(11, full)));
  contact.happened(closed_by(12));
  EXPECT_EQ(contact.when(tagged(13)).outcome(texting), "blocked(opted_out)")
      << "its flags may say that the person is open";
  given by_tag(with_texting());
  by_tag.settled(by_tag.when(told(11, full)));
  by_tag.happened(closed_by(12));
  EXPECT_TRUE(by_tag.when(tagged(12)).intent(texting).mark) << "somebody set the tag";
}

TEST(Forwarding, APersonsWordAndTheSystemsOwnCountAsHeard) {
  given contact(with_texting());
  contact.settled(contact.when(told(11, full)));
  contact.happened(closed_by(12));
  events::OptOutMarkedByHand deed;
  deed.connector = texting;
  deed.up_to = Position{11};
  contact.happened(deed);
  EXPECT_TRUE(contact.when(mentions(13)).intent(texting).awaits) << "it was about an earlier one";
  deed.up_to = Position{12};
  contact.happened(deed);
  EXPECT_FALSE(contact.when(mentions(14)).intent(texting).awaits);

  given other(with_texting());
  other.settled(other.when(told(11, full)));
  auto by_itself = closed_by(12);
  by_itself.source = texting;
  by_itself.evidence = events::Evidence::vendor_event;
  other.happened(by_itself);
  EXPECT_FALSE(other.when(mentions(13)).intent(texting).awaits);
}

TEST(Forwarding, AnOptOutHoldsWhatIsOnItsWayUntilTheMark) {
  given contact(with_texting());
  contact.settled(contact.when(told(11, full)));
  ApplyConsent revoke;
  revoke.change.change = events::ConsentChange::revoked;
  revoke.change.channels = {events::Channel::sms};
  revoke.change.input = Position{13};
  const auto first = [&] {
    return std::get<events::ConsentApplied>(contact.when(revoke).events.front());
  };
  EXPECT_FALSE(first().held) << "nothing is on its way";
  contact.when(mentions(12));
  const auto held = first().held;
  ASSERT_TRUE(held);
  EXPECT_THAT(held->at, ElementsAre(texting));
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
