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

/// One disposition over a field `lead_status` with the options Open and Lost.
auto with_status(const std::string& disposition) {
  return load_config("[[tenants]]\nid = \"acme\"\n[[tenants.connectors]]\nname = \"aloware\"\n"
                     "type = \"aloware\"\ntoken = { env = \"TOKEN\" }\n"
                     "webhook_password = { env = \"PASSWORD\" }\n"
                     "[[tenants.connectors.custom_fields]]\nname = \"lead_status\"\n"
                     "key = \"csf1\"\ntype = \"choice\"\noptions = [\"Open\", \"Lost\"]\n"
                     "[[sync.dispositions]]\ndisposition = \"Not interested\"\n"
                         + disposition,
                     "t.toml", FakeEnvironment());
}

TEST(Dispositions, SetCustomFieldsThatASystemTakesToValuesThatFit) {
  const auto loaded = with_status("set = { lead_status = \"lost\" }\n");
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  const auto& rule = loaded.config.sync.conversation.dispositions.at(0);
  ASSERT_TRUE(rule.sets.has_value());
  EXPECT_EQ(rule.sets->values, (std::map<std::string, std::string>{{"lead_status", "Lost"}}))
      << "as its option is spelt";
  EXPECT_FALSE(with_status("tags = [\"a\"]\n").config.sync.conversation.dispositions.at(0).sets);
}

TEST(Dispositions, WhatCannotBeSetIsRefused) {
  const auto fault = [](const std::string& text) {
    const auto loaded = with_status(text);
    return loaded.faults.empty() ? std::string("none") : to_text(loaded.faults[0]);
  };
  EXPECT_THAT(fault("set = { leadstatus = \"Lost\" }\n"),
              testing::HasSubstr("no connector has a custom field 'leadstatus'"));
  EXPECT_THAT(fault("set = { lead_status = \"Gone\" }\n"),
              testing::HasSubstr("the value of 'lead_status' does not fit the field"));
  EXPECT_THAT(fault(""), testing::HasSubstr("tags"));
  EXPECT_THAT(fault("set = { lead_status = \"Lost\" }\nconnector = \"aloware\"\n"
                    "lists = [\"L\"]\n"),
              testing::HasSubstr("tags"))
      << "lists are those of a tag";
}

} // namespace
} // namespace tidemark::config::dispositions_test
