#include "replay-tools/imports/contact_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::tools::contact_rows_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

ListedContacts read(std::string_view bytes, bool with_ids = false) {
  auto listed = read_contacts(bytes, "US", with_ids);
  EXPECT_TRUE(listed) << "the list is read";
  return listed ? *std::move(listed) : ListedContacts{};
}

std::vector<std::uint64_t> bad_lines(const ListedContacts& listed) {
  std::vector<std::uint64_t> out;
  for (const auto& row : listed.bad) {
    EXPECT_EQ(row.text.find("555"), std::string::npos) << "no address stands in what is told";
    out.push_back(row.line);
  }
  return out;
}

TEST(ContactRows, HaveTheirFieldsUnderTheUsualNames) {
  const auto got = read("First Name,Last Name,Mobile,E-mail,Tags,City\n"
                        "Ada,Byron,(202) 555-0142,Ada@Example.COM,\"VIP; Prospect\",London\n");
  ASSERT_EQ(got.items.size(), 1U);
  EXPECT_THAT(got.items[0].fields,
              ElementsAre(Pair("address_city", "London"), Pair("email", "Ada@example.com"),
                          Pair("first_name", "Ada"), Pair("last_name", "Byron"),
                          Pair("phone", "+12025550142")));
  EXPECT_THAT(got.items[0].tags, ElementsAre("VIP", "Prospect"));
  EXPECT_THAT(got.left_out, IsEmpty());
}

TEST(ContactRows, NameTheColumnsThatAreNotRead) {
  const auto got = read("phone,id,shoe size,opt in\n2025550142,7,41,yes\n");
  EXPECT_THAT(got.left_out, ElementsAre("id", "shoe_size"));
  EXPECT_THAT(got.about_consent, ElementsAre("opt_in"));
  ASSERT_EQ(got.items.size(), 1U);
  EXPECT_EQ(got.items[0].id, "");
}

TEST(ContactRows, HaveAnIdWhenItIsSaidWhose) {
  const auto got = read("phone,id\n2025550142,7\n", true);
  ASSERT_EQ(got.items.size(), 1U);
  EXPECT_EQ(got.items[0].id, "7");
  EXPECT_THAT(got.left_out, IsEmpty());
}

TEST(ContactRows, AreBadWhenTheySayThatThePersonOptedOut) {
  const auto got = read("phone,tags,dnd\n"
                        "2025550142,DNC,\n"
                        "2025550143,,yes\n"
                        "2025550144,VIP,no\n");
  EXPECT_THAT(bad_lines(got), ElementsAre(2, 3));
  ASSERT_EQ(got.items.size(), 1U);
  EXPECT_EQ(got.items[0].line, 4U);
}

TEST(ContactRows, AreBadWithoutAnAddressOrWithOneThatIsNone) {
  const auto got = read("name,phone,mobile,email\n"
                        "Ada Byron,,,\n"
                        "Bob,12,,\n"
                        "Cy,,,office\n"
                        "Di,2025550142,2025550143,\n"
                        "Ed Lee,2025550144,2025550144,\n");
  EXPECT_THAT(bad_lines(got), ElementsAre(2, 3, 4, 5));
  ASSERT_EQ(got.items.size(), 1U);
  EXPECT_EQ(got.items[0].fields.at("last_name"), "Lee");
}

TEST(ContactRows, AreReadFromJsonLines) {
  const auto got = read(R"({"first_name":"Ada","phone":"2025550142","email":""})"
                        "\n[1]\n");
  EXPECT_THAT(bad_lines(got), ElementsAre(2));
  ASSERT_EQ(got.items.size(), 1U);
  EXPECT_EQ(got.items[0].fields.at("first_name"), "Ada");
}

} // namespace
} // namespace tidemark::tools::contact_rows_test
