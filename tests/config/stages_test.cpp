#include "config/load.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>

namespace tidemark::config::stages_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string house =
    "[[tenants]]\nid = \"acme\"\n[[tenants.connectors]]\nname = \"aloware\"\ntype = \"aloware\"\n"
    "token = { env = \"TOKEN\" }\nwebhook_password = { env = \"PASSWORD\" }\n";

std::vector<std::string> faults(const std::string& rule) {
  std::vector<std::string> out;
  for (const auto& fault : load_config(house + "[[sync.stages]]\nconnector = \"aloware\"\n" + rule,
                                       "t.toml", FakeEnvironment())
                               .faults)
    out.push_back(to_text(fault));
  return out;
}

TEST(StageSettings, AreRulesForListsAndSequences) {
  const auto loaded = load_config(house + R"([sync]
new_contacts_list = "NEW_LEADS"
disposition_tags = true
[[sync.stages]]
pipeline = "Kitchens"
stage = ".*follow up.*"
match = "regex"
connector = "aloware"
list = "FOLLOW_UP"
[[sync.stages]]
status = "won"
connector = "aloware"
sequence = "7001"
)",
                                  "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  const auto& leads = loaded.config.sync.placement.leads;
  ASSERT_TRUE(leads);
  const ConnectorName aloware("aloware");
  EXPECT_THAT(leads->stages,
              ElementsAre(events::StageRule{"Kitchens", ".*follow up.*", events::TagMatch::regex,
                                            "", aloware, "FOLLOW_UP", ""},
                          events::StageRule{"", "", events::TagMatch::ignore_case, "won", aloware,
                                            "", "7001"}));
  EXPECT_EQ(leads->new_contacts_list, "NEW_LEADS");
  const auto& tags = loaded.config.sync.conversation.outcome_tags;
  ASSERT_TRUE(tags);
  EXPECT_TRUE(tags->dispositions);
  EXPECT_FALSE(tags->summaries);
}

TEST(StageSettings, AreNoneByDefault) {
  const auto loaded = load_config(house, "t.toml", FakeEnvironment());
  EXPECT_FALSE(loaded.config.sync.placement.leads);
  EXPECT_FALSE(loaded.config.sync.conversation.outcome_tags);
}

TEST(StageSettings, WhatDoesNothingIsRefused) {
  EXPECT_THAT(faults("list = \"L\"\n"),
              ElementsAre(HasSubstr("nothing says which opportunities it is for")));
  EXPECT_THAT(faults("stage = \"S\"\n"), ElementsAre(HasSubstr("it puts nobody anywhere")));
  EXPECT_THAT(faults("stage = \"(\"\nmatch = \"regex\"\nlist = \"L\"\n"),
              ElementsAre(HasSubstr("it cannot be used")));
}

} // namespace
} // namespace tidemark::config::stages_test
