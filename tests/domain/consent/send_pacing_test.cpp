#include "domain/consent/send_gate.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::send_pacing_test {
namespace {

using events::SendLimits;
using events::SendPacing;
using std::chrono::hours;
using std::chrono::minutes;

const auto noon = from_rfc3339("2026-12-25T17:00:00Z").value(); // 12:00 in New York

events::ActionIntended text(const std::string& purpose = "conversation") {
  events::ActionIntended out;
  out.delivery = DeliveryId("d1");
  out.action = events::Action::send_message;
  out.purpose = purpose;
  out.message.emplace();
  out.message->their_address = PiiText("+12025550142");
  out.message->stated_at = to_rfc3339(noon);
  return out;
}
SendLimits paced(SendPacing pacing) {
  SendLimits out;
  out.pacing = std::move(pacing);
  return out;
}
const SendLimits five_a_week = paced({5, 0, {}}), an_hour_between = paced({0, 60, {}}),
                 christmas = paced({0, 0, {"2026-12-25", "2026-12-26"}});

SendFacts at(std::vector<LocalClock> clocks, SentBefore before = {}) {
  SendFacts out;
  out.now = noon;
  out.where = {std::move(clocks), "contact"};
  out.before = before;
  return out;
}
std::string held(const events::SendDecided& decided) {
  return decided.pacing ? std::string(name_of(decided.reason_code)) + " " + decided.pacing->held_by
                              + " " + decided.pacing->until
                        : "no pacing";
}

TEST(SendPacing, HoldsBackWhatIsMoreThanAWeekMayBring) {
  EXPECT_TRUE(decide_send(text(), at({}, {4, noon - hours{1}, {}}), five_a_week).allowed);
  const auto decided =
      decide_send(text(), at({}, {5, noon - hours{1}, noon + hours{3}}), five_a_week);
  EXPECT_FALSE(decided.allowed);
  EXPECT_EQ(held(decided), "weekly_cap_reached per_week 2026-12-25T20:00:00.000000Z");
  EXPECT_EQ(decided.pacing->sent_in_week, 5U);
}

TEST(SendPacing, KeepsTheTimeBetweenTwo) {
  EXPECT_TRUE(decide_send(text(), at({}, {1, noon - minutes{60}, {}}), an_hour_between).allowed);
  EXPECT_TRUE(decide_send(text(), at({}), an_hour_between).allowed);
  EXPECT_EQ(held(decide_send(text(), at({}, {1, noon - minutes{59}, {}}), an_hour_between)),
            "cool_down cool_down 2026-12-25T17:01:00.000000Z");
}

TEST(SendPacing, LetsNothingLeaveOnAHolidayOfThePersonsZone) {
  const auto decided =
      decide_send(text(), at({{"America/New_York", "2026-12-25T12:00:00"}}), christmas);
  EXPECT_EQ(held(decided), "holiday holidays 2026-12-27T00:00:00");
  EXPECT_EQ(decided.local_time, "2026-12-25T12:00:00");
  EXPECT_TRUE(decide_send(text(), at({{"Asia/Tokyo", "2026-12-24T23:59:59"}}), christmas).allowed);
  EXPECT_EQ(decide_send(text(),
                        at({{"America/New_York", "2026-12-24T23:00:00"},
                            {"Europe/London", "2026-12-25T04:00:00"}}),
                        christmas)
                .time_zone,
            "Europe/London")
      << "all clocks have to allow it";
}

TEST(SendPacing, TakesAnUnknownPlaceForOneWhereItIsAHoliday) {
  EXPECT_EQ(held(decide_send(text(), at({}), christmas)),
            "local_time_unknown holidays 2026-12-27T12:00:00.000000Z");
  for (const auto& [now, allowed] :
       {std::pair{"2026-12-24T09:59:59Z", true}, std::pair{"2026-12-24T10:00:00Z", false},
        std::pair{"2026-12-27T11:59:59Z", false}, std::pair{"2026-12-27T12:00:00Z", true}}) {
    auto facts = at({});
    facts.now = from_rfc3339(now).value();
    auto fresh = text();
    fresh.message->stated_at = now;
    EXPECT_EQ(decide_send(fresh, facts, christmas).allowed, allowed) << now;
  }
}

TEST(SendPacing, HoldsNoAnswerAndNothingThatAnswersThePersonsOwnWords) {
  auto facts = at({{"America/New_York", "2026-12-25T12:00:00"}}, {9, noon, noon + hours{1}});
  const auto all = paced({5, 60, {"2026-12-25"}});
  EXPECT_TRUE(decide_send(text("help"), facts, all).allowed);
  auto closed = facts;
  closed.consent = Gate::closed;
  EXPECT_TRUE(decide_send(text("confirmation"), closed, all).allowed);
  EXPECT_FALSE(decide_send(text(), facts, all).allowed);
  facts.answers = true;
  const auto answer = decide_send(text(), facts, all);
  EXPECT_TRUE(answer.allowed);
  EXPECT_TRUE(answer.pacing->answers);
}

TEST(SendPacing, IsRecordedOnlyWhereItIsConfigured) {
  EXPECT_FALSE(decide_send(text(), at({}), {}).pacing);
  auto closed = at({}, {5, noon, noon});
  closed.consent = Gate::closed;
  const auto decided = decide_send(text(), closed, five_a_week);
  EXPECT_EQ(held(decided), "opted_out  ") << "an opt-out is the reason that is named first";
}

TEST(SendPacing, DecidesTheSameByWhatIsRecorded) {
  const auto decided = decide_send(
      text(),
      at({{"America/New_York", "2026-12-24T23:00:00"}, {"Europe/London", "2026-12-25T04:00:00"}}),
      christmas);
  const auto again = decide_send(text(), at({{decided.time_zone, decided.local_time}}), christmas);
  EXPECT_EQ(held(again), held(decided));
}

} // namespace
} // namespace tidemark::domain::send_pacing_test
