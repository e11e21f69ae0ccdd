#include "domain/intake/input_backlog.hpp"
#include "events/format/tags.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::input_backlog_test {
namespace {

const ConnectorName crm("crm");

class Backlog : public testing::Test {
protected:
  /// The event as the log holds it; the backlog reads it.
  Position log(const events::Event& event, Position cause = {}, bool whole = false) {
    events::Envelope envelope;
    envelope.position = Position{++end};
    envelope.tenant = TenantId("acme");
    envelope.stream = StreamName("any");
    envelope.type = events::type_of(event);
    envelope.cause = cause;
    envelope.correlation = cause.value == 0 ? envelope.position : cause;
    std::string record;
    events::append_record(record, envelope, events::encode(event), {});
    record.append(envelope.hash.size(), '\0'); // nobody checks it here
    EXPECT_TRUE(backlog.take(record, whole).ok());
    return envelope.position;
  }
  Position webhook(bool maybe_opt_out, bool whole = false) {
    events::WebhookReceived received;
    received.connector = crm;
    received.maybe_opt_out = maybe_opt_out;
    return log(received, {}, whole);
  }

  std::uint64_t end = 0;
  InputBacklog backlog{TenantId("acme")};
};

TEST_F(Backlog, TakesOptOutsFirstAndTheRestAsTheyCame) {
  const auto first = webhook(false), second = webhook(false), stop = webhook(true);
  EXPECT_EQ(backlog.take_next(), stop);
  EXPECT_EQ(backlog.take_next(), first);
  EXPECT_EQ(backlog.take_next(), second);
  EXPECT_EQ(backlog.take_next(), Position{});
}

TEST_F(Backlog, TakesImportedOptOutsLastAndLetsNobodyWaitForThem) {
  const auto row = log(events::OptOutImported{}), next_row = log(events::OptOutImported{}),
             first = webhook(false), stop = webhook(true);
  for (const auto input : {stop, first, row})
    EXPECT_EQ(backlog.take_next(), input);
  backlog.put_back(row);
  EXPECT_EQ(backlog.take_next(), row);
  backlog.done(stop);
  backlog.done(first);
  EXPECT_EQ(backlog.live_decided_through(), Position{end});
  EXPECT_EQ(backlog.opt_outs_decided_through(), Position{end});
  EXPECT_EQ(backlog.imports_decided_through(), Position{row.value - 1});
  EXPECT_EQ(backlog.decided_through(), Position{row.value - 1}) << "the next start reads it again";
  EXPECT_EQ(backlog.waiting(), 1U);
  EXPECT_EQ(backlog.undecided(), 2U);
  backlog.done(row);
  EXPECT_EQ(backlog.imports_decided_through(), Position{next_row.value - 1});
}

TEST_F(Backlog, TakesImportedContactsBehindWhatComesInLive) {
  const auto row = log(events::ContactImported{}), first = webhook(false);
  EXPECT_EQ(backlog.take_next(), first);
  EXPECT_EQ(backlog.take_next(), row);
  backlog.done(first);
  EXPECT_EQ(backlog.live_decided_through(), Position{end});
  EXPECT_EQ(backlog.imports_decided_through(), Position{row.value - 1});
}

TEST_F(Backlog, KnowsAfterAStartWhichImportedRowsAreDecided) {
  const auto row = log(events::OptOutImported{}, {}, true),
             next_row = log(events::OptOutImported{}, {}, true);
  events::WebhookInterpreted interpreted;
  log(interpreted, row, true);
  backlog.begin();
  EXPECT_EQ(backlog.take_next(), next_row);
  EXPECT_EQ(backlog.take_next(), Position{});
}

TEST_F(Backlog, HandsOutOnlyOptOutsWhenNothingElseMayBeTakenUp) {
  webhook(false);
  const auto stop = webhook(true);
  EXPECT_EQ(backlog.take_opt_out(), stop);
  EXPECT_EQ(backlog.take_opt_out(), Position{});
}

TEST_F(Backlog, AnOptOutThatIsPutBackIsStillFirst) {
  const auto first = webhook(false), second = webhook(false), stop = webhook(true),
             start = webhook(true);
  ASSERT_EQ(backlog.take_next(), stop);
  ASSERT_EQ(backlog.take_next(), start);
  ASSERT_EQ(backlog.take_next(), first);
  for (const auto input : {first, start, stop})
    backlog.put_back(input);
  for (const auto input : {stop, start, first, second})
    EXPECT_EQ(backlog.take_next(), input);
}

TEST_F(Backlog, AnOptOutOfNobodyKnownComesInItsTurnAndHoldsUpWhatItMayClose) {
  const auto first = webhook(false), stop = webhook(true), last = webhook(false);
  ASSERT_EQ(backlog.take_next(), stop);
  ASSERT_TRUE(backlog.has_older(stop));
  backlog.take_in_turn(stop);
  EXPECT_EQ(backlog.take_next(), first);
  EXPECT_EQ(backlog.take_next(), stop);
  EXPECT_FALSE(backlog.has_older(stop));
  EXPECT_EQ(backlog.opt_outs_decided_through(), first) << "no message passes it meanwhile";
  EXPECT_EQ(backlog.take_next(), last);
}

TEST_F(Backlog, WhatIsDecidedIsNotPutBack) {
  const auto stop = webhook(true);
  ASSERT_EQ(backlog.take_next(), stop);
  backlog.done(stop);
  backlog.put_back(stop);
  EXPECT_EQ(backlog.take_next(), Position{});
}

TEST_F(Backlog, OfDueTimesOnlyThoseOfParkedCommandsAreInputs) {
  log(events::TimerDue{"delivery_retry", "d1"});
  EXPECT_EQ(backlog.take_next(), Position{});
  const auto parked = log(events::TimerDue{"parking", "1"});
  EXPECT_EQ(backlog.take_next(), parked);
}

TEST_F(Backlog, APageOfADryRunIsNoInput) {
  events::BackfillPageReceived page;
  page.connector = crm;
  page.dry_run = true;
  log(page);
  EXPECT_EQ(backlog.take_next(), Position{});
  page.dry_run = false;
  const auto listed = log(page);
  EXPECT_EQ(backlog.take_next(), listed);
}

TEST_F(Backlog, AStartLeavesOutWhatWasDecidedBefore) {
  const auto first = webhook(false, true), second = webhook(true, true);
  events::WebhookInterpreted nothing_to_do;
  nothing_to_do.webhook = second;
  log(nothing_to_do, second, true);
  backlog.begin();
  EXPECT_EQ(backlog.take_next(), first);
  EXPECT_EQ(backlog.take_next(), Position{});
  EXPECT_EQ(backlog.opt_outs_decided_through(), Position{end});
  EXPECT_EQ(backlog.decided_through(), Position{}) << "the first one is not decided";
}

} // namespace
} // namespace tidemark::domain::input_backlog_test
