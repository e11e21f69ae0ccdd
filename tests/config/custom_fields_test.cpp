#include "config/load.hpp"
#include "connectors/shared/custom_fields.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>

namespace tidemark::config::custom_fields_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string aloware =
    "[[tenants]]\nid = \"acme\"\n[[tenants.connectors]]\nname = \"aloware\"\ntype = \"aloware\"\n"
    "token = { env = \"TOKEN\" }\nwebhook_password = { env = \"PASSWORD\" }\n";
const std::string crm = "[[tenants.connectors]]\nname = \"crm\"\ntype = \"gohighlevel\"\n"
                        "token = { env = \"TOKEN\" }\nlocation_id = \"L\"\n";

std::string field(const std::string& lines) {
  return "[[tenants.connectors.custom_fields]]\n" + lines + "\n";
}
std::vector<std::string> faults(const std::string& file) {
  std::vector<std::string> out;
  for (const auto& fault : load_config(file, "t.toml", FakeEnvironment()).faults)
    out.push_back(to_text(fault));
  return out;
}

TEST(CustomFieldSettings, AreReadForEachConnector) {
  const auto loaded = load_config(
      aloware + field("name = \"lead_source\"\nkey = \"csf1\"") + crm
          + field("name = \"lead_source\"\nid = \"CFD1\"\nkey = \"contact.lead_source\"")
          + field("name = \"kind\"\nid = \"CFD2\"\ntype = \"choice\"\noptions = [\"A\", \"B b\"]"),
      "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  const auto& own = loaded.config.tenants.at(0).connectors;
  const auto rules = connectors::custom_fields_in(own.at(1).settings);
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(name_of(rules[0]), "kind");
  EXPECT_EQ(rules[0].type, domain::CustomType::choice);
  EXPECT_THAT(rules[0].options, ElementsAre("A", "B b"));
  EXPECT_EQ(rules[1].id, "CFD1");
  EXPECT_EQ(rules[1].key, "contact.lead_source");
  const auto applied = to_applied(loaded.config, loaded.config.tenants.at(0));
  EXPECT_EQ(connectors::custom_fields_in(*own.at(0).connector, applied.connectors.at(0).settings)
                .at(0)
                .key,
            "csf1");
}

TEST(CustomFieldSettings, OneNameTwiceIsRefusedAtItsLine) {
  EXPECT_THAT(faults(aloware + field("name = \"a\"\nkey = \"csf1\"")
                     + field("name = \"a\"\nkey = \"csf2\"")),
              ElementsAre(HasSubstr("t.toml:12: tenants[acme].connectors[aloware].custom_fields[2]"
                                    ".name: another field of the connector has the same name")));
}

TEST(CustomFieldSettings, OneFieldUnderTwoNamesIsRefused) {
  EXPECT_THAT(faults(aloware + field("name = \"a\"\nkey = \"csf1\"")
                     + field("name = \"b\"\nkey = \"csf1\"")),
              ElementsAre(HasSubstr("is mapped to the same field over there")));
}

TEST(CustomFieldSettings, OneNameOfTwoTypesIsRefused) {
  EXPECT_THAT(faults(aloware + field("name = \"a\"\nkey = \"csf1\"") + crm
                     + field("name = \"a\"\nid = \"CFD1\"\ntype = \"number\"")),
              ElementsAre(HasSubstr("has a field of this name and of type text")));
}

TEST(CustomFieldSettings, WhatCannotBeIsRefused) {
  EXPECT_THAT(faults(aloware + field("name = \"A b\"\nkey = \"csf1\"")),
              ElementsAre(HasSubstr("it is not a name")));
  EXPECT_THAT(faults(aloware + field("name = \"a\"\nkey = \"csf1\"\ntype = \"colour\"")),
              ElementsAre(HasSubstr("write text, number, date, choice")));
  EXPECT_THAT(faults(aloware + field("name = \"a\"\nkey = \"csf1\"\ntype = \"choice\"")),
              ElementsAre(HasSubstr("a choice has options")));
  EXPECT_THAT(faults(aloware + field("name = \"a\"\nkey = \"csf1\"\noptions = [\"x\"]")),
              ElementsAre(HasSubstr("only a choice has options")));
  EXPECT_THAT(faults(crm.substr(0, 0) + aloware + crm + field("name = \"a\"")),
              ElementsAre(HasSubstr("nothing says which field it is over there")));
}

} // namespace
} // namespace tidemark::config::custom_fields_test
