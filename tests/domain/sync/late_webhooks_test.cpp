#include "base/time.hpp"
#include "tests/domain/given.hpp"

/// What comes late, and what may or may not have come about: found by the simulation, where systems
/// ended with different values.
namespace tidemark::domain::late_webhooks_test {
namespace {

using namespace test;
using std::chrono::hours;
using std::chrono::seconds;

const FieldSet full{{Field::first_name, "Jane"},
                    {Field::phone, "+12025550142"},
                    {Field::email, "jane@example.com"}};

FieldSet company(const std::string& name) {
  return {{Field::company, name}};
}

/// A contact that crm and hub both hold; the hub tells of our writes.
given shared_contact() {
  auto hub_tells = hub_rule();
  hub_tells.capabilities.echoes_writes = true;
  given contact(rules_of({crm_rule(), std::move(hub_tells)}));
  contact.settled(contact.when(says(crm, full)));
  contact.after(says(hub, full));
  return contact;
}

/// As `given` counts time: a decision comes a second after the one before.
std::string at(seconds since_start) {
  return to_rfc3339(Timestamp{hours{24 * 365 * 50}} + since_start);
}

events::AnswerFacts facts_of(const events::DeliveryIntended& intent) {
  events::AnswerFacts facts;
  facts.delivery = intent.delivery;
  return facts;
}

TEST(LateWebhooks, AnEchoIsOneHoweverLateItComesWhenItSaysWhenItHappened) {
  auto contact = shared_contact();                          // seconds 1 and 2
  contact.settled(contact.when(says(crm, company("One")))); // 3
  contact.settled(contact.when(says(crm, company("Two")))); // 4
  contact.wait(hours{5});
  const auto late = contact.when(says(hub, company("One"), at(seconds{3})));
  EXPECT_EQ(late.changed(), FieldSet{}) << "taken for an edit, it would go round for ever";
  EXPECT_EQ(late.outcome(), "echo_of(own_write_came_back)");
}

TEST(LateWebhooks, ManyWritesOfOneFieldDoNotHideWhatAnotherHeldBefore) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.settled(contact.when(says(crm, full)));
  contact.after(says(hub, full, at(seconds{2})));
  contact.settled(contact.when(says(crm, {{Field::phone, "+12025550143"}})));
  for (const auto* name : {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J"})
    contact.settled(contact.when(says(crm, company(name))));
  contact.wait(hours{5});
  auto edited = full; // a person did that before the number was corrected
  edited.set(Field::company, "Mine");
  EXPECT_EQ(contact.when(says(hub, edited, at(seconds{2}))).changed(), company("Mine"));
}

TEST(LateWebhooks, AnEditFromBeforeOurWriteGoesBackToItsOwnSystemToo) {
  auto contact = shared_contact();
  contact.settled(contact.when(says(crm, company("One")))); // 3
  contact.wait(hours{5});
  const auto late = contact.when(says(hub, company("Mine"), at(seconds{2})));
  EXPECT_EQ(late.changed(), company("Mine"));
  EXPECT_EQ(late.intent(hub).fields, company("Mine")) << "our write came after it and stands there";
}

TEST(LateWebhooks, AnEditIsInDoubtAlsoWhenTheEchoOfOurWriteOvertookItsAnswer) {
  auto contact = shared_contact();
  const auto write = contact.when(says(crm, company("One"))).intent(hub);
  contact.dispatched(write);
  EXPECT_EQ(contact.when(says(hub, company("One"))).outcome(), "echo_of(own_write_came_back)");
  contact.accepted(write);
  const auto edit = contact.when(says(hub, company("Mine")));
  EXPECT_EQ(edit.changed(), company("Mine"));
  EXPECT_EQ(edit.intent(hub).fields, company("Mine")) << "One may have come after it";
}

/// We wrote One; then hub told of an edit, Mine, from before that. It is to be written there once
/// more, and the first request for that did nothing.
given edit_in_doubt() {
  auto contact = shared_contact();
  contact.settled(contact.when(says(crm, company("One")))); // 3
  contact.wait(hours{5});
  const auto write = contact.when(says(hub, company("Mine"), at(seconds{1}))).intent(hub);
  EXPECT_EQ(write.fields, company("Mine"));
  contact.dispatched(write);
  contact.happened(events::DeliveryRetryScheduled{facts_of(write), {}, false});
  return contact;
}

TEST(LateWebhooks, OfTwoEditsFromBeforeOurWriteTheSecondGoesBackToo) {
  auto contact = edit_in_doubt();
  const auto second = contact.when(says(hub, company("Also mine"), at(seconds{2})));
  EXPECT_EQ(second.intent(hub).fields, company("Also mine")) << "our write still came after it";
}

TEST(LateWebhooks, AnotherWebhookOfAnEditInDoubtLeavesItInDoubt) {
  auto contact = edit_in_doubt();
  contact.when(says(hub, company("Mine"), at(seconds{2})));
  const FieldSet zone{{Field::timezone, "UTC"}};
  EXPECT_EQ(contact.when(says(crm, zone)).intent(hub).fields.get(Field::company), "Mine");
}

TEST(LateWebhooks, AWriteThatWasGivenUpInDoubtMayHaveComeAfterAnEdit) {
  auto contact = shared_contact();
  const auto write = contact.when(says(hub, company("One"))).intent(crm);
  contact.dispatched(write);
  contact.happened(events::DeliveryUnknown{facts_of(write), {}});
  const auto edit = contact.when(says(crm, company("Mine"), at(seconds{1})));
  ASSERT_EQ(edit.intent(crm).fields, company("Mine")) << "One may come after it";
  contact.happened(events::DeliverySuperseded{write.delivery, {}, {}});
  contact.dispatched(edit.intent(crm));
  contact.happened(events::DeliveryRetryScheduled{facts_of(edit.intent(crm)), {}, false});
  const auto next = contact.when(says(crm, company("Also mine"), at(seconds{2})));
  EXPECT_EQ(next.intent(crm).fields, company("Also mine")) << "One may stand there";
}

TEST(LateWebhooks, WhichCameFirstIsToldByTheSystemsOwnClock) {
  auto contact = shared_contact();
  const auto write = contact.when(says(crm, company("One"))).intent(hub);
  // Fifty years of 365 days after 1970 are over on 2019-12-20; our clock is two hours behind.
  contact.dispatched(write).accepted(write, "r-1", "Fri, 20 Dec 2019 02:00:03 GMT");
  contact.wait(hours{5});
  const auto late = contact.when(says(hub, company("Mine"), at(hours{2} + seconds{2})));
  EXPECT_EQ(late.intent(hub).fields, company("Mine")) << "our write came after it and stands there";
  const auto later = contact.when(says(hub, company("Anew"), at(hours{4})));
  EXPECT_EQ(later.intent(hub).fields, FieldSet{}) << "and long before this one";
}

TEST(LateWebhooks, OfTwoWritesInOneMomentEitherMayComeBackFirst) {
  auto contact = shared_contact();
  contact.settled(contact.when(says(crm, company("One"))));
  contact.settled(contact.when(says(crm, company("Two"))));
  contact.when(says(hub, company("Two"), at(seconds{4})));
  const auto first = contact.when(says(hub, company("One"), at(seconds{4})));
  EXPECT_EQ(first.changed(), FieldSet{});
  EXPECT_EQ(first.intent(hub).fields, company("Two")) << "it may hold One after all";
}

TEST(LateWebhooks, OfTwoWritesInOneMomentTheOneThatIsHeardLastNeedNotStand) {
  auto contact = shared_contact();
  contact.settled(contact.when(says(crm, company("One"))));
  contact.settled(contact.when(says(crm, company("Two"))));
  contact.when(says(hub, company("Two"), at(seconds{4})));
  ASSERT_EQ(contact.when(says(crm, company("One"))).intent(hub).fields, company("One"));
  const auto heard = contact.when(says(hub, company("One"), at(seconds{4})));
  EXPECT_EQ(heard.outcome(hub), "pending(already_intended)")
      << "it may hold Two: One is to be sent";
}

TEST(LateWebhooks, ARequestThatCameBackMayStillBeSentAgain) {
  auto contact = shared_contact();
  const auto first = contact.when(says(crm, company("One")));
  contact.dispatched(first.intent(hub));
  contact.happened(events::DeliveryUnknown{facts_of(first.intent(hub)), {}});
  contact.when(says(hub, company("One"))); // it arrived, but nobody answered
  const auto edit = contact.when(says(hub, company("Two")));
  EXPECT_EQ(edit.intent(hub).fields, company("Two")) << "the repeat would undo the edit";
}

TEST(LateWebhooks, ARequestThatDidNothingSettlesNoDoubt) {
  auto contact = shared_contact();
  contact.settled(contact.when(says(crm, company("One"))));
  const auto crossed = contact.when(says(hub, company("Two")));
  ASSERT_EQ(crossed.intent(hub).fields, company("Two"));
  contact.dispatched(crossed.intent(hub));
  contact.happened(events::DeliveryRetryScheduled{facts_of(crossed.intent(hub)), {}, false});
  const FieldSet zone{{Field::timezone, "UTC"}};
  EXPECT_EQ(contact.when(says(crm, zone)).intent(hub).fields.get(Field::company), "Two")
      << "what is in doubt is still to be written";
}

TEST(LateWebhooks, WhatMayHaveComeAboutIsInDoubtOnceNobodyFollowsItUp) {
  auto contact = shared_contact();
  const auto first = contact.when(says(crm, company("One")));
  contact.dispatched(first.intent(hub));
  contact.happened(events::DeliveryUnknown{facts_of(first.intent(hub)), {}});
  contact.settled(contact.when(says(crm, company(""))));
  contact.happened(events::DeliverySuperseded{first.intent(hub).delivery, {}, {}});
  const FieldSet zone{{Field::timezone, "UTC"}};
  const auto next = contact.when(says(crm, zone)).intent(hub);
  EXPECT_NE(next.fields.find(Field::company), nullptr) << "it may say One there";
}

TEST(LateWebhooks, ARequestThatMayHaveLeftBeforeSettlesNoDoubtEither) {
  auto contact = shared_contact();
  const auto first = contact.when(says(crm, company("One")));
  contact.dispatched(first.intent(hub));
  contact.happened(events::DeliveryUnknown{facts_of(first.intent(hub)), {}});
  const auto edit = contact.when(says(hub, company("Two")));
  ASSERT_EQ(edit.intent(hub).fields, company("One")) << "crm is asked first, hub says Two";
  contact.dispatched(first.intent(hub)); // again, under the same key: perhaps without effect
  const FieldSet zone{{Field::timezone, "UTC"}};
  EXPECT_EQ(contact.when(says(crm, zone)).intent(hub).fields.get(Field::company), "One");
}

} // namespace
} // namespace tidemark::domain::late_webhooks_test
