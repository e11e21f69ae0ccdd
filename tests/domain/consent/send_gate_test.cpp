#include "domain/consent/send_gate.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::send_gate_test {
namespace {

using namespace test;
using events::Action;

const Timestamp noon{std::chrono::hours{24 * 365 * 50}};

events::ActionIntended send(const std::string& purpose) {
  events::ActionIntended out;
  out.delivery = DeliveryId("d1");
  out.contact = jane;
  out.target = texting;
  out.action = Action::send_message;
  out.purpose = purpose;
  out.allowance = Position{7};
  out.message = events::MessageFacts{};
  out.message->source = crm;
  out.message->message_id = "MSG9";
  out.message->to_be_sent = true;
  out.message->their_address = PiiText("+12025550142");
  out.message->text = PiiText("On the way.");
  out.message->stated_at = to_rfc3339(noon);
  return out;
}
SendFacts closed(Timestamp now = noon) {
  return {Gate::closed, Position{40}, Position{43}, now};
}

TEST(SendGate, LetsAnAnswerPassWhileTheAddressIsOpen) {
  const auto decided = decide_send(send("conversation"), {Gate::open, {}, Position{43}, noon});
  EXPECT_TRUE(decided.allowed);
  EXPECT_EQ(decided.reason_code, Reason::none);
  EXPECT_EQ(decided.rules, "gate@5 quiet_hours=not_configured");
  EXPECT_EQ(decided.evidence, Position{43});
  EXPECT_EQ(decided.body_sha256.size(), 64U);
}

TEST(SendGate, StopsAnAnswerWhenTheAddressIsClosed) {
  const auto decided = decide_send(send("conversation"), closed());
  EXPECT_FALSE(decided.allowed);
  EXPECT_EQ(decided.reason_code, Reason::opted_out);
  EXPECT_EQ(decided.consent, Position{40});
  EXPECT_EQ(decided.allowance, "");
  EXPECT_EQ(decide_send(send("conversation"), {Gate::in_review, {}, {}, noon}).reason_code,
            Reason::in_review);
}

TEST(SendGate, AnAnswerThatWaitedForMoreThanAnHourStays) {
  const auto after = [](std::chrono::minutes waited, const std::string& written) {
    auto answer = send("conversation");
    answer.message->stated_at = written;
    return decide_send(answer, {Gate::open, {}, Position{43}, noon + waited});
  };
  const auto written = to_rfc3339(noon);
  EXPECT_TRUE(after(std::chrono::minutes{60}, written).allowed);
  const auto late = after(std::chrono::minutes{61}, written);
  EXPECT_FALSE(late.allowed);
  EXPECT_EQ(late.reason_code, Reason::written_too_long_ago);
  EXPECT_TRUE(after(std::chrono::minutes{61}, "").allowed) << "a log of before tells no time";
  EXPECT_EQ(decide_send(send("conversation"), closed(noon + std::chrono::hours{2})).reason_code,
            Reason::opted_out);
}

TEST(SendGate, LetsTheConfirmationOfAnOptOutPassForFiveMinutes) {
  const auto after = [](std::chrono::minutes waited, Gate consent = Gate::closed,
                        Position closed_by = Position{7}) {
    return decide_send(send("confirmation"), {consent, closed_by, Position{43}, noon + waited});
  };
  const auto in_time = after(std::chrono::minutes{5});
  EXPECT_TRUE(in_time.allowed);
  EXPECT_EQ(in_time.allowance, "confirmation of opt-out at position 7");
  EXPECT_EQ(after(std::chrono::minutes{6}).reason_code, Reason::confirmation_too_late);
  EXPECT_FALSE(after(std::chrono::minutes{6}).allowed);
  EXPECT_TRUE(after(std::chrono::minutes{1}, Gate::closed, Position{5}).allowed)
      << "a mark had closed it before";
  const auto lifted = after(std::chrono::minutes{1}, Gate::open, {});
  EXPECT_FALSE(lifted.allowed) << "the person took it back while it waited";
  EXPECT_EQ(lifted.reason_code, Reason::opt_out_lifted);
  EXPECT_EQ(after(std::chrono::minutes{1}, Gate::closed, Position{9}).reason_code,
            Reason::opt_out_lifted)
      << "and said it anew: that one has a confirmation of its own";
}

TEST(SendGate, AnswersHelpAlsoAfterAnOptOut) {
  const auto decided = decide_send(send("help"), closed());
  EXPECT_TRUE(decided.allowed);
  EXPECT_FALSE(decided.allowance.empty());
  const auto late = decide_send(send("help"), closed(noon + std::chrono::minutes{61}));
  EXPECT_FALSE(late.allowed) << "it waited for its contact, perhaps for days";
  EXPECT_EQ(late.reason_code, Reason::asked_too_long_ago);
}

TEST(SendGate, NothingLeavesToANumberThatItCannotRead) {
  for (const auto* number : {"", "0012025550142", "+1(0)2025550142", "sip:+12025550142@x", "911"}) {
    auto odd = send("conversation");
    odd.message->their_address = PiiText(number);
    const auto decided = decide_send(odd, {Gate::open, {}, Position{43}, noon});
    EXPECT_FALSE(decided.allowed) << number;
    EXPECT_EQ(decided.reason_code, Reason::bad_phone) << number;
  }
}

} // namespace
} // namespace tidemark::domain::send_gate_test
