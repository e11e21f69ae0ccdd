#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::log_levels_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::Pair;

struct LogLevels : LocalHouse {
  LogLevels() {
    open.log_levels = &levels;
    open.open();
  }
  ~LogLevels() override { open.gateway.reset(); } // before what it refers to
  Reply post(std::string_view body) const {
    return connect().ask(
        request("POST", "/api/v1/log-levels", "Content-Type: application/json\r\n", body));
  }
  SetLogLevels levels;
  House& open{house()};
};

TEST_F(LogLevels, AreShownAndSetForSoLong) {
  const auto reply = post(R"({"levels":{"vendor:*":"debug"},"seconds":1800})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(levels.asked, ElementsAre(Pair("vendor:*", "debug")));
  EXPECT_EQ(levels.until, open.clock.now() + std::chrono::minutes{30});
  EXPECT_TRUE(levels.asked_by.starts_with("uid "));
  const auto shown = json::parse(get("/api/v1/log-levels").body);
  EXPECT_EQ(shown["items"][0]["until"], to_rfc3339(*levels.until));
  EXPECT_EQ(shown["items"][1]["as_configured"], true);
}

TEST_F(LogLevels, SayWhatIsWrong) {
  for (const auto* body : {R"({"levels":{"http":"debug"},"seconds":0})",
                           R"({"levels":{"http":"debug"},"seconds":604801})", R"({"levels":{}})",
                           R"({"seconds":5})", R"({"level":"debug"})"})
    EXPECT_EQ(post(body).status, 400) << body;
  EXPECT_EQ(json::parse(post(R"({"levels":{}})").body)["error"]["details"]["field"], "levels");
  EXPECT_TRUE(levels.asked.empty());
}

TEST_F(LogLevels, AreForThoseWhoLookAfterTheInstallation) {
  EXPECT_EQ(open.get("/api/v1/log-levels", operator_token).status, 403);
  EXPECT_EQ(open.post("/api/v1/log-levels", R"({"levels":{"http":"debug"}})", admin_token).status,
            403);
  EXPECT_TRUE(levels.asked.empty());
}

} // namespace
} // namespace tidemark::gateway::test::log_levels_test
