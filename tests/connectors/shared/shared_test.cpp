#include "connectors/shared/inbound.hpp"
#include "connectors/shared/outbound.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>

namespace tidemark::connectors::testing::shared_test {
namespace {

TEST(ConnectorSettings, GiveEmptyForWhatIsNotConfigured) {
  Settings settings;
  settings.values["a"] = "true";
  settings.secrets["k"] = SecretText("s");
  EXPECT_EQ(settings.get("a"), "true");
  EXPECT_TRUE(settings.is_true("a"));
  EXPECT_EQ(settings.get("b"), "");
  EXPECT_FALSE(settings.is_true("b"));
  EXPECT_EQ(settings.secret("k"), "s");
  EXPECT_EQ(settings.secret("a"), "");
  EXPECT_EQ(settings.redacted().secret("k"), "***");
  EXPECT_EQ(settings.redacted().get("a"), "true");
  EXPECT_EQ(settings.secret("k"), "s") << "redacting leaves the original alone";
}

TEST(ConnectorHeaders, AreReadOnlyWhenTheyOccurOnce) {
  const Headers headers{{"a", "1"}, {"b", "2"}, {"b", "2"}};
  EXPECT_EQ(only_header(headers, "a"), "1");
  EXPECT_EQ(only_header(headers, "b"), std::nullopt);
  EXPECT_EQ(only_header(headers, "c"), std::nullopt);
  EXPECT_EQ(count_header(headers, "b"), 2U);
}

TEST(RequestHash, CoversMethodUrlAndBodyButNoHeaders) {
  const HttpRequest base{"PUT", "https://a.test/1", {{"Authorization", "x"}}, "{}"};
  auto other = base;
  other.headers.clear();
  EXPECT_EQ(hash_of(base), hash_of(other));
  EXPECT_EQ(hash_of(base).size(), 64U);
  for (auto* part : {&other.method, &other.url, &other.body}) {
    const auto kept = *part;
    part->push_back('x');
    EXPECT_NE(hash_of(base), hash_of(other));
    *part = kept;
  }
}

TEST(UrlEncoding, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(url_encoded("aZ0-._~"), "aZ0-._~");
  EXPECT_EQ(url_encoded("+1 &=/?#%\r\n\xC3\xA9"), "%2B1%20%26%3D%2F%3F%23%25%0D%0A%C3%A9");
}

TEST(JsonObjects, AreWrittenWithTheirTextEscaped) {
  JsonObject object;
  EXPECT_TRUE(object.empty());
  EXPECT_EQ(object.finish(), "{}");
  object.text("a\"", "b\n").raw("c", "[1]");
  EXPECT_EQ(object.finish(), "{\"a\\\"\":\"b\\n\",\"c\":[1]}");
}

TEST(EventNames, AreMadeSafeForLogs) {
  EXPECT_EQ(safe_kind("ContactCreate"), "ContactCreate");
  EXPECT_EQ(safe_kind("a\nb<c>"), "a?b?c?");
  EXPECT_EQ(safe_kind(std::string(500, 'a')).size(), 64U);
}

TEST(SortableTimes, AreInUtcSoThatTextOrderIsTimeOrder) {
  EXPECT_EQ(sortable_time("2026-08-14T18:00:00.5+02:00"), "2026-08-14T16:00:00.500000Z");
  EXPECT_LT(sortable_time("2026-08-14T18:00:00+02:00"), sortable_time("2026-08-14T17:00:00Z"));
  EXPECT_EQ(sortable_time("yesterday"), "");
  EXPECT_EQ(sortable_time("2026-08-14T18:00:00"), "") << "a time without a zone is no moment";
}

TEST(OptOutTags, AreRecognisedInTheirUsualSpellings) {
  for (const auto* tag : {"DNC", "dnc-sms", "Do Not Call", "do_not_contact", "SMS Opted Out",
                          "STOP", "Unsubscribed", "sms dnd", "DNC-SMS"})
    EXPECT_TRUE(is_opt_out_tag(tag)) << tag;
  for (const auto* tag : {"", "vip", "Richmond NC", "stopover", "non-stop", "landnd", "call now"})
    EXPECT_FALSE(is_opt_out_tag(tag)) << tag;
}

} // namespace
} // namespace tidemark::connectors::testing::shared_test
