// What every LogStore promises; run on the one in memory and the one on disk.
#include "events/codec.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/proofs/verify_chain.hpp"
#include "tests/storage/support.hpp"

#include <future>
#include <set>
#include <thread>

namespace tidemark::storage::test::log_contract_test {
namespace {

class LogContract : public testing::TestWithParam<std::string> {
protected:
  void SetUp() override {
    if (GetParam() == "memory")
      memory_ = std::make_unique<MemoryLog>(clock_);
    else
      open_ = open_for_test(writing(scratch_.path(), failures_), clock_);
  }
  LogStore& log() { return memory_ ? static_cast<LogStore&>(*memory_) : open_->log(); }
  AppendOutcome put(Append append) { return append_and_wait(log(), std::move(append)); }
  AppendOutcome put(std::vector<NewEvent> events) { return put(append_of(std::move(events))); }

  FakeClock clock_;
  Scratch scratch_;
  Failures failures_;
  std::unique_ptr<MemoryLog> memory_;
  std::unique_ptr<OpenLog> open_;
};

INSTANTIATE_TEST_SUITE_P(Stores, LogContract, testing::Values("memory", "rocks"),
                         [](const auto& param) { return param.param; });

TEST_P(LogContract, ANewLogIsEmpty) {
  EXPECT_EQ(log().durable(), Position{});
  EXPECT_EQ(log().head(), Digest{});
  EXPECT_TRUE(payloads(log()).empty());
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/a"}).value(), StreamVersion{});
  EXPECT_EQ(log().newest_tagged(acme, tag_of(1)).value(), Position{});
  EXPECT_FALSE(log().at(Position{1}).value().has_value());
}

TEST_P(LogContract, GivesDensePositionsFromOne) {
  EXPECT_EQ(appended(put({event_on("contact/a"), event_on("contact/b")})).first, Position{1});
  const auto second = put({event_on("contact/a")});
  EXPECT_EQ(appended(second).first, Position{3});
  EXPECT_EQ(appended(second).count, 1U);
  EXPECT_EQ(log().durable(), Position{3});
  EXPECT_EQ(payloads(log()).size(), 3U);
}

TEST_P(LogContract, StoresTheWholeEvent) {
  auto append = append_of({webhook("body bytes")});
  append.events[0].tags = {tag_of(7)};
  append.rules = 3;
  put(std::move(append));
  const auto event = log().at(Position{1}).value();
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->attachment, "body bytes");
  EXPECT_EQ(event->envelope.tenant, acme);
  EXPECT_EQ(event->envelope.stream, StreamName{"webhook/ghl"});
  EXPECT_EQ(event->envelope.version, StreamVersion{1});
  EXPECT_EQ(event->envelope.type, "webhook.received.v1");
  EXPECT_EQ(event->envelope.correlation, Position{1});
  EXPECT_EQ(event->envelope.rules, 3);
  EXPECT_EQ(event->envelope.epoch, log().epoch());
  EXPECT_EQ(event->envelope.hash, log().head());
  ASSERT_EQ(event->envelope.tags.size(), 2U);
  EXPECT_EQ(event->envelope.tags[0], stream_tag(StreamName{"webhook/ghl"}));
  EXPECT_EQ(event->envelope.tags[1], tag_of(7));
  EXPECT_TRUE(std::holds_alternative<events::WebhookReceived>(
      events::decode(event->envelope.type, event->payload).value()));
}

TEST_P(LogContract, CorrelationIsTheCauseUnlessStated) {
  put({event_on("contact/a")});
  auto decision = append_of({event_on("contact/a")});
  decision.cause = Position{1};
  decision.decider = events::Decider::contact;
  put(std::move(decision));
  auto stated = append_of({event_on("contact/a")});
  stated.cause = Position{2};
  stated.correlation = Position{1};
  put(std::move(stated));
  EXPECT_EQ(log().at(Position{2}).value()->envelope.correlation, Position{1});
  EXPECT_EQ(log().at(Position{3}).value()->envelope.correlation, Position{1});
  EXPECT_EQ(log().at(Position{3}).value()->envelope.cause, Position{2});
}

TEST_P(LogContract, CountsVersionsPerStreamAndTenant) {
  put({event_on("contact/a"), event_on("contact/a"), event_on("webhook/x")});
  auto elsewhere = append_of({event_on("contact/a")});
  elsewhere.tenant = other;
  put(std::move(elsewhere));
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/a"}).value(), StreamVersion{2});
  EXPECT_EQ(log().version_of(acme, StreamName{"webhook/x"}).value(), StreamVersion{1});
  EXPECT_EQ(log().version_of(other, StreamName{"contact/a"}).value(), StreamVersion{1});
  EXPECT_EQ(log().at(Position{2}).value()->envelope.version, StreamVersion{2});
  EXPECT_EQ(log().at(Position{4}).value()->envelope.version, StreamVersion{1});
}

TEST_P(LogContract, RefusesAnUnexpectedVersion) {
  put({event_on("contact/a")});
  auto wrong = append_of({event_on("contact/a")});
  wrong.expected = {{StreamName{"contact/a"}, StreamVersion{0}}};
  const auto refused = put(std::move(wrong));
  ASSERT_TRUE(is<Conflict>(refused));
  EXPECT_EQ(std::get<Conflict>(refused).newest, Position{1});
  auto right = append_of({event_on("contact/a")});
  right.expected = {{StreamName{"contact/a"}, StreamVersion{1}}, {StreamName{"contact/b"}, {}}};
  EXPECT_EQ(appended(put(std::move(right))).first, Position{2});
}

TEST_P(LogContract, RefusesWhenSomethingNewerStandsUnderATag) {
  put({event_on("contact/a", "1", {tag_of(1)})});
  auto behind = append_of({event_on("contact/b")});
  behind.nothing_newer = {{tag_of(1), Position{0}}};
  const auto refused = put(std::move(behind));
  ASSERT_TRUE(is<Conflict>(refused));
  EXPECT_EQ(std::get<Conflict>(refused).newest, Position{1});
  auto current = append_of({event_on("contact/b")});
  current.nothing_newer = {{tag_of(1), Position{1}}, {tag_of(2), Position{0}}};
  EXPECT_TRUE(is<Appended>(put(std::move(current))));
  auto other_tenant = append_of({event_on("contact/b")});
  other_tenant.tenant = other;
  other_tenant.nothing_newer = {{tag_of(1), Position{0}}};
  EXPECT_TRUE(is<Appended>(put(std::move(other_tenant))));
}

TEST_P(LogContract, StoresNothingOfARefusedAppend) {
  put({event_on("contact/a")});
  auto append = append_of({event_on("contact/b", "new", {tag_of(5)}), event_on("contact/c")});
  append.expected = {{StreamName{"contact/a"}, StreamVersion{9}}};
  append.dedupe = {{hash_of(1), std::nullopt}};
  EXPECT_TRUE(is<Conflict>(put(append)));
  EXPECT_EQ(log().durable(), Position{1});
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/b"}).value(), StreamVersion{});
  EXPECT_EQ(log().newest_tagged(acme, tag_of(5)).value(), Position{});
  append.expected.clear();
  EXPECT_EQ(appended(put(append)).first, Position{2}) << "the dedupe key was not used up";
}

TEST_P(LogContract, AnswersADuplicateWithTheFirstPosition) {
  auto append = append_of({event_on("webhook/x"), event_on("webhook/x")});
  append.dedupe = {{hash_of(1), std::nullopt}, {hash_of(2), std::nullopt}};
  put(append);
  put({event_on("contact/a")});
  clock_.advance(std::chrono::hours(24 * 365));
  auto again = append_of({event_on("webhook/x")});
  again.dedupe = {{hash_of(3), std::nullopt}, {hash_of(2), std::nullopt}};
  const auto second = put(again);
  ASSERT_TRUE(is<Duplicate>(second));
  EXPECT_EQ(std::get<Duplicate>(second).first, Position{1});
  EXPECT_EQ(log().durable(), Position{3});
  again.tenant = other;
  EXPECT_TRUE(is<Appended>(put(again))) << "keys are the tenant's own";
}

TEST_P(LogContract, ADuplicateIsToldBeforeAConflict) {
  auto append = append_of({event_on("contact/a")});
  append.expected = {{StreamName{"contact/a"}, StreamVersion{0}}};
  append.dedupe = {{hash_of(1), std::nullopt}};
  put(append);
  EXPECT_TRUE(is<Duplicate>(put(append)));
}

TEST_P(LogContract, AWindowedKeyMayBeUsedAgainAfterItsWindow) {
  using std::chrono::seconds;
  auto append = append_of({event_on("webhook/x")});
  append.dedupe = {{hash_of(1), std::chrono::microseconds(seconds(60))}};
  put(append);
  clock_.advance(seconds(60));
  EXPECT_TRUE(is<Duplicate>(put(append)));
  clock_.advance(seconds(1));
  EXPECT_EQ(appended(put(append)).first, Position{2});
  clock_.advance(seconds(30));
  const auto third = put(append);
  ASSERT_TRUE(is<Duplicate>(third));
  EXPECT_EQ(std::get<Duplicate>(third).first, Position{2}) << "the window runs from the last use";
}

TEST_P(LogContract, AWindowedKeyIsNoRepeatOnceSomethingElseCameUnderItsTag) {
  const auto about = tag_of(1, events::TagKind::subject);
  const auto edit = [&](std::uint64_t hash) {
    auto append = append_of({event_on("webhook/x", "x", {about})});
    append.dedupe = {{hash_of(hash), std::chrono::seconds(60), about}};
    return put(append);
  };
  edit(1);
  const auto again = edit(1);
  ASSERT_TRUE(is<Duplicate>(again));
  EXPECT_EQ(std::get<Duplicate>(again).first, Position{1});
  put({event_on("webhook/x")}); // about something else
  EXPECT_TRUE(is<Duplicate>(edit(1)));
  EXPECT_EQ(appended(edit(2)).first, Position{3});
  EXPECT_EQ(appended(edit(1)).first, Position{4}) << "A, B, A are three edits";
  EXPECT_TRUE(is<Duplicate>(edit(1))) << "and the third may be repeated in its turn";
}

TEST_P(LogContract, ADecisionIsMadeOnce) {
  put({event_on("webhook/x")});
  auto decision = append_of({event_on("contact/a")});
  decision.cause = Position{1};
  decision.command_index = 4;
  decision.decider = events::Decider::contact;
  put(decision);
  const auto again = put(decision);
  ASSERT_TRUE(is<Duplicate>(again));
  EXPECT_EQ(std::get<Duplicate>(again).first, Position{2});
  decision.command_index = 5;
  EXPECT_TRUE(is<Appended>(put(decision)));
  decision.decider = events::Decider::delivery;
  EXPECT_TRUE(is<Appended>(put(decision)));
}

TEST_P(LogContract, OneOfManyConcurrentDuplicatesIsStored) {
  constexpr std::uint64_t threads = 50;
  Gatherer sink;
  std::vector<std::thread> senders;
  for (std::uint64_t i = 0; i < threads; ++i)
    senders.emplace_back([&, i] {
      auto append = append_of({event_on("webhook/x")});
      append.dedupe = {{hash_of(77), std::nullopt}};
      log().submit(std::move(append), sink, i);
    });
  for (auto& sender : senders)
    sender.join();
  std::size_t stored = 0;
  for (const auto& [token, outcome] : sink.wait_for(threads)) {
    stored += is<Appended>(outcome) ? 1U : 0U;
    if (const auto* duplicate = std::get_if<Duplicate>(&outcome)) {
      EXPECT_EQ(duplicate->first, Position{1});
    }
  }
  EXPECT_EQ(stored, 1U);
  EXPECT_EQ(log().durable(), Position{1});
}

TEST_P(LogContract, AnswersEachConcurrentAppendWithItsOwnPosition) {
  constexpr std::uint64_t threads = 8;
  constexpr std::uint64_t each = 200;
  Gatherer sink;
  std::vector<std::thread> senders;
  for (std::uint64_t t = 0; t < threads; ++t)
    senders.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < each; ++i)
        log().submit(
            append_of({event_on("contact/" + std::to_string(t), std::to_string(t * each + i))}),
            sink, t * each + i);
    });
  for (auto& sender : senders)
    sender.join();
  std::set<Position> positions;
  for (const auto& [token, outcome] : sink.wait_for(threads * each)) {
    const auto first = appended(outcome).first;
    positions.insert(first);
    EXPECT_NE(log().at(first).value()->payload.find("\"" + std::to_string(token) + "\""),
              std::string::npos);
  }
  EXPECT_EQ(positions.size(), threads * each);
  EXPECT_EQ(log().durable(), Position{threads * each});
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/3"}).value(), StreamVersion{each});
  EXPECT_TRUE(verify_log(log()).value().holds());
}

TEST_P(LogContract, RefusesMalformedAppends) {
  EXPECT_EQ(not_taken(put(std::vector<NewEvent>{})), "malformed");
  EXPECT_EQ(not_taken(put(std::vector<NewEvent>(257, event_on("contact/a")))), "malformed");
  EXPECT_EQ(not_taken(put({event_on("")})), "malformed");
  EXPECT_EQ(not_taken(put({event_on(std::string(256, 's'))})), "malformed");
  EXPECT_EQ(not_taken(put({event_on("contact/a", "x", std::vector<events::Tag>(65, tag_of(1)))})),
            "malformed");
  EXPECT_EQ(not_taken(put({event_on("contact/a", "x", {stream_tag(StreamName{"contact/b"})})})),
            "malformed");
  auto no_tenant = append_of({event_on("contact/a")});
  no_tenant.tenant = TenantId{};
  EXPECT_EQ(not_taken(put(no_tenant)), "malformed");
  auto from_the_future = append_of({event_on("contact/a")});
  from_the_future.cause = Position{1};
  EXPECT_EQ(not_taken(put(from_the_future)), "malformed");
  auto unknown = append_of({event_on("contact/a")});
  unknown.events[0].event = events::Unknown{"what.is_this.v1"};
  EXPECT_EQ(not_taken(put(unknown)), "malformed");
  EXPECT_EQ(log().durable(), Position{});
  EXPECT_TRUE(is<Appended>(put({event_on(std::string(255, 's'))})));
  EXPECT_TRUE(is<Appended>(put(std::vector<NewEvent>(256, event_on("contact/a")))));
}

TEST_P(LogContract, FindsPositionsUnderATag) {
  put({event_on("contact/a", "1", {tag_of(1)}), event_on("contact/b", "2", {tag_of(2)})});
  put({event_on("contact/a", "3", {tag_of(1), tag_of(2)})});
  put({event_on("contact/c", "4", {tag_of(1)})});
  const auto found = [&](Position after, std::size_t limit) {
    return log().tagged(acme, tag_of(1), after, limit).value();
  };
  EXPECT_EQ(found({}, 100), (std::vector{Position{1}, Position{3}, Position{4}}));
  EXPECT_EQ(found(Position{1}, 1), (std::vector{Position{3}}));
  EXPECT_EQ(found(Position{4}, 100), std::vector<Position>{});
  EXPECT_EQ(found({}, 0), std::vector<Position>{});
  EXPECT_EQ(log().newest_tagged(acme, tag_of(2)).value(), Position{3});
  EXPECT_EQ(log().tagged(acme, tag_of(1, events::TagKind::consent), {}, 9).value().size(), 0U);
  EXPECT_EQ(log().tagged(other, tag_of(1), {}, 9).value().size(), 0U);
  EXPECT_EQ(log().tagged(acme, stream_tag(StreamName{"contact/a"}), {}, 9).value(),
            (std::vector{Position{1}, Position{3}}));
}

TEST_P(LogContract, FindsATagThatWasLookedForInVainBefore) {
  for (int i = 0; i < 2; ++i) { // what was found to be unused may be remembered
    EXPECT_EQ(log().newest_tagged(acme, tag_of(1)).value(), Position{});
    EXPECT_EQ(log().version_of(acme, StreamName{"contact/a"}).value(), StreamVersion{});
  }
  put({event_on("contact/a", "1", {tag_of(1)})});
  EXPECT_EQ(log().newest_tagged(acme, tag_of(1)).value(), Position{1});
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/a"}).value(), StreamVersion{1});
}

TEST_P(LogContract, FindsWebhooksByTheirStreamToo) {
  put({webhook("1"), event_on("contact/a"), webhook("2"), webhook("3", false, "webhook/aloware")});
  EXPECT_EQ(log().tagged(acme, stream_tag(StreamName{"webhook/ghl"}), {}, 9).value(),
            (std::vector{Position{1}, Position{3}}));
  EXPECT_EQ(log().newest_tagged(acme, stream_tag(StreamName{"webhook/ghl"})).value(), Position{3});
  EXPECT_EQ(log().version_of(acme, StreamName{"webhook/ghl"}).value(), StreamVersion{2});
}

TEST_P(LogContract, ReadsWithinItsLimits) {
  for (int i = 1; i <= 5; ++i)
    put({event_on("contact/a", std::to_string(i))});
  EXPECT_EQ(payloads(log(), Position{1}, 2).size(), 2U);
  EXPECT_EQ(payloads(log(), Position{5}).size(), 0U);
  EXPECT_EQ(payloads(log(), Position{99}).size(), 0U);
  EXPECT_EQ(payloads(log(), {}, 0).size(), 0U);
  const auto any = [](std::string_view) { return true; };
  EXPECT_EQ(log().read({}, 3, any).value(), Position{3});
  EXPECT_EQ(log().read(Position{4}, 9, any).value(), Position{5});
  EXPECT_EQ(log().read(Position{5}, 9, any).value(), Position{5});
  EXPECT_EQ(log().read({}, 9, [](std::string_view) { return false; }).value(), Position{1});
}

TEST_P(LogContract, TimeNeverGoesBackwards) {
  put({event_on("contact/a")});
  const auto first = log().at(Position{1}).value()->envelope.recorded_at;
  clock_.advance(-std::chrono::hours(2));
  EXPECT_EQ(appended(put({event_on("contact/a")})).recorded_at, first);
  clock_.advance(std::chrono::hours(3));
  EXPECT_EQ(appended(put({event_on("contact/a")})).recorded_at, clock_.now());
  EXPECT_TRUE(verify_log(log()).value().holds());
}

TEST_P(LogContract, SubscribersHearOfEachAdvanceUntilTheyLetGo) {
  std::mutex guard;
  std::condition_variable heard;
  std::vector<Position> seen;
  const auto wait_for = [&](Position position) {
    std::unique_lock lock(guard);
    heard.wait(lock, [&] { return !seen.empty() && seen.back() >= position; });
  };
  auto handle = log().subscribe([&](Position position) {
    const std::lock_guard lock(guard);
    EXPECT_GE(log().durable(), position);
    seen.push_back(position);
    heard.notify_all();
  });
  put({event_on("contact/a")});
  wait_for(Position{1});
  put({event_on("contact/a"), event_on("contact/b")});
  wait_for(Position{3});
  handle.reset();
  put({event_on("contact/a")});
  put({event_on("contact/a")}); // the group before has told its subscribers by now
  const std::lock_guard lock(guard);
  EXPECT_EQ(seen.back(), Position{3});
}

class SubmitsAgain final : public CompletionSink {
public:
  explicit SubmitsAgain(LogStore& log) : log_(log) {}
  void settled(std::span<Settled> group) override {
    for (const auto& answer : group) {
      EXPECT_GE(log_.durable(), appended(answer.outcome).first) << "readable when it is told";
      if (answer.token < 5)
        log_.submit(append_of({event_on("contact/a")}), *this, answer.token + 1);
      else
        done.set_value();
    }
  }
  std::promise<void> done;

private:
  LogStore& log_;
};

TEST_P(LogContract, ASinkMaySubmitAgain) {
  SubmitsAgain sink(log());
  log().submit(append_of({event_on("contact/a")}), sink, 1);
  sink.done.get_future().wait();
  EXPECT_EQ(log().durable(), Position{5});
}

TEST_P(LogContract, VerifyWalksTheWholeChain) {
  for (int i = 0; i < 20; ++i)
    put({webhook("body " + std::to_string(i)), event_on("contact/a")});
  const auto report = verify_log(log()).value();
  EXPECT_TRUE(report.holds()) << report.problem;
  EXPECT_EQ(report.events, 40U);
  EXPECT_EQ(report.head, log().head());
}

TEST_P(LogContract, VerifyNamesABodyThatIsNotTheReceivedOne) {
  put({webhook("as it came")});
  auto changed = webhook("as it came");
  changed.attachment = "as it went";
  put({changed});
  const auto report = verify_log(log()).value();
  EXPECT_EQ(report.first_bad, Position{2});
  EXPECT_EQ(report.events, 1U);
}

} // namespace
} // namespace tidemark::storage::test::log_contract_test
