#include "domain/backfill/backfill_run.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::backfill_run_test {
namespace {

const ConnectorName crm{"crm"};
const ConnectorName dialer{"dialer"};

/// Tells a run what a log would tell it.
class Told {
public:
  explicit Told(events::BackfillKind kind = events::BackfillKind::backfill)
      : run(Position{1}, {crm, kind, false, "ops", ""}) {}

  Position say(events::Event event, Position cause = {}, std::uint32_t index = 0,
               const std::string& stream = "") {
    events::Recorded recorded;
    recorded.envelope.position = Position{++position_};
    recorded.envelope.cause = cause;
    recorded.envelope.command_index = index;
    recorded.envelope.stream = StreamName(stream);
    recorded.event = std::move(event);
    run.evolve(recorded);
    return recorded.envelope.position;
  }
  Position page(std::uint32_t contacts, const std::string& next = "") {
    events::BackfillPageReceived e;
    e.connector = crm;
    e.run = run.id();
    e.contacts = contacts;
    e.next_cursor = next;
    const auto at = say(e);
    events::WebhookInterpreted meaning;
    meaning.webhook = at;
    for (std::uint32_t i = 0; i < contacts; ++i)
      meaning.commands.push_back({i,
                                  i,
                                  {},
                                  events::CommandKind::observe_record,
                                  ContactId("c" + std::to_string(i)),
                                  true});
    say(meaning, at);
    return at;
  }
  void observed(Position at, std::uint32_t index, std::vector<events::TargetOutcome> targets,
                events::Outcome outcome = events::Outcome::applied) {
    events::ContactObserved e;
    e.connector = crm;
    e.outcome = outcome;
    e.targets = std::move(targets);
    say(e, at, index, "contact/c" + std::to_string(index));
  }
  void sent(const std::string& delivery, const std::string& step, bool effect = true) {
    events::DeliveryDispatched e;
    e.delivery = DeliveryId(delivery);
    e.step_name = step;
    e.effect = effect;
    say(e);
  }
  void led_on(const std::string& delivery, std::uint32_t status) {
    events::DeliveryLookedUp e;
    e.facts.delivery = DeliveryId(delivery);
    e.facts.answer.http_status = status;
    say(e);
  }
  void accepted(const std::string& delivery) {
    events::DeliveryAccepted e;
    e.facts.delivery = DeliveryId(delivery);
    say(e);
  }

  BackfillRun run;

private:
  std::uint64_t position_ = 1;
};

events::TargetOutcome pending(const std::string& delivery, Reason what = Reason::create) {
  return {dialer, events::Outcome::pending, what, DeliveryId(delivery)};
}

TEST(BackfillRun, IsOpenUntilEveryDeliveryHasItsEnd) {
  Told told;
  const auto at = told.page(2);
  EXPECT_EQ(told.run.under_way(), 2U);
  told.observed(at, 0, {{dialer, events::Outcome::no_change, Reason::already_equal, {}}});
  told.observed(at, 1, {pending("d1")});
  EXPECT_EQ(told.run.under_way(), 1U);
  told.sent("d1", "create");
  told.accepted("d1");
  EXPECT_EQ(told.run.under_way(), 0U);
  EXPECT_TRUE(told.run.listed());
  EXPECT_EQ(told.run.counts(), (events::BackfillCounts{2, 1, 1, 0, 0, 0, 0}));
}

TEST(BackfillRun, DoesNotWaitForWhatARestoreHoldsBackOnceItIsDecided) {
  Told told(events::BackfillKind::reconcile);
  const auto at = told.page(2);
  const auto all = [](const ConnectorName&) { return true; };
  told.observed(at, 0, {pending("d1")});
  told.run.leave_where([](const ConnectorName& target) { return target == crm; });
  EXPECT_EQ(told.run.under_way(), 2U) << "nothing of the dialer's";
  told.run.leave_where(all);
  EXPECT_EQ(told.run.under_way(), 1U) << "the other contact is not decided";
  told.observed(at, 1, {{dialer, events::Outcome::no_change, Reason::already_equal, {}}});
  told.accepted("d1"); // later, when all is signed
  const auto counts = told.run.summary(Reason::none).counts;
  EXPECT_EQ(told.run.under_way(), 0U);
  EXPECT_EQ(counts.held_back, events::HeldBack{1});
  EXPECT_EQ(counts.mapped, 1U);
  EXPECT_EQ(counts.created + counts.errors, 0U);
}

TEST(BackfillRun, ARecordThatWasFoundIsMapped) {
  Told told;
  const auto at = told.page(1);
  told.observed(at, 0, {pending("d1")});
  told.sent("d1", "create");
  told.led_on("d1", 400); // it exists already
  told.sent("d1", "lookup", false);
  told.led_on("d1", 200);
  told.sent("d1", "upsert");
  told.accepted("d1");
  EXPECT_EQ(told.run.counts().mapped, 1U);
  EXPECT_EQ(told.run.counts().created, 0U);
}

TEST(BackfillRun, ACreateWithoutAnAnswerThatIsFoundLaterIsCreated) {
  Told told;
  const auto at = told.page(1);
  told.observed(at, 0, {pending("d1")});
  told.sent("d1", "create");
  events::DeliveryUnknown unknown;
  unknown.facts.delivery = DeliveryId("d1");
  told.say(unknown);
  told.sent("d1", "lookup", false);
  told.led_on("d1", 200);
  told.accepted("d1");
  EXPECT_EQ(told.run.counts().created, 1U);
}

TEST(BackfillRun, KnowsWhoWasKeptBackRefusedOrHasToBeLookedAt) {
  Told told;
  events::BackfillPageReceived e;
  e.run = told.run.id();
  e.contacts = 4;
  const auto at = told.say(e);
  events::IdentityReviewRequested review;
  review.contact = ContactId("c2");
  told.say(review, at);
  events::WebhookInterpreted meaning;
  meaning.webhook = at;
  for (std::uint32_t i = 0; i < 3; ++i)
    meaning.commands.push_back(
        {i, i, {}, events::CommandKind::observe_record, ContactId("c" + std::to_string(i)), true});
  meaning.skipped.push_back({events::Outcome::quarantined, Reason::wrong_type, ""});
  told.say(meaning, at);
  told.observed(at, 0, {{dialer, events::Outcome::blocked, Reason::opted_out, {}}},
                events::Outcome::blocked);
  told.observed(at, 1, {pending("d1")});
  events::DeliveryRejected rejected;
  rejected.facts.delivery = DeliveryId("d1");
  told.say(rejected);
  told.observed(at, 2, {});
  EXPECT_EQ(told.run.under_way(), 0U);
  EXPECT_EQ(told.run.counts(), (events::BackfillCounts{4, 0, 0, 1, 1, 2, 0}));
}

TEST(BackfillRun, CountsOnlyItsOwnPagesAndEnds) {
  Told told;
  events::BackfillPageReceived other;
  other.run = Position{77};
  other.contacts = 9;
  told.say(other);
  EXPECT_EQ(told.run.pages(), 0U);
  told.page(1, "next");
  EXPECT_FALSE(told.run.listed());
  EXPECT_EQ(told.run.cursor(), "next");
  events::BackfillFinished end;
  end.run = Position{77};
  told.say(end);
  EXPECT_FALSE(told.run.finished());
  told.say(told.run.summary(Reason::unauthorized));
  ASSERT_TRUE(told.run.finished());
  EXPECT_EQ(told.run.finished()->reason_code, Reason::unauthorized);
  EXPECT_EQ(told.run.finished()->cursor, "next");
}

} // namespace
} // namespace tidemark::domain::backfill_run_test
