#include "base/json_reader.hpp"
#include "connectors/consent_signs.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "tests/connectors/support.hpp"

#include <gmock/gmock.h>

/// What GoHighLevel's bodies say about consent (contract 5.6, 7.1).
namespace tidemark::connectors::gohighlevel {
namespace {

using events::Channel;
using events::ConsentChange;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<domain::ConsentSign> of(const std::string& body, bool says_dnd = true) {
  const auto document = json::parse(body);
  return signs_of(document.value().root(), says_dnd, "2026-08-14T17:00:00.412000Z", false);
}

TEST(GoHighLevelSigns, AnActiveChannelIsBlockedAndAnInactiveOneIsOpen) {
  const auto signs = of(testing::fixture("gohighlevel", "ContactDndUpdate.json"));
  ASSERT_EQ(signs.size(), 2U);
  EXPECT_EQ(signs[0].change, ConsentChange::granted);
  EXPECT_THAT(signs[0].channels, ElementsAre(Channel::call, Channel::email, Channel::whatsapp));
  EXPECT_EQ(signs[1].change, ConsentChange::revoked);
  EXPECT_THAT(signs[1].channels, ElementsAre(Channel::sms));
  EXPECT_EQ(signs[1].evidence, events::Evidence::flag);
}

TEST(GoHighLevelSigns, TheFlagBlocksEveryChannelWhateverTheySay) {
  for (const auto* body :
       {R"({"dnd":true,"dndSettings":{"SMS":{"status":"inactive"}}})", R"({"dnd":true})"}) {
    const auto signs = of(body);
    ASSERT_EQ(signs.size(), 1U) << body;
    EXPECT_EQ(signs[0].change, ConsentChange::revoked);
    EXPECT_EQ(signs[0].channels.size(), 4U);
  }
}

TEST(GoHighLevelSigns, PermanentIsBlocked) {
  const auto signs = of(R"({"dndSettings":{"SMS":{"status":"permanent"}}})");
  ASSERT_EQ(signs.size(), 1U);
  EXPECT_EQ(signs[0].change, ConsentChange::revoked);
}

TEST(GoHighLevelSigns, AMarkOfOursIsKnownAgain) {
  const auto signs = of(R"({"dndSettings":{"SMS":{"status":"active","code":"101",
      "message":"Opt-out kept by Tidemark"},"Call":{"status":"active","message":"asked us"}}})");
  ASSERT_EQ(signs.size(), 2U);
  EXPECT_THAT(signs[0].channels, ElementsAre(Channel::call));
  EXPECT_FALSE(signs[0].kept_by_us);
  EXPECT_THAT(signs[1].channels, ElementsAre(Channel::sms));
  EXPECT_TRUE(signs[1].kept_by_us);
  EXPECT_THAT(of(R"({"dnd":false,"dndSettings":{"SMS":{"status":"inactive","code":"101",
      "message":"Opt-in kept by Tidemark"}}})"),
              IsEmpty());
}

TEST(GoHighLevelSigns, OnlyTheEventAboutItOpensAChannel) {
  EXPECT_THAT(of(R"({"dnd":false,"dndSettings":{"SMS":{"status":"inactive"}}})", false), IsEmpty());
  EXPECT_THAT(of(testing::fixture("gohighlevel", "ContactUpdate.json"), false), IsEmpty());
}

TEST(GoHighLevelSigns, ABodyThatLeavesOutTheMarkForAllChannelsOpensNone) {
  EXPECT_THAT(of(R"({"dndSettings":{"SMS":{"status":"inactive"}}})"), IsEmpty());
  EXPECT_EQ(of(R"({"dnd":false,"dndSettings":{"SMS":{"status":"inactive"}}})").size(), 1U);
}

TEST(GoHighLevelSigns, ATagIsEvidenceOfItsOwn) {
  const auto signs = of(R"({"tags":["vip","SMS Opted Out"]})", false);
  ASSERT_EQ(signs.size(), 1U);
  EXPECT_EQ(signs[0].evidence, events::Evidence::tag);
}

} // namespace
} // namespace tidemark::connectors::gohighlevel
