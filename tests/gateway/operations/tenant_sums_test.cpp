#include "gateway/operations/tenant_sums.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::gateway::test::tenant_sums_test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The metrics of so many tenants; the tenth got most webhooks.
std::string metrics_of(int tenants) {
  std::string out = "# TYPE tidemark_webhooks_total counter\n";
  for (int i = 0; i < tenants; ++i)
    out += fmt::format("tidemark_webhooks_total{{tenant=\"t{:03}\",connector=\"crm{}\",outcome="
                       "\"accepted\"}} {}\n",
                       i, i, i == 10 ? 100 : 1);
  out += "# TYPE tidemark_follower_lag gauge\n";
  for (int i = 0; i < tenants; ++i)
    out += fmt::format("tidemark_follower_lag{{follower=\"t{:03}/delivery/crm\"}} {}\n", i, i);
  out += "# TYPE tidemark_rate_limit_left gauge\n";
  for (int i = 0; i < tenants; ++i)
    out += fmt::format("tidemark_rate_limit_left{{tenant=\"t{:03}\",connector=\"crm\"}} {}\n", i,
                       1'000 - i);
  return out + "# TYPE tidemark_log_position gauge\ntidemark_log_position 7\n";
}

TEST(TenantSums, LeaveFiftyTenantsAsTheyAre) {
  EXPECT_EQ(with_tenants_summed(metrics_of(50)), metrics_of(50));
}

TEST(TenantSums, NameTheTwentyThatGotMostAndPutTheRestTogether) {
  const auto text = with_tenants_summed(metrics_of(60));
  EXPECT_THAT(text, HasSubstr("{tenant=\"t010\",connector=\"crm10\",outcome=\"accepted\"} 100\n"));
  EXPECT_THAT(text, HasSubstr("{tenant=\"other\",connector=\"other\",outcome=\"accepted\"} 40\n"));
  EXPECT_THAT(text, Not(HasSubstr("\"t059\"")));
  EXPECT_THAT(text, HasSubstr("tidemark_follower_lag{follower=\"other/delivery\"} 59\n"))
      << "the largest";
  EXPECT_THAT(text,
              HasSubstr("tidemark_rate_limit_left{tenant=\"other\",connector=\"other\"} 941\n"))
      << "the least";
  EXPECT_THAT(text, HasSubstr("\ntidemark_log_position 7\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3 * 22 + 2);
}

} // namespace
} // namespace tidemark::gateway::test::tenant_sums_test
