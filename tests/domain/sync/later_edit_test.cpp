#include "base/time.hpp"
#include "tests/domain/given.hpp"

/// An edit by somebody who had not seen the newest value: it holds, and both values are on record
/// (requirement C12).
namespace tidemark::domain::test::later_edit_test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};

FieldSet company(const std::string& name) {
  return {{Field::company, name}};
}

std::string at(seconds since_start) {
  return to_rfc3339(Timestamp{hours{24 * 365 * 50}} + since_start);
}

/// crm said One; the hub took it at second 3 by its own clock.
given hub_holds_one(const std::string& date = "Fri, 20 Dec 2019 00:00:03 GMT") {
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.settled(contact.when(says(crm, full)));
  contact.after(says(hub, full));
  const auto write = contact.when(says(crm, company("One"))).intent(hub);
  contact.dispatched(write).accepted(write, "r-1", date);
  contact.wait(hours{5});
  return contact;
}

TEST(LaterEdit, OfSomebodyWhoHadNotSeenTheValueIsAConflict) {
  auto contact = hub_holds_one();
  const auto late = contact.when(says(hub, company("Mine"), at(seconds{2})));
  EXPECT_EQ(late.changed(), company("Mine")) << "the later one holds";
  const auto conflicts = late.all<events::ContactConflictDecided>();
  ASSERT_EQ(conflicts.size(), 1U);
  EXPECT_EQ(conflicts[0].rule, "later_edit");
  EXPECT_EQ(conflicts[0].winner, hub);
  EXPECT_EQ(conflicts[0].values.at(crm).reveal(), "One");
  EXPECT_EQ(conflicts[0].values.at(hub).reveal(), "Mine");
}

TEST(LaterEdit, OfSomebodyWhoSawTheValueIsNone) {
  auto contact = hub_holds_one();
  const auto edit = contact.when(says(hub, company("Mine"), at(seconds{4})));
  EXPECT_EQ(edit.changed(), company("Mine"));
  EXPECT_TRUE(edit.all<events::ContactConflictDecided>().empty());
}

TEST(LaterEdit, IsNotToldWithoutTheSystemsOwnTimes) {
  auto untimed = hub_holds_one("");
  EXPECT_TRUE(untimed.when(says(hub, company("Mine"), at(seconds{2})))
                  .all<events::ContactConflictDecided>()
                  .empty());
  auto unversioned = hub_holds_one();
  EXPECT_TRUE(
      unversioned.when(says(hub, company("Mine"))).all<events::ContactConflictDecided>().empty());
}

} // namespace
} // namespace tidemark::domain::test::later_edit_test
