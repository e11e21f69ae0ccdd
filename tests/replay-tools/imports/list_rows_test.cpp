#include "replay-tools/imports/opt_out_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::tools::imports_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const auto now = *from_rfc3339("2026-06-01T12:00:00Z");

struct Read {
  std::vector<std::string> items; ///< line, address, channel, time
  std::vector<std::uint64_t> bad;
  std::string error;
};

Read read(std::string_view bytes, const std::string& channel = "all") {
  Read out;
  const auto listed = read_opt_outs(bytes, {"US", channel, now});
  if (!listed) {
    out.error = listed.error().code;
    return out;
  }
  for (const auto& item : listed->items)
    out.items.push_back(std::to_string(item.line) + " " + item.address + " " + item.channel
                        + (item.at.empty() ? "" : " " + item.at));
  for (const auto& row : listed->bad) {
    EXPECT_EQ(row.text.find("555"), std::string::npos) << "no address stands in what is told";
    out.bad.push_back(row.line);
  }
  return out;
}

TEST(ListRows, AreReadWithEveryLineEndAndAMark) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const auto got = read("\xef\xbb\xbf"
                          "Phone,Channel"
                          + end + "(202) 555-0142,SMS" + end + end + "202-555-0143,calls");
    EXPECT_THAT(got.items, ElementsAre("2 +12025550142 sms", "4 +12025550143 calls"));
    EXPECT_THAT(got.bad, IsEmpty());
  }
}

TEST(ListRows, WithAPhoneAndAMobileCloseBothAndTheMailboxToo) {
  const auto got =
      read("first_name,phone,mobile,email\nAda,2025550142,2025550143,Ada@Example.com\n");
  EXPECT_THAT(got.items,
              ElementsAre("2 +12025550142 all", "2 +12025550143 all", "2 ada@example.com all"));
}

TEST(ListRows, CloseOnlyAddressesThatHaveTheChannel) {
  const auto got = read("phone,email,channel\n2025550142,a@example.com,email\n"
                        "2025550143,,email\n");
  EXPECT_THAT(got.items, ElementsAre("2 a@example.com email"));
  EXPECT_THAT(got.bad, ElementsAre(3U));
}

TEST(ListRows, ThatAreBadAreNamedAndTheRestIsTaken) {
  const auto got = read("phone,mobile,channel,date\n"
                        "5550,,,\n"               // 2
                        "2025550142,5550,,\n"     // 3: one of both
                        ",,,\n"                   // 4
                        "2025550143,,fax,\n"      // 5
                        "2025550144,,,01/02/25\n" // 6
                        "2025550145,,,2030-01-01\n"
                        "2025550146,,,,more\n"
                        "2025550147,,,\n",
                        "calls");
  EXPECT_THAT(got.items, ElementsAre("3 +12025550142 calls", "9 +12025550147 calls"));
  EXPECT_THAT(got.bad, ElementsAre(2U, 3U, 4U, 5U, 6U, 7U, 8U));
}

TEST(ListRows, AQuoteThatIsNeverClosedTakesNoOtherRowWithIt) {
  const auto got = read("phone,channel\n\"2025550142,sms\n2025550143,sms\n\"2025550144\",\"sms\"\n"
                        "2025\"550145,sms\n\"202555\n0146\",sms\n2025550147,\"sms");
  EXPECT_THAT(got.items, ElementsAre("3 +12025550143 sms", "4 +12025550144 sms"));
  EXPECT_THAT(got.bad, ElementsAre(2U, 5U, 6U, 8U))
      << "a number over two lines is one row, and none";
}

TEST(ListRows, AreReadFromJsonLines) {
  const auto got = read("{\"Phone\":\"2025550142\",\"channel\":\"text\"}\r\n\n[1]\n{\"phone\":{}}\n"
                        "{\"phone\":2025550143,\"date\":\"2025-03-04\"}\n");
  EXPECT_THAT(got.items,
              ElementsAre("1 +12025550142 sms", "5 +12025550143 all 2025-03-04T23:59:59.000000Z"));
  EXPECT_THAT(got.bad, ElementsAre(3U, 4U));
}

TEST(ListRows, NeedColumnsAndRows) {
  EXPECT_EQ(read("").error, "bad_usage");
  EXPECT_EQ(read("phone\n").error, "bad_usage");
  EXPECT_EQ(read("\"phone\n").error, "bad_usage");
}

TEST(ListRows, MayBeSeparatedBySemicolonsOrTabs) {
  for (const std::string between : {";", "\t"})
    EXPECT_THAT(read("phone" + between + "channel\n2025550142" + between + "sms\n").items,
                ElementsAre("2 +12025550142 sms"));
}

TEST(ListRows, TimesAreReadWhereThereIsNoDoubt) {
  EXPECT_EQ(time_listed("2025-03-04", now), "2025-03-04T23:59:59.000000Z");
  EXPECT_EQ(time_listed("2026-06-01", now), to_rfc3339(now)) << "today is not over";
  EXPECT_EQ(time_listed("2025-03-04 10:11:12", now), "2025-03-04T10:11:12.000000Z");
  EXPECT_EQ(time_listed("2025-03-04T10:11:12+02:00", now), "2025-03-04T08:11:12.000000Z");
  EXPECT_FALSE(time_listed("03/04/2025", now));
  EXPECT_FALSE(time_listed("2026-06-03", now));
  EXPECT_FALSE(time_listed("yesterday", now));
}

} // namespace
} // namespace tidemark::tools::imports_test
