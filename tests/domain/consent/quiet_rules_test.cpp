#include "domain/consent/quiet_rules.hpp"
#include "domain/consent/send_gate.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::quiet_rules_test {
namespace {

events::ActionIntended text_to(const std::string& number, const std::string& state = "",
                               const std::string& purpose = "conversation") {
  events::ActionIntended out;
  out.delivery = DeliveryId("d1");
  out.action = events::Action::send_message;
  out.purpose = purpose;
  out.message = events::MessageFacts{};
  out.message->their_address = PiiText(number);
  out.message->stated_at = to_rfc3339(Timestamp{});
  if (!state.empty())
    out.context.set(events::Field::address_state, state);
  return out;
}

SendFacts at(const std::string& local_time) {
  SendFacts out;
  out.where = {{{"America/New_York", local_time}}, "place"};
  return out;
}

events::SendLimits with_table() {
  events::SendLimits out;
  out.table = events::QuietTable{std::string(quiet_table)};
  return out;
}

std::string rule(const std::string& number, const std::string& state = "") {
  const auto place = quiet_place(text_to(number, state));
  return place ? place->rule + " " + place->from : "none";
}

bool leaves(const std::string& number, const std::string& local_time,
            const std::string& state = "") {
  return decide_send(text_to(number, state), at(local_time), with_table()).allowed;
}

const std::string dc = "+12025550142", florida = "+13055550142", texas = "+15125550142",
                  toll_free = "+18005550142", london = "+442071838750";

TEST(QuietRules, ThePlaceIsThatOfTheAddressElseOfTheAreaCode) {
  EXPECT_EQ(rule(dc), "+1 area_code");
  EXPECT_EQ(rule(florida), "+1/FL area_code");
  EXPECT_EQ(rule(florida, " Texas "), "+1/TX contact");
  EXPECT_EQ(rule(florida, "CA"), "+1 contact");
  EXPECT_EQ(rule(dc, "Somewhere"), "+1/any unknown");
  EXPECT_EQ(rule(toll_free), "+1/any unknown");
  EXPECT_EQ(rule(london), "none");
}

TEST(QuietRules, HoldFromEightToEightThere) {
  EXPECT_FALSE(leaves(dc, "2026-08-14T07:59:59"));
  EXPECT_TRUE(leaves(dc, "2026-08-14T08:00:00"));
  EXPECT_TRUE(leaves(dc, "2026-08-14T19:59:59"));
  EXPECT_FALSE(leaves(dc, "2026-08-14T20:00:00"));
  EXPECT_TRUE(leaves(london, "2026-08-14T03:00:00")) << "other countries have none";
}

TEST(QuietRules, OfAStateHoldFromTheirDayOn) {
  EXPECT_FALSE(leaves(texas, "2026-08-14T08:30:00"));
  EXPECT_TRUE(leaves(texas, "2025-08-29T08:30:00")) << "before 1 September 2025";
  EXPECT_FALSE(leaves(texas, "2026-08-16T11:59:00")) << "a Sunday";
  EXPECT_TRUE(leaves(texas, "2026-08-16T12:00:00"));
  EXPECT_FALSE(leaves(texas, "2026-08-14T20:30:00")) << "what holds everywhere ends at 20:00";
}

TEST(QuietRules, OfAnUnknownPlaceAreAllOfThem) {
  EXPECT_FALSE(leaves(toll_free, "2026-08-14T08:30:00"));
  EXPECT_TRUE(leaves(toll_free, "2026-08-14T09:00:00"));
  EXPECT_FALSE(leaves(toll_free, "2026-08-14T18:00:00"));
  EXPECT_FALSE(leaves(toll_free, "2026-08-16T13:00:00")) << "a Sunday";
}

TEST(QuietRules, CountTheMessagesOfADayWhereAStateDoes) {
  auto noon = at("2026-08-14T12:00:00");
  noon.sent_in_day = 3;
  EXPECT_EQ(decide_send(text_to(florida), noon, with_table()).reason_code, Reason::cap_reached);
  EXPECT_TRUE(decide_send(text_to(dc), noon, with_table()).allowed);
  noon.sent_in_day = 2;
  EXPECT_TRUE(decide_send(text_to(florida), noon, with_table()).allowed);
}

TEST(QuietRules, DoNotHoldForAnAnswerToThePerson) {
  auto night = at("2026-08-14T23:00:00");
  EXPECT_FALSE(decide_send(text_to(dc), night, with_table()).allowed);
  EXPECT_TRUE(decide_send(text_to(dc, "", "help"), night, with_table()).allowed);
  night.answers = true;
  const auto decided = decide_send(text_to(dc), night, with_table());
  EXPECT_TRUE(decided.allowed);
  EXPECT_EQ(quiet_hours_verdict(decided), "answer");
  auto limits = with_table();
  limits.from = 480;
  limits.until = 1260;
  EXPECT_FALSE(decide_send(text_to(dc), night, limits).allowed) << "the tenant's own hours do hold";
}

TEST(QuietRules, AreRecordedWithVersionAndHowThePlaceWasKnown) {
  const auto decided = decide_send(text_to(florida), at("2026-08-14T23:00:00"), with_table());
  EXPECT_EQ(decided.reason_code, Reason::quiet_hours);
  ASSERT_TRUE(decided.ruling);
  EXPECT_EQ(decided.ruling->table, "quiet@1");
  EXPECT_EQ(decided.ruling->rule, "+1/FL");
  EXPECT_EQ(decided.ruling->place_from, "area_code");
  EXPECT_FALSE(decide_send(text_to(florida), at("2026-08-14T23:00:00"), {}).ruling)
      << "logs of before, and a table that is off";
}

TEST(QuietRules, WithoutAnyTimeNothingLeaves) {
  EXPECT_EQ(decide_send(text_to(dc), {}, with_table()).reason_code, Reason::local_time_unknown);
}

} // namespace
} // namespace tidemark::domain::quiet_rules_test
