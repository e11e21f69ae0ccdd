#include "tests/domain/delivery/queue_steps.hpp"

#include <gtest/gtest.h>

/// In which order opt-outs leave, and for what they do not wait (requirement O6).
namespace tidemark::domain::test::opt_out_lane_test {
namespace {

struct OptOutLane : testing::Test, Lane {
  void wants(const std::string& id, events::Action action, const std::string& record) {
    events::ActionIntended e;
    e.delivery = DeliveryId(id);
    e.contact = jane;
    e.target = hub;
    e.action = action;
    e.remote_id = RemoteId(record);
    e.channels = {events::Channel::sms};
    happened(e);
  }
  std::string next() const {
    const auto up = next_delivery(lane);
    return up ? lane.pending[up->index].intent.delivery.value : "nothing";
  }
};

TEST_F(OptOutLane, WaitsForNoCreateWhichItCallsOff) {
  intended("create", {{Field::phone, "+12025550142"}}, events::Operation::create);
  wants("opt_out", events::Action::opt_out, "");
  EXPECT_EQ(next(), "opt_out");
}

TEST_F(OptOutLane, IsNotBehindOneThatWaits) {
  wants("first", events::Action::opt_out, "7");
  wants("second", events::Action::opt_out, "");
  dispatch();
  answered(DeliveryVerdict::retry);
  EXPECT_EQ(next(), "second");
}

TEST_F(OptOutLane, AnOptInStaysBehindIt) {
  wants("opt_out", events::Action::opt_out, "7");
  wants("opt_in", events::Action::opt_in, "");
  dispatch();
  answered(DeliveryVerdict::retry);
  EXPECT_EQ(next(), "opt_out");
}

TEST_F(OptOutLane, ARecordThatIsTakenOffItsListsIsNotTheOneToWriteTo) {
  intended("create", {{Field::phone, "+12025550142"}}, events::Operation::create);
  wants("opt_out", events::Action::opt_out, "7");
  EXPECT_EQ(lane.remote_id, RemoteId());
}

} // namespace
} // namespace tidemark::domain::test::opt_out_lane_test
