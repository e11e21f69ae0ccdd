#include "gateway/console/assets.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>

namespace tidemark::gateway::test::console_test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Console : testing::Test {
  House house;
  void SetUp() override {
    if (console_assets().empty())
      GTEST_SKIP() << "built with TIDEMARK_WEB=OFF";
  }
  Reply get(const std::string& path, const std::string& headers = "") const {
    return house.ask(request("GET", path, headers));
  }
};

TEST_F(Console, IsThereWithoutALoginAndHoldsNoScriptOfItsOwn) {
  const auto page = get("/console");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.headers.at("cache-control"), "no-cache");
  EXPECT_THAT(page.body, Not(HasSubstr("<style")));
  EXPECT_THAT(page.body, Not(HasSubstr("style=")));
  EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
}

TEST_F(Console, SendsTheSameHeadersWithEveryFile) {
  for (const auto& asset : console_assets()) {
    const bool is_page = asset.name == "index.html";
    const auto file = get(is_page ? "/console" : "/console/" + std::string(asset.name));
    ASSERT_EQ(file.status, 200) << asset.name;
    EXPECT_EQ(file.body, asset.bytes) << asset.name;
    EXPECT_EQ(file.headers.at("content-security-policy"),
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
              "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
              "require-trusted-types-for 'script'");
    EXPECT_EQ(file.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(file.headers.at("referrer-policy"), "no-referrer");
    EXPECT_EQ(file.headers.at("cross-origin-opener-policy"), "same-origin");
    EXPECT_EQ(file.headers.at("cross-origin-resource-policy"), "same-origin");
    if (!is_page) {
      EXPECT_EQ(file.headers.at("cache-control"), "public, max-age=31536000, immutable");
    }
  }
}

TEST_F(Console, IsNotSentTwice) {
  const auto tag = get("/console").headers.at("etag");
  const auto again = get("/console", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(get("/console", "If-None-Match: \"another\"\r\n").status, 200);
}

TEST_F(Console, HasNoOtherFiles) {
  EXPECT_EQ(get("/console/nothing.js").status, 404);
  EXPECT_EQ(get("/console/index.html").status, 404);
  const auto slash = get("/console/");
  EXPECT_EQ(slash.status, 308);
  EXPECT_EQ(slash.headers.at("location"), "../console");
}

} // namespace
} // namespace tidemark::gateway::test::console_test
