#include "tests/replay-tools/what_if/small_log.hpp"

#include <gtest/gtest.h>

namespace tidemark::what_if_small_test {
namespace {

using sample::SmallLog;
using sample::two_systems;
using tools::Alternative;

Alternative with(events::ConfigApplied other) {
  Alternative out;
  out.configurations[TenantId("acme")] = std::move(other);
  return out;
}

events::ConfigApplied shop_first() {
  auto out = two_systems();
  std::swap(out.precedence[0], out.precedence[1]);
  return out;
}

/// Ana is known to both; then both say another company before either has heard of the other's.
/// Ben says his alone.
SmallLog story(events::ConfigApplied configuration) {
  SmallLog log(std::move(configuration));
  log.tell("crm", "c1", {{"first_name", "Ana"}, {"phone", "+14155550101"}});
  log.tell("crm", "c2", {{"first_name", "Ben"}, {"phone", "+14155550102"}});
  log.deliver();
  const auto shops = log.record_in("shop", "c1");
  log.tell("crm", "c1", {{"first_name", "Ana"}, {"phone", "+14155550101"}, {"company", "Mill"}});
  log.tell("shop", shops,
           {{"first_name", "Ana"}, {"phone", "+14155550101"}, {"company", "Joinery"}});
  log.tell("crm", "c2", {{"first_name", "Ben"}, {"phone", "+14155550102"}, {"company", "Bakery"}});
  log.deliver();
  return log;
}

TEST(WhatIfSmall, NothingDiffersUnderTheSameConfiguration) {
  auto log = story(two_systems());
  EXPECT_TRUE(log.ask(with(two_systems())).none());
  EXPECT_EQ(log.looked.assumed, 0U);
  EXPECT_GT(log.looked.decisions, 10U);
  auto apart = with(two_systems());
  apart.apart = true;
  EXPECT_TRUE(log.ask(apart).none()) << "decided beside the record it comes out alike";
}

TEST(WhatIfSmall, AnotherPrecedenceChangesTheValueThatWasContested) {
  auto log = story(two_systems());
  const auto found = log.ask(with(shop_first()));
  EXPECT_EQ(found.contacts, 1U);
  std::map<std::string, std::string> values;
  for (const auto& fact : found.contact_facts) {
    EXPECT_EQ(fact.change.key.name, "company") << domain::name_of(fact.change.key.kind);
    if (fact.change.key.kind == domain::FactKind::value)
      values[fact.change.before->text] = fact.change.after->text;
  }
  EXPECT_EQ(values, (std::map<std::string, std::string>{{"Mill", "Joinery"}}));
  EXPECT_EQ(found.opt_outs, 0U);
  EXPECT_GT(found.sends(), 0U);
  for (const auto& send : found.send_list)
    EXPECT_EQ(send.delivery.what, "update company");
}

/// What is said of a log is what another log shows that was made that way.
TEST(WhatIfSmall, ComesToWhatALogThatWasMadeSoHolds) {
  auto log = story(two_systems());
  auto other = story(shop_first());
  const auto found = log.ask(with(shop_first()));
  auto facts = domain::facts_of(log.contact("c1"));
  for (const auto* list : {&found.contact_facts, &found.mapping_facts})
    for (const auto& fact : *list)
      if (fact.change.after)
        facts[fact.change.key] = *fact.change.after;
      else
        facts.erase(fact.change.key);
  const auto expected = domain::facts_of(other.contact("c1"));
  for (const auto& [key, fact] : expected)
    if (key.kind == domain::FactKind::value || key.kind == domain::FactKind::record_value) {
      EXPECT_EQ(facts[key].text, fact.text) << key.system.value << " " << key.name;
    }
}

TEST(WhatIfSmall, ATargetThatIsRemovedWouldHearOfNobody) {
  auto log = story(two_systems());
  auto alone = two_systems();
  alone.connectors.pop_back();
  alone.precedence.pop_back();
  const auto found = log.ask(with(alone));
  EXPECT_EQ(found.mappings, 2U) << "both people's in the shop";
  EXPECT_EQ(log.looked.not_decided[ConnectorName("shop")], 1U);
  EXPECT_EQ(log.looked.assumed, 0U) << "nothing else would be sent";
  EXPECT_EQ(found.would_leave + found.other_request, 0U);
  EXPECT_GT(found.would_not_leave, 0U);
}

/// The delivery to the desk has another id then: it was the second of its decision, and is the
/// first.
TEST(WhatIfSmall, TheLogsAnswerCountsForTheSameRequestUnderAnotherId) {
  auto three = two_systems();
  three.connectors.push_back(three.connectors.back());
  three.connectors.back().connector = ConnectorName("desk");
  three.precedence.emplace_back("desk");
  SmallLog log(three);
  log.tell("crm", "c1", {{"first_name", "Ana"}, {"phone", "+14155550101"}});
  log.deliver();
  three.connectors[1].receives = false;
  const auto found = log.ask(with(three));
  EXPECT_EQ(log.looked.assumed, 0U);
  EXPECT_EQ(found.sends(), 1U);
  EXPECT_EQ(found.would_not_leave, 1U);
  EXPECT_EQ(found.mappings, 1U) << "the shop's";
  for (const auto& fact : found.mapping_facts)
    EXPECT_EQ(fact.change.key.system.value, "shop");
}

TEST(WhatIfSmall, AConnectorThatIsNewHearsOfAllAndItsAnswersAreAssumed) {
  auto alone = two_systems();
  alone.connectors.pop_back();
  alone.precedence.pop_back();
  SmallLog log(alone);
  log.tell("crm", "c1", {{"first_name", "Ana"}, {"phone", "+14155550101"}});
  log.tell("crm", "c2", {{"first_name", "Ben"}, {"phone", "+14155550102"}});
  log.deliver();
  const auto found = log.ask(with(two_systems()));
  EXPECT_EQ(found.would_leave, 2U);
  EXPECT_EQ(found.mappings, 2U);
  EXPECT_EQ(log.looked.assumed, 2U);
  for (const auto& send : found.send_list)
    EXPECT_TRUE(send.delivery.other.assumed);
  for (const auto& fact : found.mapping_facts)
    EXPECT_TRUE(fact.change.key.record.value.starts_with(tools::assumed_id));
}

TEST(WhatIfSmall, AnotherAddressIsAnotherRequestWhoseAnswerNobodyKnows) {
  auto log = story(two_systems());
  auto moved = two_systems();
  moved.connectors[1].settings["send_url"] = "https://new.example.com/hook";
  const auto found = log.ask(with(moved));
  EXPECT_GT(found.other_request, 0U);
  EXPECT_EQ(log.looked.assumed, found.other_request);
  EXPECT_EQ(found.would_leave + found.would_not_leave, 0U);
  for (const auto& send : found.send_list)
    EXPECT_EQ(send.delivery.target.value, "shop");
}

TEST(WhatIfSmall, BeforeTheTimeThatIsAskedAboutTheRecordIsFollowed) {
  auto log = story(two_systems());
  EXPECT_TRUE(log.ask(with(shop_first()), false).none());
  EXPECT_EQ(log.looked.decisions, 0U);
}

} // namespace
} // namespace tidemark::what_if_small_test
