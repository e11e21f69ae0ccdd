#include "domain/intake/input_backlog.hpp"
#include "storage/log/memory_log.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

namespace tidemark::domain::input_backlog_test {
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
  void read() {
    ASSERT_TRUE(log.read(backlog.read_to(), 100,
                         [&](std::string_view record) { return backlog.take(record).ok(); })
                    .ok());
  }

  sample::TickingClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  sample::Writer writer{log, hasher};
  InputBacklog backlog{sample::acme};
};

TEST_F(Backlog, TakesOptOutsFirstAndTheRestAsTheyCame) {
  const auto first = webhook(false), second = webhook(false), stop = webhook(true);
  read();
  EXPECT_EQ(backlog.take_next(), stop);
  EXPECT_EQ(backlog.take_next(), first);
  EXPECT_EQ(backlog.take_next(), second);
  EXPECT_EQ(backlog.take_next(), Position{});
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
  ASSERT_EQ(backlog.take_next(), stop);
  ASSERT_EQ(backlog.take_next(), start);
  ASSERT_EQ(backlog.take_next(), first);
  for (const auto input : {first, start, stop})
    backlog.put_back(input);
  for (const auto input : {stop, start, first, second})
    EXPECT_EQ(backlog.take_next(), input);
}

TEST_F(Backlog, WhatIsDecidedIsNotPutBack) {
  const auto stop = webhook(true);
  read();
  ASSERT_EQ(backlog.take_next(), stop);
  backlog.done(stop);
  backlog.put_back(stop);
  EXPECT_EQ(backlog.take_next(), Position{});
}

} // namespace
} // namespace tidemark::domain::input_backlog_test
