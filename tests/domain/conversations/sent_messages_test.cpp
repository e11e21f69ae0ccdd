#include "domain/conversations/sent_messages.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::sent_messages_test {
namespace {

using std::chrono::hours;

const auto now = from_rfc3339("2026-08-14T12:00:00Z").value();

events::Recorded recorded(events::Event event, Timestamp at) {
  events::Recorded out{{}, std::move(event)};
  out.envelope.recorded_at = at;
  return out;
}
events::SendDecided passed(const std::string& delivery) {
  events::SendDecided out;
  out.delivery = DeliveryId(delivery);
  out.allowed = true;
  out.purpose = "conversation";
  return out;
}
events::MessageObserved inbound(const std::string& stated_at) {
  events::MessageObserved out;
  out.message.inbound = true;
  out.message.text = PiiText("When?");
  out.message.stated_at = stated_at;
  return out;
}

struct Sent : SentMessages {
  Sent() : SentMessages(now) {}
  Sent& sent(const std::string& delivery, hours ago) {
    add(recorded(passed(delivery), now - ago));
    return *this;
  }
};

TEST(SentMessages, AreCountedByDayAndWeek) {
  Sent sent;
  sent.sent("a", hours{168}).sent("b", hours{167}).sent("c", hours{24}).sent("d", hours{1});
  EXPECT_EQ(sent.in_day(), 1U);
  EXPECT_EQ(sent.before(0).in_week, 3U) << "of the first seven days are over";
  EXPECT_EQ(sent.before(0).last, now - hours{1});
  EXPECT_FALSE(sent.before(0).week_free_at);
  EXPECT_FALSE(sent.before(4).week_free_at);
  EXPECT_EQ(sent.before(3).week_free_at, now + hours{1});
  EXPECT_EQ(sent.before(2).week_free_at, now + hours{144}) << "two of three have to be over";
}

TEST(SentMessages, AreThoseThatMayHaveLeft) {
  Sent sent;
  sent.sent("refused", hours{2}).sent("suppressed", hours{2}).sent("twice", hours{3});
  sent.sent("twice", hours{1}).sent("unknown", hours{2}).sent("this", hours{1});
  events::DeliveryRejected refused;
  refused.facts.delivery = DeliveryId("refused");
  sent.add(recorded(refused, now));
  refused.facts.delivery = DeliveryId("unknown");
  refused.facts.reason_code = Reason::outcome_unknown_not_repeated;
  sent.add(recorded(refused, now));
  events::DeliverySuppressed suppressed;
  suppressed.delivery = DeliveryId("suppressed");
  sent.add(recorded(suppressed, now));
  auto help = passed("help");
  help.purpose = "help";
  sent.add(recorded(help, now));
  sent.leave_out(DeliveryId("this"));
  EXPECT_EQ(sent.in_day(), 2U) << "twice and unknown";
}

TEST(SentMessages, AnswerWhoWroteWithinTheHour) {
  Sent late, in_time;
  late.add(recorded(inbound("2026-08-14T10:59:59Z"), now));
  EXPECT_FALSE(late.answers());
  in_time.add(recorded(inbound("2026-08-14T11:00:00Z"), now));
  EXPECT_TRUE(in_time.answers());
}

TEST(SentMessages, AWordOfAListIsNoAnswer) {
  Sent sent;
  auto word = inbound("2026-08-14T11:30:00Z");
  word.reason_code = Reason::said_before_import;
  sent.add(recorded(word, now));
  EXPECT_FALSE(sent.answers());
}

} // namespace
} // namespace tidemark::domain::sent_messages_test
