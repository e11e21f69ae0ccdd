#include "domain/consent/quiet_hours.hpp"
#include "domain/consent/send_gate.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::quiet_hours_test {
namespace {

using events::Action;
using events::SendLimits;

const SendLimits day{480, 1260, {"America/New_York"}, 0}; // 08:00 to 21:00

events::ActionIntended send(const std::string& purpose) {
  events::ActionIntended out;
  out.delivery = DeliveryId("d1");
  out.action = Action::send_message;
  out.purpose = purpose;
  out.message = events::MessageFacts{};
  out.message->their_address = PiiText("+12025550142");
  out.message->stated_at = to_rfc3339(Timestamp{});
  return out;
}
SendFacts at(std::vector<LocalClock> clocks, std::uint32_t sent = 0) {
  SendFacts out;
  out.where = {std::move(clocks), "contact"};
  out.sent_in_day = sent;
  return out;
}

TEST(QuietHours, BeginAndEndToTheMinute) {
  EXPECT_TRUE(is_quiet("2026-08-14T07:59:59", day));
  EXPECT_FALSE(is_quiet("2026-08-14T08:00:00", day));
  EXPECT_FALSE(is_quiet("2026-08-14T20:59:59", day));
  EXPECT_TRUE(is_quiet("2026-08-14T21:00:00", day));
}

TEST(QuietHours, MayGoOnAfterMidnight) {
  const SendLimits evening{1200, 120, {}, 0}; // 20:00 to 02:00
  EXPECT_FALSE(is_quiet("2026-08-14T23:00:00", evening));
  EXPECT_FALSE(is_quiet("2026-08-15T01:59:00", evening));
  EXPECT_TRUE(is_quiet("2026-08-15T02:00:00", evening));
  EXPECT_TRUE(is_quiet("2026-08-14T19:59:00", evening));
}

TEST(QuietHours, ATimeThatCannotBeReadIsQuiet) {
  for (const auto* wrong : {"", "2026-08-14", "2026-08-14Txx:00:00", "2026-08-14T1"})
    EXPECT_TRUE(is_quiet(wrong, day)) << wrong;
}

TEST(QuietHours, LocalTimeIsThatOfTheClockThere) {
  const auto utc = from_rfc3339("2026-08-15T01:30:00Z").value();
  EXPECT_EQ(local_time(utc, std::chrono::minutes{-240}), "2026-08-14T21:30:00");
  EXPECT_EQ(local_time(utc, std::chrono::minutes{330}), "2026-08-15T07:00:00");
}

TEST(QuietHours, OfAPersonWhoMayBeAnywhereEveryClockHasToAllowIt) {
  const Whereabouts where{{{"America/New_York", "2026-08-14T20:30:00"},
                           {"America/Los_Angeles", "2026-08-14T17:30:00"},
                           {"Pacific/Honolulu", "2026-08-14T07:30:00"}},
                          "default"};
  EXPECT_EQ(decide_send(send("conversation"), at(where.clocks), day).time_zone, "Pacific/Honolulu");
  EXPECT_EQ(
      decide_send(send("conversation"), at({where.clocks[0], where.clocks[1]}), day).time_zone,
      "America/New_York");
  EXPECT_EQ(decide_send(send("conversation"), at({}), day).time_zone, "");
}

TEST(SendGate, HoldsAnAgentsMessageBackInQuietHoursAndSaysHowItKnew) {
  const auto decided =
      decide_send(send("conversation"), at({{"America/New_York", "2026-08-14T21:30:00"}}), day);
  EXPECT_FALSE(decided.allowed);
  EXPECT_EQ(decided.reason_code, Reason::quiet_hours);
  EXPECT_EQ(decided.time_zone, "America/New_York");
  EXPECT_EQ(decided.local_time, "2026-08-14T21:30:00");
  EXPECT_EQ(decided.time_zone_from, "contact");
  EXPECT_TRUE(
      decide_send(send("conversation"), at({{"America/New_York", "2026-08-14T20:30:00"}}), day)
          .allowed);
}

TEST(SendGate, SendsNothingWhereTheTimeIsNotKnown) {
  const auto decided = decide_send(send("conversation"), at({}), day);
  EXPECT_FALSE(decided.allowed);
  EXPECT_EQ(decided.reason_code, Reason::local_time_unknown);
  EXPECT_TRUE(decide_send(send("conversation"), at({})).allowed) << "no quiet hours configured";
}

TEST(SendGate, AnswersToThePersonsOwnWordsKnowNoQuietHours) {
  const auto night = at({{"America/New_York", "2026-08-14T23:30:00"}}, 9);
  const SendLimits limits{480, 1260, {}, 3};
  EXPECT_TRUE(decide_send(send("help"), night, limits).allowed);
  auto closed = night;
  closed.consent = Gate::closed;
  EXPECT_TRUE(decide_send(send("confirmation"), closed, limits).allowed);
}

TEST(SendGate, SaysOfEveryMessageWhatQuietHoursSaidAndHowTheTimeWasKnown) {
  const LocalClock noon{"America/New_York", "2026-08-14T12:00:00"};
  const LocalClock night{"America/New_York", "2026-08-14T23:30:00"};
  const auto verdict = [](const std::string& purpose, std::vector<LocalClock> clocks,
                          const SendLimits& limits, Gate consent = Gate::open) {
    auto facts = at(std::move(clocks));
    facts.consent = consent;
    const auto decided = decide_send(send(purpose), facts, limits);
    EXPECT_EQ(decided.time_zone_from, "contact") << purpose;
    EXPECT_EQ(decided.local_time.empty(), facts.where.clocks.empty()) << purpose;
    return std::string(quiet_hours_verdict(decided));
  };
  EXPECT_EQ(verdict("conversation", {noon}, day), "allowed");
  EXPECT_EQ(verdict("conversation", {night}, day), "quiet");
  EXPECT_EQ(verdict("conversation", {night}, day, Gate::closed), "quiet");
  EXPECT_EQ(verdict("conversation", {}, day), "unknown");
  EXPECT_EQ(verdict("conversation", {night}, {}), "not_configured");
  EXPECT_EQ(verdict("conversation", {}, {}), "not_configured");
  EXPECT_EQ(verdict("help", {night}, day), "exempt");
  EXPECT_EQ(verdict("confirmation", {night}, {}), "exempt");
  events::SendDecided before;
  before.rules = "gate@3";
  EXPECT_EQ(quiet_hours_verdict(before), "") << "logs of before do not tell";
}

TEST(SendGate, CountsMessagesOfADay) {
  const SendLimits three{0, 0, {}, 3};
  EXPECT_TRUE(decide_send(send("conversation"), at({}, 2), three).allowed);
  const auto fourth = decide_send(send("conversation"), at({}, 3), three);
  EXPECT_FALSE(fourth.allowed);
  EXPECT_EQ(fourth.reason_code, Reason::cap_reached);
  EXPECT_EQ(fourth.sent_in_day, 3U);
}

TEST(SendGate, AnOptOutIsTheReasonThatIsNamedFirst) {
  auto facts = at({{"America/New_York", "2026-08-14T23:30:00"}}, 9);
  facts.consent = Gate::closed;
  EXPECT_EQ(decide_send(send("conversation"), facts, {480, 1260, {}, 3}).reason_code,
            Reason::opted_out);
}

} // namespace
} // namespace tidemark::domain::quiet_hours_test
