#include "events/format/next_step.hpp"

#include <gtest/gtest.h>

namespace tidemark::next_step_test {
namespace {

TEST(NextSteps, HoldWhatTheyAreAboutInThePlaceOfTheWord) {
  EXPECT_EQ(next_step_for(Reason::maybe_opt_out, {.position = Position{52}}),
            "Read the message and decide: POST /api/v1/reviews/52.");
  EXPECT_EQ(
      next_step_for(Reason::body_not_json, {.position = Position{7}}),
      "Ask the vendor what it sent: tidemark log show 7 --with-bodies --reveal --reason WHY.");
  EXPECT_EQ(next_step_for(Reason::purged, {.position = Position{7}, .delivery = "d12"}),
            "If it is wanted after all: tidemark replay redeliver d12 --reason WHY.");
  EXPECT_EQ(next_step_for(Reason::list_missing, {.connector = "dialer"}).find("CONNECTOR"),
            std::string::npos);
}

TEST(NextSteps, KeepTheWordOfWhatIsNotKnownAndStayAsTheyAreElse) {
  EXPECT_EQ(next_step_for(Reason::body_not_json, {}),
            explain_reason(Reason::body_not_json).next_step);
  EXPECT_EQ(next_step_for(Reason::none, {.position = Position{7}}), "");
  EXPECT_EQ(next_step_for(Reason::body_empty, {.position = Position{7}}),
            "Ask the vendor why it sends empty webhooks.");
}

} // namespace
} // namespace tidemark::next_step_test
