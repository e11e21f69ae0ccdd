#include "config/load.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>

namespace tidemark::config::dispositions_test {
namespace {

using testing::ElementsAre;

const std::string house =
    "[[tenants]]\nid = \"acme\"\n[[tenants.connectors]]\nname = \"aloware\"\ntype = \"aloware\"\n"
    "token = { env = \"TOKEN\" }\nwebhook_password = { env = \"PASSWORD\" }\n";

TEST(Dispositions, TheirListsAreThoseOfTheTagThatOnlyTheyBring) {
  const auto loaded = load_config(house + R"([[sync.tag_lists]]
tag = "vip"
connector = "aloware"
list = "VIPS"
[[sync.dispositions]]
disposition = "Interested"
tags = ["Called", "Hot"]
connector = "aloware"
lists = ["DF_{agent}_HOT", "ALL_HOT"]
[[sync.dispositions]]
disposition = "No answer"
tags = ["called"]
)",
                                  "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  const ConnectorName aloware("aloware");
  EXPECT_THAT(
      loaded.config.sync.placement.tag_lists,
      ElementsAre(events::TagList{"vip", events::TagMatch::ignore_case, aloware, "VIPS"},
                  events::TagList{"Hot", events::TagMatch::ignore_case, aloware, "DF_{agent}_HOT"},
                  events::TagList{"Hot", events::TagMatch::ignore_case, aloware, "ALL_HOT"}));
  EXPECT_EQ(loaded.config.sync.conversation.dispositions.size(), 2U);
}

} // namespace
} // namespace tidemark::config::dispositions_test
