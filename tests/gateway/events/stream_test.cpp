#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>

namespace tidemark::gateway::test::stream_test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view stream = "/api/v1/events/stream";

struct Streaming : House {
  void tell(const std::string& name, const TenantId& tenant = TenantId("acme")) {
    const ContactId ana("c0123456789abcdef0123");
    events::ContactChanged changed;
    changed.fields = {{events::Field::last_name, name}};
    put(events::contact_stream(ana), changed, {events::contact_tag(ana)}, tenant);
  }
  /// As a browser comes again.
  Reply again(std::string_view last_seen) const {
    return ask("GET " + std::string(stream) + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
               + std::string(admin_token) + "\r\nLast-Event-ID: " + std::string(last_seen)
               + "\r\n\r\n");
  }
};

TEST(EventStream, BeginsAtTheEndAndGoesOnWhereTheReaderStands) {
  Streaming house;
  house.tell("Before");
  const auto first = house.get(stream, admin_token);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.body, "retry: 1000\n\nid: 1\n\n") << "nothing new, and where he stands";
  house.tell("Okafor");
  house.tell("of others", TenantId("globex"));
  const auto second = house.again("1");
  EXPECT_THAT(second.body, HasSubstr("id: 2\ndata: {\"position\":2,"));
  EXPECT_THAT(second.body, HasSubstr("Okafor"));
  EXPECT_THAT(second.body, Not(HasSubstr("of others")));
  EXPECT_THAT(second.body, testing::EndsWith("\n\nid: 3\n\n")) << "what is not his is read over";
  EXPECT_EQ(house.again("3").body, "retry: 1000\n\nid: 3\n\n");
  EXPECT_THAT(house.get(std::string(stream) + "?after=0", admin_token).body, HasSubstr("Before"));
}

TEST(EventStream, ShowsPeopleToThoseOnlyWhoMaySeeThem) {
  Streaming house;
  house.tell("Okafor");
  EXPECT_THAT(house.get(std::string(stream) + "?after=0").body, Not(HasSubstr("Okafor")));
  EXPECT_EQ(house.get(stream, "").status, 401);
}

TEST(EventStream, EndsForWhoStandsNowhere) {
  const Streaming house;
  EXPECT_EQ(house.again("soon").status, 400);
  EXPECT_THAT(house.again("999").body, HasSubstr("the log ends at 0"));
  EXPECT_EQ(house.get(std::string(stream) + "?after=x").status, 400);
}

TEST(EventStream, ComesAgainAtOnceWhileThereIsMore) {
  Streaming house;
  for (int count = 0; count < 150; ++count)
    house.tell("Okafor");
  const auto begun = house.get(std::string(stream) + "?after=0");
  EXPECT_THAT(begun.body, testing::StartsWith("retry: 1\n"));
  EXPECT_THAT(begun.body, testing::EndsWith("id: 100\n\n"));
  EXPECT_THAT(house.again("100").body, testing::EndsWith("id: 150\n\n"));
}

} // namespace
} // namespace tidemark::gateway::test::stream_test
