#include "replay-tools/imports/message_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::tools::message_rows_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

ListedMessages read(std::string_view bytes, bool with_ids = false) {
  auto listed = read_messages(bytes, {"US", with_ids, *from_rfc3339("2026-08-14T12:00:00Z")});
  EXPECT_TRUE(listed) << "the list is read";
  return listed ? *std::move(listed) : ListedMessages{};
}

std::vector<std::uint64_t> bad_lines(const ListedMessages& listed) {
  std::vector<std::uint64_t> out;
  for (const auto& row : listed.bad) {
    EXPECT_EQ(row.text.find("555"), std::string::npos) << "no address stands in what is told";
    out.push_back(row.line);
  }
  return out;
}

TEST(MessageRows, AreReadUnderTheUsualNames) {
  const auto got = read("Phone,Direction,Date,Message,Agent,Mood\n"
                        "(202) 555-0142,Incoming,2025-03-04 10:00:00,\"When, then?\",Kim,good\n");
  ASSERT_EQ(got.items.size(), 1U);
  EXPECT_THAT(got.items[0].members,
              ElementsAre(Pair("agent", "Kim"), Pair("at", "2025-03-04T10:00:00.000000Z"),
                          Pair("direction", "inbound"), Pair("phone", "+12025550142"),
                          Pair("text", "When, then?")));
  EXPECT_THAT(got.left_out, ElementsAre("mood"));
}

/// As Twilio's and GoHighLevel's exports have them.
TEST(MessageRows, NameThePersonByTheEndThatIsTheirs) {
  const auto got = read("From,To,Body,Status,SentDate,Direction,Sid\n"
                        "+12025550199,+12025550142,On the way,delivered,2025-03-04T10:00:00Z,"
                        "outbound-api,SM1\n"
                        "+12025550142,+12025550199,Thanks,received,2025-03-04T10:05:00Z,inbound,"
                        "SM2\n",
                        true);
  ASSERT_EQ(got.items.size(), 2U);
  for (const auto& item : got.items) {
    EXPECT_EQ(item.members.at("phone"), "+12025550142");
    EXPECT_EQ(item.members.at("our_address"), "+12025550199");
    EXPECT_EQ(item.members.at("state"), "delivered");
  }
  EXPECT_EQ(got.items[0].members.at("direction"), "outbound");
  EXPECT_EQ(got.items[1].members.at("id"), "SM2");
}

TEST(MessageRows, AreBadWithoutWhatAMessageNeeds) {
  const auto got = read("phone,direction,at,text,channel\n"
                        "12,in,2025-03-04T10:00:00Z,hello,\n"
                        "2025550142,sideways,2025-03-04T10:00:00Z,hello,\n"
                        "2025550142,in,2025-03-04,hello,\n"
                        "2025550142,in,2999-03-04T10:00:00Z,hello,\n"
                        "2025550142,in,2025-03-04T10:00:00Z,,\n"
                        ",in,2025-03-04T10:00:00Z,hello,\n"
                        "2025550142,in,2025-03-04T10:00:00Z,hello,pigeon\n"
                        "2025550142,in,2025-03-04T10:00:00Z,hello,SMS\n");
  EXPECT_THAT(bad_lines(got), ElementsAre(2, 3, 4, 5, 6, 7, 8));
  EXPECT_EQ(got.items.size(), 1U);
}

TEST(MessageRows, SayNothingOfHowFarOneCameInWordsThatAreNotKnown) {
  const auto got = read("phone,direction,at,text,status\n"
                        "2025550142,out,2025-03-04T10:00:00Z,hello,accepted-ish\n");
  ASSERT_EQ(got.items.size(), 1U);
  EXPECT_FALSE(got.items[0].members.contains("state"));
}

TEST(MessageRows, TakeTheAddressThatTheChannelHas) {
  const auto got = read("phone,email,channel,direction,at,text\n"
                        "2025550142,ada@example.com,Email,out,2025-03-04T10:00:00Z,hello\n"
                        "2025550142,ada@example.com,,out,2025-03-04T10:00:00Z,hello\n");
  ASSERT_EQ(got.items.size(), 2U);
  EXPECT_EQ(got.items[0].members.at("email"), "ada@example.com");
  EXPECT_FALSE(got.items[0].members.contains("phone"));
  EXPECT_EQ(got.items[1].members.at("phone"), "+12025550142");
  EXPECT_THAT(got.bad, IsEmpty());
}

} // namespace
} // namespace tidemark::tools::message_rows_test
