#include "actors/consent/consent_monitor.hpp"
#include "actors/ports/log_port.hpp"
#include "domain/consent/unreadable_opt_out.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/actors/ports/still_actors.hpp"
#include "tests/actors/ports/stumbling_log.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

namespace tidemark::actors::consent_monitor_test {
namespace {

using events::DeadlineState;
using sample::acme;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class SetClock final : public WallClock {
public:
  Timestamp now() const override { return at; }
  Timestamp at{seconds{1'767'607'200}}; // a Monday
};

class Watch : public testing::Test {
protected:
  ~Watch() override { actors.end(watch); }
  /// It looks once a second.
  void look() {
    clock.at += seconds{1};
    actors.tell(watch, Tick{clock.at});
  }
  void start_again() {
    actors.end(watch);
    watch = make();
    actors.run();
  }
  /// Twice around: what is seen is told once the table has caught up with it.
  void look_around() {
    catch_up();
    look();
    catch_up();
    look();
    catch_up();
  }
  void catch_up() { sample::apply_live(log, tables, hasher, log.durable()); }
  template <class Type>
  std::vector<Type> all_of() {
    std::vector<Type> out;
    EXPECT_TRUE(log.read({}, 100'000,
                         [&](std::string_view record) {
                           const auto view = events::read_record(record);
                           auto event = events::decode(view->envelope.type, view->payload);
                           if (auto* found = std::get_if<Type>(&*event))
                             out.push_back(std::move(*found));
                           return true;
                         })
                    .ok());
    return out;
  }
  std::vector<std::pair<std::string, DeadlineState>> deadlines() {
    std::vector<std::pair<std::string, DeadlineState>> out;
    for (const auto& each : all_of<events::DeadlineReached>())
      out.emplace_back(each.rule, each.state);
    return out;
  }
  void hold_unreadable() {
    events::WebhookInterpreted held;
    held.webhook = Position{1};
    held.skipped.push_back(domain::unreadable_opt_out());
    const auto webhook = sample::receive(story.writer(), "STOP");
    story.writer().decide(webhook, 0, events::Decider::interpreter, webhook,
                          {{events::identity_stream(), held, {}, {}}});
  }
  void stop() {
    story.known();
    story.stop();
  }
  ConsentMonitorActor make() {
    return actors.system().spawn(
        consent_monitor,
        ConsentMonitorPorts{.log_port = &port,
                            .tables = &tables,
                            .hasher = &hasher,
                            .tenants = {acme},
                            .report = [this](auto, auto) { ++failures; },
                            .notice = [this](const auto&, const auto&) { ++reported; }});
  }

  SetClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  tests::StumblingLog disk{log}; ///< as the watch sees it
  storage::MemoryTables tables;
  sample::StopStory story{log, hasher};
  int reported = 0, failures = 0;
  LogPort port{disk};
  tests::StillActors actors;
  ConsentMonitorActor watch = make();
};

using Told = std::vector<std::pair<std::string, DeadlineState>>;
const std::pair<std::string, DeadlineState> two_minutes{"confirmed_in_2_minutes",
                                                        DeadlineState::missed};

TEST_F(Watch, SaysNothingWhileThereIsTime) {
  stop();
  clock.at += minutes{2} - seconds{10};
  look_around();
  EXPECT_EQ(deadlines(), Told{});
}

TEST_F(Watch, TellsOnceThatASystemHasNotConfirmedInTime) {
  stop();
  clock.at += minutes{2};
  look_around();
  look_around();
  ASSERT_EQ(deadlines(), Told{two_minutes});
  const auto told = all_of<events::DeadlineReached>()[0];
  EXPECT_EQ(told.delivery, sample::telling);
  EXPECT_EQ(told.target, sample::aloware);
  EXPECT_EQ(told.due, story.time_of(story.at.told) + minutes{2});
  EXPECT_EQ(reported, 1);
}

TEST_F(Watch, TellsOnceInEachStartOfAnOptOutThatNobodyCanRead) {
  hold_unreadable();
  look_around();
  look_around();
  EXPECT_EQ(reported, 1);
  start_again();
  look();
  EXPECT_EQ(reported, 2) << "it still stands";
}

TEST_F(Watch, GoesOnLookingWhenTheClockIsSetBack) {
  look_around();
  clock.at -= hours{2};
  hold_unreadable();
  look_around();
  EXPECT_EQ(reported, 1);
}

TEST_F(Watch, TellsNothingThatTheTableMayNotKnowYet) {
  stop();
  catch_up();
  clock.at += minutes{3};
  story.confirm(); // the table lags behind
  look();
  look();
  EXPECT_EQ(deadlines(), Told{});
  look_around();
  EXPECT_EQ(deadlines(), Told{});
}

TEST_F(Watch, SettlesWhatWasMissedWhenTheSystemConfirms) {
  stop();
  clock.at += minutes{2};
  look_around();
  story.confirm();
  look_around();
  look_around();
  EXPECT_EQ(deadlines(), (Told{two_minutes, {two_minutes.first, DeadlineState::settled}}));
}

TEST_F(Watch, WarnsADayBeforeTheLawsTenBusinessDaysAreOver) {
  stop();
  clock.at += minutes{2};
  look_around();
  clock.at = story.time_of(story.at.told) + hours{24 * 14} - hours{24};
  look_around();
  clock.at += hours{24};
  look_around();
  EXPECT_EQ(deadlines(), (Told{two_minutes,
                               {"tcpa_10_business_days", DeadlineState::near},
                               {"tcpa_10_business_days", DeadlineState::missed}}));
}

TEST_F(Watch, TellsNothingASecondTimeAfterARestart) {
  stop();
  clock.at += minutes{2};
  look_around();
  start_again();
  look_around();
  look_around();
  EXPECT_EQ(deadlines(), Told{two_minutes});
}

TEST_F(Watch, TellsOfAMessageThatAnotherSystemSentAfterTheOptOut) {
  stop();
  clock.at += minutes{1};
  story.seen("MSG-before", story.time_of(story.at.stop) - seconds{1});
  look_around();
  EXPECT_TRUE(all_of<events::ViolationFound>().empty());
  const auto after = story.seen("MSG-after", clock.at);
  look_around();
  look_around();
  const auto found = all_of<events::ViolationFound>();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].address_hash, story.hash);
  EXPECT_EQ(found[0].connector, sample::ghl);
  EXPECT_EQ(found[0].message, after);
  EXPECT_EQ(found[0].opt_out, story.at.stop);
  EXPECT_EQ(found[0].delivery.value, "");
  EXPECT_EQ(reported, 1);
}

TEST_F(Watch, TellsOfAMessageOfOursThatLeftAfterTheOptOut) {
  stop();
  const auto left = story.send("dsend0123456789abcdef");
  story.send("dconf0123456789abcdef", "confirmation of opt-out");
  look_around();
  const auto found = all_of<events::ViolationFound>();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, left);
  EXPECT_EQ(found[0].delivery, DeliveryId("dsend0123456789abcdef"));
}

TEST_F(Watch, TellsALaterTimeWhatTheLogDidNotTake) {
  stop();
  clock.at += minutes{2};
  look_around();
  story.confirm();
  catch_up();
  disk.appends_to_refuse = 1;
  look();
  EXPECT_EQ(reported, 1) << "what is not recorded is not told";
  look_around();
  EXPECT_EQ(deadlines(), (Told{two_minutes, {two_minutes.first, DeadlineState::settled}}));
  EXPECT_EQ(reported, 2);
}

TEST_F(Watch, FindsALaterTimeTheViolationThatItCouldNotRecord) {
  stop();
  clock.at += minutes{1};
  look_around();
  story.seen("MSG-after", clock.at);
  catch_up();
  disk.appends_to_refuse = 1;
  look();
  EXPECT_EQ(reported, 0);
  look_around();
  look_around();
  EXPECT_EQ(all_of<events::ViolationFound>().size(), 1U);
  EXPECT_EQ(reported, 1);
}

TEST_F(Watch, EndsWhenTheLogCannotBeRead) {
  disk.scans_to_fail = 1;
  look();
  EXPECT_EQ(failures, 1) << "the supervisor starts it again";
}

TEST_F(Watch, GoesOnWhereItStoppedAndTellsNoViolationTwice) {
  stop();
  clock.at += minutes{2};
  story.seen("MSG-after", clock.at);
  look_around();
  ASSERT_EQ(all_of<events::WatchLooked>().size(), 1U);
  const auto looked = all_of<events::WatchLooked>()[0].to;
  EXPECT_GE(looked, story.at.told);
  start_again();
  look_around();
  EXPECT_EQ(all_of<events::ViolationFound>().size(), 1U);
}

} // namespace
} // namespace tidemark::actors::consent_monitor_test
