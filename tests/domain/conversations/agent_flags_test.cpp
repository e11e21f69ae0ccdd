#include "domain/conversations/agent_flags.hpp"

#include <gmock/gmock.h>

namespace tidemark::domain::test::agent_flags_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

events::PlacementRules two_agents() {
  events::PlacementRules out;
  out.agents = {{"jane", {"USR1", "jane@example.com"}, {}, {}, "7"},
                {"USR9", {"USR2"}, {}, {}, ""}};
  return out;
}
const events::PlacementRules rules = two_agents();

TEST(AgentFlags, StandUnderTheUserAndTheKeyOfTheirAgent) {
  EXPECT_THAT(names_of_writer(rules, "USR1"), ElementsAre("USR1", "jane"));
  EXPECT_THAT(names_of_writer(rules, "7"), ElementsAre("7", "jane")) << "of the dialer";
  EXPECT_THAT(names_of_writer(rules, "USR3"), ElementsAre("USR3"));
  EXPECT_THAT(names_of_writer(rules, ""), IsEmpty()) << "an agent without a user has \"\" for it";
}

TEST(AgentFlags, AKeyIsMeantBeforeAUserOfThatName) {
  EXPECT_EQ(agent_called(rules, "jane@example.com")->key, "jane");
  EXPECT_EQ(agent_called(rules, "USR9")->key, "USR9");
  EXPECT_EQ(agent_called(rules, "USR3"), nullptr);
  EXPECT_EQ(agent_called(rules, ""), nullptr);
}

} // namespace
} // namespace tidemark::domain::test::agent_flags_test
