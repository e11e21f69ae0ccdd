#include "replay-tools/profile/profile_command.hpp"

#include <gmock/gmock.h>

namespace tidemark::tools::profile_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::ordered_json;

Json trend(const std::string& word) {
  constexpr std::uint64_t mebibyte = 1U << 20U;
  return {{"trend", word},          {"minutes", 60},           {"least", 90 * mebibyte},
          {"most", 400 * mebibyte}, {"begun", 100 * mebibyte}, {"ended", 300 * mebibyte}};
}

TEST(MemoryTrend, IsSaidPlainly) {
  EXPECT_THAT(trend_sentence(trend("rises")),
              AllOf(StartsWith("It rises: 100 MiB"), HasSubstr("300 MiB in the last third"),
                    HasSubstr("400 MiB at most")));
  EXPECT_THAT(trend_sentence(trend("steady")), StartsWith("It does not rise: "));
  EXPECT_THAT(trend_sentence(trend("falls")), StartsWith("It falls: "));
  EXPECT_THAT(trend_sentence(Json{{"trend", "not_known"}, {"minutes", 3}}),
              HasSubstr("looked at for 3 minutes, and 15 are needed"));
}

Json look(std::uint64_t all, std::uint64_t api, std::uint64_t writer) {
  Json out{{"milliseconds", all}};
  out["threads"] = Json::array();
  out["threads"].push_back({{"name", "api"}, {"threads", 1}, {"milliseconds", api}});
  out["threads"].push_back({{"name", "log-writer"}, {"threads", 1}, {"milliseconds", writer}});
  return out;
}

TEST(ThreadUse, IsWhatCameBetweenTwoLooksTheMostFirst) {
  const auto used = thread_use(look(5'000, 100, 1'000), look(7'000, 150, 1'900));
  ASSERT_EQ(used.size(), 3U);
  EXPECT_EQ(used[0].name, "(ended meanwhile)");
  EXPECT_EQ(used[0].milliseconds, 1'050U);
  EXPECT_EQ(used[1].name, "log-writer");
  EXPECT_EQ(used[1].milliseconds, 900U);
  EXPECT_EQ(used[2].milliseconds, 50U);
}

TEST(ThreadUse, LeavesOutWhatRoundingMakes) {
  EXPECT_EQ(thread_use(look(5'000, 100, 100), look(5'200, 150, 200)).size(), 2U);
  EXPECT_EQ(thread_use(look(5'000, 100, 100), look(5'000, 50, 100))[1].milliseconds, 0U)
      << "one that was started again counts anew";
}

} // namespace
} // namespace tidemark::tools::profile_test
