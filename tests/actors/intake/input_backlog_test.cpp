#include "actors/intake/input_backlog.hpp"
#include "storage/log/memory_log.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

namespace tidemark::actors::input_backlog_test {
namespace {

class Backlog : public testing::Test {
protected:
  Position webhook(bool maybe_opt_out) {
    events::WebhookReceived received;
    received.connector = sample::ghl;
    received.content_type = "application/json";
    received.maybe_opt_out = maybe_opt_out;
    return writer.input(events::webhook_stream(sample::ghl), received, "{}");
  }
  void read() { ASSERT_TRUE(backlog.read_on(log, false).ok()); }

  sample::TickingClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  sample::Writer writer{log, hasher};
  InputBacklog backlog{sample::acme};
};

TEST_F(Backlog, TakesOptOutsFirstAndTheRestAsTheyCame) {
  const auto first = webhook(false), second = webhook(false), stop = webhook(true);
  read();
  EXPECT_EQ(backlog.take(), stop);
  EXPECT_EQ(backlog.take(), first);
  EXPECT_EQ(backlog.take(), second);
  EXPECT_EQ(backlog.take(), Position{});
}

TEST_F(Backlog, HandsOutOnlyOptOutsWhenNothingElseMayBeTakenUp) {
  webhook(false);
  const auto stop = webhook(true);
  read();
  EXPECT_EQ(backlog.take_opt_out(), stop);
  EXPECT_EQ(backlog.take_opt_out(), Position{});
}

TEST_F(Backlog, AnOptOutThatIsPutBackIsStillFirst) {
  const auto first = webhook(false), second = webhook(false), stop = webhook(true),
             start = webhook(true);
  read();
  ASSERT_EQ(backlog.take(), stop);
  ASSERT_EQ(backlog.take(), start);
  ASSERT_EQ(backlog.take(), first);
  for (const auto input : {first, start, stop})
    backlog.put_back(input);
  for (const auto input : {stop, start, first, second})
    EXPECT_EQ(backlog.take(), input);
}

TEST_F(Backlog, WhatIsDecidedIsNotPutBack) {
  const auto stop = webhook(true);
  read();
  ASSERT_EQ(backlog.take(), stop);
  backlog.done(stop);
  backlog.put_back(stop);
  EXPECT_EQ(backlog.take(), Position{});
}

} // namespace
} // namespace tidemark::actors::input_backlog_test
