#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::profile_test {
namespace {

using nlohmann::json;

struct Profile : LocalHouse {
  House& open{house()};
};

TEST_F(Profile, SaysWhatTheServiceTakesAndWhatFor) {
  auto& profile = open.health.profiled;
  profile.process_id = 77;
  profile.resident = 5;
  profile.memory.trend = domain::Trend::rises;
  profile.databases = {{"log", 1, 2, 3}};
  profile.threads = {{"api", 1, 250}};
  const auto shown = json::parse(get("/api/v1/profile").body);
  EXPECT_EQ(shown["process_id"], 77);
  EXPECT_EQ(shown["limit"], nullptr) << "nobody knows it";
  EXPECT_EQ(shown["memory"]["trend"], "rises");
  EXPECT_EQ(shown["databases"][0]["block_cache_max"], 2);
  EXPECT_EQ(shown["threads"][0]["milliseconds"], 250);
}

TEST_F(Profile, IsForThoseWhoLookAfterTheInstallation) {
  for (const auto token : {operator_token, admin_token})
    EXPECT_EQ(open.get("/api/v1/profile", token).status, 403);
}

} // namespace
} // namespace tidemark::gateway::test::profile_test
