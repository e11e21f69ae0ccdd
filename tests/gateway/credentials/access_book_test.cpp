#include "events/format/tags.hpp"
#include "gateway/credentials/access_book.hpp"
#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>

namespace tidemark::gateway::test::access_book_test {
namespace {

const TenantId acme("acme");

events::ApiTokenCreated created(const std::string& id) {
  events::ApiTokenCreated out;
  out.id = id;
  out.token_name = "export";
  out.role = Role::viewer;
  return out;
}

struct Book {
  StandingClock clock;
  storage::MemoryLog log{clock, storage::MemoryLog::Mode::at_once};
  GatewayOptions options;
  AccessBook book{with_tenant(options), log};

  static const GatewayOptions& with_tenant(GatewayOptions& options) {
    options.tenants = {acme};
    return options;
  }
};

TEST(AccessBook, LetsOneOfTwoWhoChangeAccessAtOnceThrough) {
  Book house;
  const auto seen_by_both = house.book.page();
  EXPECT_TRUE(house.book.record(*seen_by_both, acme, created("tok_1")));
  const auto second = house.book.record(*seen_by_both, acme, created("tok_2"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "access_changed");
  EXPECT_FALSE(house.book.page()->state.tokens.contains("tok_2"));
  EXPECT_TRUE(house.book.record(*house.book.page(), acme, created("tok_2")))
      << "having looked again";
}

TEST(AccessBook, ReadsWhatOthersWrote) {
  Book house;
  ASSERT_TRUE(house.book.record(*house.book.page(), acme, created("tok_1")));
  AccessBook other(house.options, house.log);
  EXPECT_TRUE(other.page()->state.tokens.empty());
  ASSERT_TRUE(other.refresh());
  EXPECT_TRUE(other.page()->state.tokens.contains("tok_1"));
}

TEST(AccessBook, KeepsAPageThatSomebodyHoldsAsItWas) {
  Book house;
  const auto held = house.book.page();
  ASSERT_TRUE(house.book.record(*held, acme, created("tok_1")));
  EXPECT_TRUE(held->state.tokens.empty());
}

} // namespace
} // namespace tidemark::gateway::test::access_book_test
