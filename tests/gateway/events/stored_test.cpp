#include "base/bytes.hpp"
#include "events/format/tags.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>

namespace tidemark::gateway::test {
namespace {

using testing::HasSubstr;

class Stored : public LocalHouse {
protected:
  static std::string question(std::string_view what, std::string_view body = {}) {
    return request("POST", "/api/v1/stored/" + std::string(what), "", body);
  }
  Reply ask(std::string_view what, std::string_view body = {}) const {
    return connect().ask(question(what, body));
  }
  static std::string numbers(std::initializer_list<std::uint64_t> all) {
    std::string out;
    for (const auto one : all)
      append_u64(out, one);
    return out;
  }
};

TEST_F(Stored, IsReadOverAllTenantsAndWithoutNamingOne) {
  auto& open = house([](auto& options) { options.tenants = {TenantId("acme"), TenantId("beta")}; });
  open.put(events::engine_stream(), events::ConfigApplied{}, {}, TenantId("gone"));
  open.put(events::engine_stream(), events::ConfigApplied{}, {});
  const auto reply = ask("records", numbers({0, 10}));
  ASSERT_EQ(reply.status, 200) << reply.body;
  std::string stored;
  const auto take = [&](std::string_view record) {
    append_text(stored, record);
    return true;
  };
  ASSERT_TRUE(open.log.read({}, 10, take).ok());
  EXPECT_EQ(reply.body, stored);
  EXPECT_EQ(ask("state").body.substr(0, 8), numbers({2}));
}

TEST_F(Stored, ARangeIsCutNearAMebibyte) {
  auto& open = house();
  for (int i = 0; i < 4; ++i) {
    storage::Append append;
    append.tenant = TenantId("acme");
    append.events.push_back(
        {events::engine_stream(), events::ConfigApplied{}, {}, std::string(600'000, 'x')});
    storage::append_and_wait(open.log, std::move(append));
  }
  const auto bytes = ask("records", numbers({0, 1'000'000})).body.size();
  EXPECT_GT(bytes, 1'200'000U);
  EXPECT_LT(bytes, 1'300'000U);
}

TEST_F(Stored, NonsenseIsRefusedAndEndsNothing) {
  house();
  auto client = connect();
  for (const auto* what : {"records", "tagged", "newest_tagged", "rows", "checkpoint"})
    for (const auto* body : {"", "\xff\xff\xff\xff"}) {
      const auto reply = client.ask(question(what, body));
      EXPECT_EQ(reply.status, 400) << what;
      EXPECT_THAT(reply.body, HasSubstr("bad_question")) << what;
    }
}

TEST_F(Stored, IsNotForTheNetworkWhateverTheToken) {
  auto& open = house();
  for (const auto* what : {"state", "records", "tagged", "newest_tagged", "rows", "checkpoint"})
    EXPECT_EQ(open.post("/api/v1/stored/" + std::string(what), "", admin_token).status, 403)
        << what;
}

TEST_F(Stored, IsReadWhileAnAccountIsConnected) {
  auto& open = house();
  std::atomic<bool> asked{false};
  std::atomic<bool> goes_on{false};
  open.connect_account = [&](const auto&...) {
    for (asked = true; !goes_on;)
      std::this_thread::yield();
    return std::string();
  };
  auto first = connect();
  first.send(request("POST", "/api/v1/accounts", "", R"({"connector":"crm","code":""})"));
  while (!asked)
    std::this_thread::yield();
  EXPECT_EQ(ask("state").status, 200);
  goes_on = true;
  EXPECT_EQ(first.read().value_or(Reply{}).status, 200);
}

} // namespace
} // namespace tidemark::gateway::test
