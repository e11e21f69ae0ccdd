#include "domain/lists/membership_planner.hpp"
#include "tests/domain/given.hpp"

#include <gmock/gmock.h>

/// Lists, owners, sequences, tags and what was typed in by hand change hands in a merge
/// (requirement C8).
namespace tidemark::domain::test::transfer_memberships_test {
namespace {

using events::ActionIntended;
using testing::IsEmpty;

const ContactId other{"c9999999999999999999"};
const FieldSet ann{{Field::first_name, "Ann"}, {Field::phone, "+12025550101"}};
const FieldSet bob{{Field::first_name, "Bob"}, {Field::phone, "+12025550102"}};

SyncRules house() {
  auto dials = dialer_rule();
  dials.capabilities.keeps_lists = true;
  dials.capabilities.keeps_owner = true;
  dials.capabilities.keeps_sequences = true;
  auto rules = rules_of({crm_rule(), dials});
  const events::TagList hot{"hot", events::TagMatch::ignore_case, dialer, "Hot"};
  rules.list_rules.emplace_back(hot);
  rules.placement = {{hot}, {{"BO", {"u-bo"}, "", "", "502"}}, "", {{"Nurture", dialer, "7001"}}};
  return rules;
}

std::string asked(const Decided& decided) {
  std::string out;
  for (const auto& action : decided.all<ActionIntended>()) {
    out += (out.empty() ? "" : ", ") + std::string(name_of_enum(action.action)) + " "
           + action.remote_id.value;
    for (const auto& list : action.placement->lists)
      out += " " + list;
    out += action.placement->user.empty() ? "" : " " + action.placement->user;
  }
  return out;
}

/// What was asked is done. Every person has its own record at the dialer.
void done(given& contact, const Decided& decided, const std::string& dialer_id) {
  for (const auto& intent : decided.all<events::DeliveryIntended>())
    contact.dispatched(intent).accepted(
        intent, intent.remote_id.value.empty() ? dialer_id : intent.remote_id.value);
  for (const auto& action : decided.all<ActionIntended>()) {
    events::ActionAccepted e;
    e.facts.delivery = action.delivery;
    e.target = action.target;
    e.action = action.action;
    contact.happened(e);
  }
}

ObserveRecord states(const std::string& id, const FieldSet& fields, std::vector<std::string> tags,
                     std::optional<std::string> status = {}, const std::string& owner = "") {
  auto out = says(crm, fields);
  out.remote_id = RemoteId(id);
  out.tags = std::move(tags);
  out.status = std::move(status);
  out.assigned_to = owner;
  return out;
}

struct Two {
  given stays{house()}, ends{house()};
  void known(const ObserveRecord& first, const ObserveRecord& second) {
    done(stays, stays.when(first), "d-1");
    done(ends, ends.when(second), "d-2");
  }
  static AdoptRecords taking(const ContactId& from, const Decided& decided) {
    AdoptRecords out{from, decided.all<events::RecordsReleased>().at(0)};
    for (const auto& given : decided.all<events::MembershipsReleased>())
      out.memberships = given.memberships;
    return out;
  }
  Decided merge() {
    auto out = stays.when(taking(other, ends.when(ReleaseRecords{jane, true, {}})));
    done(stays, out, "d-3");
    return out;
  }
  Decided part() {
    const auto given = stays.when(ReleaseRecords{other, false, {}});
    done(stays, given, "d-3");
    auto out = ends.when(taking(jane, given));
    done(ends, out, "d-4");
    return out;
  }
};

TEST(MovedStanding, NothingIsSaidOfPlacesWhereThereAreNone) {
  Two two;
  two.known(says(crm, ann), says(crm, bob));
  const auto given = two.ends.when(ReleaseRecords{jane, true, {}});
  EXPECT_EQ(given.all<events::MembershipsReleased>().at(0).memberships.places, PlacementBook{});
}

TEST(MovedStanding, TheOthersRecordLeavesItsListWhenTheTagIsTakenOff) {
  Two two;
  two.known(states("r-1", ann, {}), states("r-2", bob, {"hot"}));
  EXPECT_EQ(asked(two.merge()), "") << "the person is on the list already";
  EXPECT_THAT(two.ends.contact().placement.stated, IsEmpty());
  EXPECT_THAT(two.ends.contact().placement.lists, IsEmpty());
  EXPECT_EQ(asked(two.stays.when(states("r-2", bob, {}))), "leave_lists d-2 Hot");
}

TEST(MovedStanding, EachStandsAfterAnUnmergeWhereItsOwnTagsPutIt) {
  Two two;
  two.known(states("r-1", ann, {}), states("r-2", bob, {"hot"}));
  two.merge();
  EXPECT_EQ(asked(two.part()), "");
  EXPECT_THAT(two.stays.contact().placement.lists, IsEmpty());
  EXPECT_EQ(asked(two.ends.when(states("r-2", bob, {}))), "leave_lists d-2 Hot");
  EXPECT_EQ(asked(two.stays.when(states("r-1", ann, {"hot"}))), "join_list d-1 Hot");
}

TEST(MovedStanding, WhatTheOtherHadNotBeenPutOnYetIsAskedForAgain) {
  Two two;
  two.known(states("r-1", ann, {}), states("r-2", bob, {}));
  ASSERT_EQ(asked(two.ends.when(states("r-2", bob, {"hot"}))), "join_list d-2 Hot");
  EXPECT_EQ(asked(two.merge()), "join_list d-1 Hot");
}

TEST(MovedStanding, TheOthersSequenceEndsWithItsStatus) {
  Two two;
  two.known(states("r-1", ann, {}), states("r-2", bob, {}, "Nurture"));
  EXPECT_EQ(asked(two.merge()), "");
  EXPECT_EQ(asked(two.stays.when(states("r-2", bob, {}, ""))), "leave_sequences d-2");
}

TEST(MovedStanding, TheOthersAgentBecomesTheOwnerOfTheRecordThatIsWrittenTo) {
  Two two;
  two.known(states("r-1", ann, {}), states("r-2", bob, {}, {}, "u-bo"));
  EXPECT_EQ(asked(two.merge()), "set_owner d-1 502");
  EXPECT_EQ(asked(two.part()), "") << "the other's record has its owner still";
}

TEST(MovedStanding, WhatWasTypedInByHandStays) {
  auto rules = house();
  rules.manual_edits.preserve = true;
  Two two{given(rules), given(rules)};
  auto with_company = ann;
  with_company.erase(Field::phone); // so there is no record of hers at the dialer
  with_company.set(Field::email, "ann@example.com");
  with_company.set(Field::company, "A Company");
  auto second = says(crm, bob);
  second.remote_id = RemoteId("r-2");
  two.known(says(crm, with_company), second);
  auto typed = says(dialer, {{Field::company, "Typed by hand"}});
  typed.remote_id = RemoteId("d-2");
  done(two.ends, two.ends.when(typed), "d-2");
  const auto merged = two.merge();
  EXPECT_EQ(two.stays.contact().merged.get(Field::company), "A Company");
  EXPECT_FALSE(merged.intent(dialer).fields.find(Field::company));
  std::vector<std::string> rules_named;
  for (const auto& conflict : merged.all<events::ContactConflictDecided>())
    if (conflict.field == Field::company)
      rules_named.push_back(conflict.rule);
  EXPECT_THAT(rules_named, testing::Contains("preserve_manual_edits"));
  two.part();
  const auto& records = two.ends.contact().records;
  const auto back = std::find_if(records.begin(), records.end(),
                                 [](const auto& r) { return r.connector == dialer; });
  ASSERT_NE(back, records.end());
  EXPECT_TRUE(back->edited.has(Field::company));
}

} // namespace
} // namespace tidemark::domain::test::transfer_memberships_test
