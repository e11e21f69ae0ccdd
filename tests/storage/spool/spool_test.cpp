// Possible opt-outs that the log cannot take: the file, its entries, and what a failing log does.
#include "base/failpoint.hpp"
#include "events/codec.hpp"
#include "storage/spool/opt_out_spool.hpp"
#include "storage/spool/spool_entry.hpp"
#include "tests/storage/support.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <deque>

namespace tidemark::storage::test::spool_test {
namespace {

constexpr Timestamp noon{std::chrono::hours{400'000}};

std::vector<std::string> texts(const OptOutSpool& spool) {
  std::vector<std::string> out;
  const auto entries = spool.entries();
  EXPECT_TRUE(entries.ok());
  for (const auto& entry : *entries)
    out.push_back(entry.bytes);
  return out;
}

OptOutSpool open_spool(const std::string& path) {
  auto spool = OptOutSpool::open(path);
  EXPECT_TRUE(spool.ok());
  return std::move(*spool);
}

TEST(OptOutSpool, KeepsWhatWasPutUntilItIsCleared) {
  const Scratch scratch;
  {
    auto spool = open_spool(scratch.path("spool"));
    EXPECT_EQ(std::filesystem::file_size(scratch.path("spool")), OptOutSpool::size);
    ASSERT_TRUE(spool.put("STOP", noon).ok());
  }
  auto spool = open_spool(scratch.path("spool"));
  ASSERT_TRUE(spool.put("stop it", noon).ok());
  EXPECT_EQ(texts(spool), (std::vector<std::string>{"STOP", "stop it"}));
  ASSERT_TRUE(spool.clear().ok());
  EXPECT_TRUE(texts(spool).empty());
  ASSERT_TRUE(spool.put("ARRET", noon).ok());
  EXPECT_EQ(texts(spool), (std::vector<std::string>{"ARRET"})) << "nothing of before follows it";
  EXPECT_EQ(std::filesystem::file_size(scratch.path("spool")), OptOutSpool::size);
}

TEST(OptOutSpool, RefusesWhatHasNoRoomAndKeepsTheRest) {
  const Scratch scratch;
  auto spool = open_spool(scratch.path("spool"));
  const std::string big(4U << 20, 'x');
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(spool.put(big, noon).ok());
  const auto refused = spool.put(big, noon);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "spool_full");
  EXPECT_TRUE(spool.put("small", noon).ok());
  EXPECT_EQ(texts(spool).size(), 4U);
}

TEST(OptOutSpool, LeavesOutAnEntryThatIsNotWhole) {
  const Scratch scratch;
  {
    auto spool = open_spool(scratch.path("spool"));
    ASSERT_TRUE(spool.put("first", noon).ok());
    ASSERT_TRUE(spool.put("second", noon).ok());
  }
  const int file = ::open(scratch.path("spool").c_str(), O_WRONLY);
  ASSERT_EQ(::pwrite(file, "?", 1, 28 + 5 + 28 + 5), 1) << "the last letter of the second";
  ::close(file);
  auto spool = open_spool(scratch.path("spool"));
  EXPECT_EQ(texts(spool), (std::vector<std::string>{"first"}));
  ASSERT_TRUE(spool.put("third", noon).ok());
  EXPECT_EQ(texts(spool), (std::vector<std::string>{"first", "third"}));
}

TEST(OptOutSpool, TellsWhetherAnythingWaitsWithoutOpeningItForWriting) {
  const Scratch scratch;
  const auto path = scratch.path("spool");
  const auto waits = [&] { return OptOutSpool::holds_any(path); };
  EXPECT_FALSE(*waits()) << "there is no file";
  EXPECT_FALSE(std::filesystem::exists(path));
  auto spool = open_spool(path);
  EXPECT_FALSE(*waits());
  ASSERT_TRUE(spool.put("STOP", noon).ok());
  EXPECT_TRUE(*waits());
  ASSERT_TRUE(spool.clear().ok());
  EXPECT_FALSE(*waits());
}

Append stop_webhook() {
  auto append = append_of({webhook("STOP", true)});
  append.events[0].tags = {tag_of(3, events::TagKind::consent),
                           tag_of(4, events::TagKind::subject)};
  append.dedupe = {{hash_of(7), std::chrono::seconds(60), tag_of(4, events::TagKind::subject)}};
  return append;
}

TEST(SpoolEntry, GivesTheWholeAppendBack) {
  const auto bytes = to_spool_entry(stop_webhook());
  const auto again = from_spool_entry(bytes, noon, noon + std::chrono::minutes(5));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->tenant, acme);
  const auto& event = again->events.at(0);
  EXPECT_EQ(event.stream.value, "webhook/ghl");
  EXPECT_EQ(event.attachment, "STOP");
  EXPECT_EQ(event.tags, stop_webhook().events[0].tags);
  const auto& webhook = std::get<events::WebhookReceived>(event.event);
  EXPECT_TRUE(webhook.maybe_opt_out);
  EXPECT_EQ(webhook.spooled_at, noon);
  ASSERT_EQ(again->dedupe.size(), 2U) << "its own key is the second";
  EXPECT_EQ(again->dedupe[0].hash, hash_of(7));
  EXPECT_EQ(again->dedupe[0].window, std::chrono::seconds(360)) << "as open as it was then";
  EXPECT_EQ(again->dedupe[0].unless_newer, tag_of(4, events::TagKind::subject));
  EXPECT_FALSE(again->dedupe[1].window);
}

TEST(SpoolEntry, OfBytesThatAreNoneIsAnError) {
  const auto bytes = to_spool_entry(stop_webhook());
  for (std::size_t count = 0; count < bytes.size(); ++count)
    EXPECT_FALSE(from_spool_entry(bytes.substr(0, count), noon, noon).ok()) << count;
  EXPECT_FALSE(from_spool_entry(bytes + "x", noon, noon).ok());
}

TEST(SpoolEntry, IsMadeOfWebhooksWithASignOfAnOptOutOnly) {
  EXPECT_TRUE(is_possible_opt_out(append_of({webhook("STOP", true)})));
  EXPECT_FALSE(is_possible_opt_out(append_of({webhook("hello", false)})));
  EXPECT_FALSE(is_possible_opt_out(append_of({event_on("contact/a")})));
}

class FailingLog : public testing::Test {
protected:
  void TearDown() override { failpoint::disarm_all(); }
  std::unique_ptr<OpenLog> open(std::chrono::milliseconds last_opt_outs = {}) {
    failures_.emplace_back();
    auto options = writing(scratch_.path(), failures_.back());
    options.log.last_opt_outs = last_opt_outs;
    options.log.answers_leave = std::chrono::milliseconds(0);
    return open_for_test(options, clock_);
  }

  FakeClock clock_;
  Scratch scratch_;
  std::deque<Failures> failures_; // of each opening
};

TEST_F(FailingLog, SpoolsAPossibleOptOutAndTheNextStartAppendsIt) {
  Position before;
  {
    const auto open = this->open();
    append_and_wait(open->log(), append_of({event_on("contact/a")}));
    before = open->log().durable();
    ASSERT_TRUE(failpoint::arm("log.before_write=error").ok());
    Gatherer plain;
    open->log().submit(append_of({event_on("contact/a")}), plain, 1);
    failures_.back().wait();
    EXPECT_EQ(plain.count(), 0U) << "nobody is told of anything else";
    failpoint::disarm_all();
  }
  {
    const auto open = this->open();
    ASSERT_TRUE(failpoint::arm("log.before_write=error").ok());
    EXPECT_TRUE(is<Spooled>(append_and_wait(open->log(), stop_webhook())));
    EXPECT_EQ(failures_.back().wait().code, "storage_failed") << "the process ends all the same";
    failpoint::disarm_all();
  }
  clock_.advance(std::chrono::hours(1));
  const auto open = this->open();
  const auto first = open->log().at(Position{before.value + 1});
  ASSERT_TRUE(first.ok() && *first);
  const auto event = events::decode((*first)->envelope.type, (*first)->payload);
  ASSERT_TRUE(event.ok());
  const auto& webhook = std::get<events::WebhookReceived>(*event);
  EXPECT_TRUE(webhook.maybe_opt_out);
  EXPECT_TRUE(webhook.spooled_at);
  EXPECT_EQ((*first)->attachment, "STOP");
  EXPECT_THAT(open->notes(),
              testing::ElementsAre(testing::HasSubstr("appended from opt_outs.spool")));
  const auto end = open->log().durable();
  EXPECT_EQ(end.value, before.value + 2) << "and that there was a spool is recorded";
}

TEST_F(FailingLog, SpoolsWhatWaitsBehindTheGroupToo) {
  const auto open = this->open();
  ASSERT_TRUE(failpoint::arm("log.before_write=sleep:100,log.after_sync_before_anchor=error").ok());
  Gatherer sink;
  open->log().submit(append_of({event_on("contact/a")}), sink, 1);
  auto second = stop_webhook();
  second.dedupe.clear();
  open->log().submit(std::move(second), sink, 2);
  const auto answers = sink.wait_for(1);
  EXPECT_TRUE(is<Spooled>(answers.at(2)));
}

TEST_F(FailingLog, SpoolsWhatComesAfterTheFailure) {
  const auto open = this->open(std::chrono::minutes(10)); // closing it cuts that short
  ASSERT_TRUE(failpoint::arm("log.before_write=error").ok());
  Gatherer sink;
  open->log().submit(append_of({event_on("contact/a")}), sink, 1);
  for (std::uint64_t token = 2; sink.count() == 0; ++token) // until one is answered: not taken
    open->log().submit(append_of({event_on("contact/b")}), sink, token);
  EXPECT_TRUE(is<Spooled>(append_and_wait(open->log(), stop_webhook())));
  auto another = stop_webhook();
  another.dedupe.clear();
  EXPECT_TRUE(is<Spooled>(append_and_wait(open->log(), std::move(another))));
}

TEST_F(FailingLog, SpoolsAfterAFailureOfTheIndexToo) {
  const auto open = this->open(std::chrono::minutes(10));
  ASSERT_TRUE(failpoint::arm("index.before_write=error").ok());
  AppendOutcome outcome;
  for (std::uint8_t number = 0; !is<Spooled>(outcome); ++number) {
    auto stop = stop_webhook();
    stop.dedupe[0].hash = hash_of(number);
    outcome = append_and_wait(open->log(), std::move(stop));
    ASSERT_TRUE(is<Appended>(outcome) || is<Duplicate>(outcome) || is<Spooled>(outcome));
  }
}

TEST_F(FailingLog, ASpooledOptOutThatTheLogHasAfterAllStandsThereOnce) {
  {
    const auto open = this->open();
    ASSERT_TRUE(failpoint::arm("log.after_sync_before_anchor=error").ok());
    EXPECT_TRUE(is<Spooled>(append_and_wait(open->log(), stop_webhook())));
    failures_.back().wait();
    failpoint::disarm_all();
  }
  clock_.advance(std::chrono::hours(1));
  const auto open = this->open();
  std::size_t webhooks = 0;
  ASSERT_TRUE(open->log()
                  .read({}, 100,
                        [&](std::string_view record) {
                          const auto view = events::read_header(record);
                          webhooks +=
                              view.ok() && view->type == events::WebhookReceived::name ? 1 : 0;
                          return true;
                        })
                  .ok());
  EXPECT_EQ(webhooks, 1U);
}

} // namespace
} // namespace tidemark::storage::test::spool_test
