#include "domain/identity/duplicates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// Which contacts may be one person (requirement C8).
namespace tidemark::domain::test::duplicates_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

DuplicateCandidate person(const std::string& id, const std::string& first, const std::string& last,
                          std::vector<std::string> phones = {},
                          std::vector<std::string> emails = {}) {
  return {ContactId(id), std::move(phones), std::move(emails), first, last};
}

double like(const std::string& first_a, const std::string& last_a, const std::string& first_b,
            const std::string& last_b) {
  return name_likeness(person("a", first_a, last_a), person("b", first_b, last_b));
}

TEST(Duplicates, NamesAreAlikeWhenEachWordHasItsCounterpart) {
  EXPECT_GE(like("Jon", "Smith", "John", "Smith"), names_alike_from);
  EXPECT_GE(like("Ann", "Kowalski", "Anne", "Kowalsky"), names_alike_from);
  EXPECT_EQ(like("Smith", "John", "JOHN", "smith"), 1);
  EXPECT_LT(like("John", "Smith", "Jane", "Smith"), names_alike_from);
  EXPECT_LT(like("Ann", "Smith", "Ann", "Jones"), names_alike_from);
  EXPECT_EQ(like("Ann", "", "Ann", ""), 0) << "a first name alone says nothing";
}

TEST(Duplicates, AnAddressOrAlikeNamesJoin) {
  const auto found = find_duplicates({
      person("c1", "Ann", "Kowalski", {"+12025550101"}),
      person("c2", "Bob", "Miller", {"+12025550102"}, {"b@example.com"}),
      person("c3", "Anne", "Kowalsky", {"+12025550103"}),
      person("c4", "Robert", "Jones", {}, {"b@example.com"}),
      person("c5", "Zoe", "Adams", {"+12025550105"}),
  });
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].contacts, ElementsAre(ContactId("c1"), ContactId("c3")));
  EXPECT_THAT(found[0].alike, ElementsAre("name"));
  EXPECT_GE(found[0].name_likeness, names_alike_from);
  EXPECT_THAT(found[1].contacts, ElementsAre(ContactId("c2"), ContactId("c4")));
  EXPECT_THAT(found[1].alike, ElementsAre("email"));
  EXPECT_TRUE(found[1].names_differ) << "one mailbox, two names: a family perhaps";
}

TEST(Duplicates, WhatHangsTogetherIsOneCluster) {
  const auto found = find_duplicates({
      person("c3", "Ann", "Kowalski", {"+12025550102"}),
      person("c1", "Ann", "Kowalski", {"+12025550101"}),
      person("c2", "", "", {"+12025550101", "+12025550102"}),
  });
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].contacts, ElementsAre(ContactId("c1"), ContactId("c2"), ContactId("c3")));
  EXPECT_THAT(found[0].alike, ElementsAre("name", "phone"));
}

TEST(Duplicates, TheOrderOfTheContactsChangesNothing) {
  const auto one = person("c1", "Ann", "Kowalski", {"+12025550101"});
  const auto two = person("c2", "Bob", "Miller", {"+12025550101"});
  const auto forth = find_duplicates({one, two}), back = find_duplicates({two, one});
  ASSERT_THAT(forth, SizeIs(1));
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(forth[0].contacts, back[0].contacts);
  EXPECT_THAT(find_duplicates({}), IsEmpty());
}

} // namespace
} // namespace tidemark::domain::test::duplicates_test
