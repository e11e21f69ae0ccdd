#include "tests/domain/given.hpp"

namespace tidemark::domain {
namespace {

using namespace test;

struct Row {
  Field field;
  const char* in_crm;
  const char* in_hub;
  const char* merged;
  const char* rule;
};
/// mission A1.6, "GHL" read as the first in the precedence list: crm.
const Row table[] = {
    {Field::phone, "+12025550101", "12x", "+12025550101", "A1.6.phone.valid_e164"},
    {Field::phone, "12x", "+12025550102", "+12025550102", "A1.6.phone.valid_e164"},
    {Field::phone, "+12025550101", "+12025550102", "+12025550101", "A1.6.phone.precedence"},
    {Field::phone, "12x", "13x", "12x", "A1.6.phone.precedence"},
    {Field::phone, "", "+12025550102", "+12025550102", "A1.6.not_empty"},
    {Field::email, "a@example.com", "b@example.com", "a@example.com", "A1.6.email.precedence"},
    {Field::email, "", "b@example.com", "b@example.com", "A1.6.not_empty"},
    {Field::first_name, "Jo", "Joanna", "Joanna", "A1.6.name.longer"},
    {Field::first_name, "Joanna", "Jo", "Joanna", "A1.6.name.longer"},
    {Field::first_name, "Anna", "Jane", "Anna", "A1.6.name.precedence"},
    {Field::timezone, "America/New_York", "UTC", "America/New_York", "A1.6.precedence"},
    {Field::timezone, "", "UTC", "UTC", "A1.6.not_empty"},
    {Field::address_line1, "1 Main St", "2 Side St", "1 Main St", "A1.6.precedence"},
    {Field::address_line1, "", "2 Side St", "2 Side St", "A1.6.not_empty"},
};

TEST(Merging, EveryRowOfTheTableHoldsWhoeverCameFirst) {
  for (const auto& row : table)
    for (const bool crm_first : {true, false}) {
      const auto what = std::string(name_of(row.field)) + " '" + row.in_crm + "' / '" + row.in_hub
                        + "'" + (crm_first ? "" : ", hub first");
      given contact(rules_of({crm_rule(), hub_rule()}));
      const auto crm_says = says(crm, {{row.field, row.in_crm}, {Field::source, "x"}});
      const auto hub_says = says(hub, {{row.field, row.in_hub}, {Field::source, "x"}});
      contact.after(crm_first ? crm_says : hub_says);
      const auto decided = contact.when(crm_first ? hub_says : crm_says);
      EXPECT_EQ(contact.contact().merged.get(row.field), row.merged) << what;
      const auto conflicts = decided.all<events::ContactConflictDecided>();
      if (*row.in_crm == '\0') // says nothing against the other's value when it comes first
        continue;
      ASSERT_EQ(conflicts.size(), 1U) << what;
      EXPECT_EQ(conflicts[0].rule, row.rule) << what;
      EXPECT_EQ(conflicts[0].value.reveal(), row.merged) << what;
      EXPECT_EQ(conflicts[0].winner, std::string_view(row.merged) == row.in_crm ? crm : hub)
          << what;
    }
}

TEST(Merging, AnEmailThatDiffersInCaseOnlyIsNoConflict) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.after(says(crm, {{Field::email, "Jane@example.com"}}));
  const auto decided = contact.when(says(hub, {{Field::email, "jane@example.com"}}));
  EXPECT_TRUE(decided.all<events::ContactConflictDecided>().empty());
  EXPECT_EQ(contact.contact().merged.get(Field::email), "Jane@example.com");
}

TEST(Merging, ASourceOfTruthOutranksTheTableWhereItStatesAValue) {
  for (const bool hub_first : {true, false}) {
    auto rules = rules_of({crm_rule(), hub_rule()});
    rules.source_of_truth = "hub";
    given contact(rules);
    const auto crm_says = says(crm, {{Field::first_name, "Joanna"}, {Field::company, "Acme"}});
    const auto hub_says = says(hub, {{Field::first_name, "Jo"}, {Field::company, ""}});
    contact.after(hub_first ? hub_says : crm_says).after(hub_first ? crm_says : hub_says);
    EXPECT_EQ(contact.contact().merged.get(Field::first_name), "Jo");
    EXPECT_EQ(contact.contact().merged.get(Field::company), "Acme");
  }
}

} // namespace
} // namespace tidemark::domain
