#include "domain/sync/conflict_resolution.hpp"
#include "tests/domain/given.hpp"

#include <rapidcheck/gtest.h>

#include <algorithm>

namespace tidemark::domain::conflict_resolution_test {
namespace {

using namespace test;

struct Row {
  Field field;
  const char* in_crm;
  const char* in_hub;
  const char* merged;
  const char* rule;
};
/// requirement A1.6, "GHL" read as the first in the precedence list: crm.
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

/// Values of which every rule of the table decides some: valid and not, empty, long and short.
const std::vector<std::pair<Field, std::vector<std::string>>> statements{
    {Field::phone, {"+12025550101", "+12025550102", "12x", "13x", ""}},
    {Field::email, {"a@example.com", "b@example.com", "c@example.com", ""}},
    {Field::first_name, {"Jo", "Joanna", "Anna", "Jane", ""}},
    {Field::timezone, {"UTC", "America/New_York", "Europe/London", ""}},
};

SyncRules three_systems() {
  auto third = crm_rule();
  third.name = texting;
  auto fourth = crm_rule();
  fourth.name = hub;
  auto rules = rules_of({crm_rule(), fourth, third});
  rules.source_of_truth = *rc::gen::element<std::string>("merge", "merge", "crm", "hub", "texting");
  return rules;
}

RC_GTEST_PROP(Merging, TwoStatementsAreDecidedTheSameWhicheverIsFirst, ()) {
  const auto rules = three_systems();
  const auto& [field, values] = *rc::gen::elementOf(statements);
  const Statement a{crm, *rc::gen::elementOf(values)}, b{hub, *rc::gen::elementOf(values)};
  RC_PRE(a.value != b.value);
  const auto forth = resolve(field, a, b, a.value, b.value, rules);
  const auto back = resolve(field, b, a, b.value, a.value, rules);
  RC_ASSERT(forth.second_wins != back.second_wins);
  RC_ASSERT(forth.rule == back.rule);
}

RC_GTEST_PROP(Merging, ThreeSystemsEndWithTheSameValueInWhateverOrderTheySpeak, ()) {
  const auto rules = three_systems();
  const auto& [field, values] = *rc::gen::elementOf(statements);
  const auto stated = *rc::gen::container<std::vector<std::string>>(3, rc::gen::elementOf(values));
  std::vector<ObserveRecord> all;
  for (const auto& name : {crm, hub, texting})
    all.push_back(says(name, {{field, stated[all.size()]}}));
  std::vector<std::size_t> order{0, 1, 2};
  std::optional<std::string> merged;
  do {
    given contact(rules);
    for (const auto index : order)
      contact.after(all[index]);
    const auto value = contact.contact().merged.get(field);
    RC_ASSERT(!merged || *merged == value);
    merged = value;
  } while (std::next_permutation(order.begin(), order.end()));
}

} // namespace
} // namespace tidemark::domain::conflict_resolution_test
