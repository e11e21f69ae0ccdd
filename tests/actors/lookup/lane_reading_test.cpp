#include "actors/lookup/lane_reading.hpp"
#include "domain/delivery/delivery_order.hpp"
#include "events/format/tags.hpp"
#include "storage/log/memory_log.hpp"
#include "tests/actors/engine/engine_house.hpp"

#include <gtest/gtest.h>

namespace tidemark::tests::lane_reading_test {
namespace {

const TenantId acme("acme");
const ContactId ana("c1");
const ConnectorName verity("verity");

class LaneReading : public testing::Test {
protected:
  Position store(StreamName stream, events::Event event) {
    storage::Append append;
    append.tenant = acme;
    append.events.push_back({std::move(stream), std::move(event), {events::contact_tag(ana)}, {}});
    storage::append_and_wait(log_, std::move(append));
    return log_.durable();
  }
  events::DeliveryIntended body(const std::string& delivery) const {
    events::DeliveryIntended out;
    out.delivery = DeliveryId(delivery);
    out.contact = ana;
    out.target = verity;
    out.forward = Position{1};
    return out;
  }
  Position intend(events::DeliveryIntended intent) {
    return store(events::contact_stream(ana), std::move(intent));
  }
  void accept(const std::string& delivery, Position intent) {
    events::DeliveryAccepted out;
    out.facts.delivery = DeliveryId(delivery);
    out.facts.intent = intent;
    out.contact = ana;
    out.target = verity;
    store(events::delivery_stream(verity, ana), std::move(out));
  }

  SteppingClock clock_;
  storage::MemoryLog log_{clock_};
};

TEST_F(LaneReading, KnowsThatABodyWithTheMarkWentWhichEndedBehindTheOldestOpenOne) {
  auto with_mark = body("mark");
  with_mark.mark = events::ForwardedMark{{events::Channel::sms}};
  const auto mark = intend(with_mark);
  auto waiting = body("waiting");
  waiting.awaits = events::AwaitedMark{Position{1}};
  const auto oldest = intend(waiting);
  const auto held = actors::read_lane(log_, acme, ana, verity, mark);
  ASSERT_EQ(held->state.pending.size(), 2U);
  EXPECT_NE(held->state.pending[1].held_until, Timestamp{});
  accept("mark", mark);
  const auto read = actors::read_lane(log_, acme, ana, verity, oldest);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->state.pending.size(), 1U);
  EXPECT_EQ(read->state.pending[0].held_until, Timestamp{}) << "nothing holds it any more";
  EXPECT_EQ(read->read_to, log_.durable());
}

TEST_F(LaneReading, BeginsWithTheOldestOpenOneWhereNothingEarlierEndedBehindIt) {
  const auto gone = intend(body("gone"));
  accept("gone", gone);
  const auto oldest = intend(body("open"));
  const auto read = actors::read_lane(log_, acme, ana, verity, oldest);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->state.pending.size(), 1U);
  EXPECT_EQ(read->state.pending[0].intent.delivery, DeliveryId("open"));
}

} // namespace
} // namespace tidemark::tests::lane_reading_test
