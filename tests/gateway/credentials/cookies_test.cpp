#include "gateway/credentials/cookies.hpp"

#include <gtest/gtest.h>

namespace tidemark::gateway::test::cookies_test {
namespace {

constexpr Timestamp now{std::chrono::seconds(1000)};

TEST(CookieBook, KnowsWhatAValueStandsForUntilItIsOver) {
  CookieBook book;
  const auto value = book.open("a hash", now + cookie_lasts, now);
  EXPECT_TRUE(CookieBook::is_ours(value));
  EXPECT_EQ(book.token_of(value, now), "a hash");
  EXPECT_EQ(book.token_of(value + "0", now), std::nullopt);
  EXPECT_EQ(book.token_of(value, now + cookie_lasts), std::nullopt);
  book.close(value);
  EXPECT_EQ(book.token_of(value, now), std::nullopt);
}

TEST(SessionCookie, IsReadUnderTheNameOfTheWayIn) {
  connectors::Headers headers{{"cookie", "a=b; tidemark=one;__Host-tidemark=two"}};
  EXPECT_EQ(session_cookie(headers, "127.0.0.1"), "one");
  EXPECT_EQ(session_cookie(headers, "192.0.2.1"), "two");
  headers.emplace_back("x-forwarded-for", "127.0.0.1");
  EXPECT_EQ(session_cookie(headers, "127.0.0.1"), "two") << "a proxy stands between";
  EXPECT_EQ(session_cookie({{"cookie", "nottidemark=1; xtidemark=2; tidemark"}}, "::1"), "");
  EXPECT_EQ(session_cookie({{"cookie", "tidemark=1"}, {"cookie", "tidemark=2"}}, "::1"), "");
  EXPECT_EQ(session_cookie({}, "::1"), "");
}

TEST(SessionCookie, IsKeptFromScriptsAndOtherPlaces) {
  EXPECT_EQ(set_session_cookie("v", cookie_lasts, false),
            "__Host-tidemark=v; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(set_session_cookie("v", std::chrono::seconds(0), true),
            "tidemark=v; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

TEST(ForeignPages, AreToldByTheirHeaders) {
  const std::pair<std::string, std::string> own{"x-tidemark-request", "1"},
      same{"sec-fetch-site", "same-origin"};
  EXPECT_FALSE(refuse_foreign_page({own}));
  EXPECT_FALSE(refuse_foreign_page({own, same}));
  EXPECT_TRUE(refuse_foreign_page({}));
  EXPECT_TRUE(refuse_foreign_page({own, same, same})) << "twice";
  EXPECT_TRUE(refuse_foreign_page({own, {"sec-fetch-site", "none"}}));
  EXPECT_TRUE(refuse_foreign_page({{"x-tidemark-request", "0"}, same}));
}

} // namespace
} // namespace tidemark::gateway::test::cookies_test
