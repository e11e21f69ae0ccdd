#include "events/format/tags.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::tenants_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

json body_of(const Reply& reply) {
  return json::parse(reply.body, nullptr, false);
}
std::string code_of(const Reply& reply) {
  return body_of(reply)["error"].value("code", "");
}

/// Two tenants, as programs of the machine see them.
class Tenants : public LocalHouse {
protected:
  House& several() {
    return house([](auto& o) {
      o.tenants.push_back(TenantId("globex"));
      for (auto& token : o.tokens)
        token.tenant = TenantId(token.role == "viewer" ? "globex" : "acme");
    });
  }
  Reply change(std::string_view what, std::string_view body = R"({"reason":"unpaid"})") const {
    return connect().ask(request("POST", "/api/v1/tenants/" + std::string(what), "", body));
  }
};

TEST_F(Tenants, AreClosedToTheirOwnPeopleWhileTheyAreSuspended) {
  auto& house = several();
  EXPECT_EQ(change("acme/suspend").status, 200);
  for (const auto* path : {"/api/v1/contacts", "/api/v1/nothing", "/auth/token"}) {
    const auto refused = house.get(path, admin_token);
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_EQ(code_of(refused), "tenant_suspended");
    EXPECT_THAT(refused.body, HasSubstr("unpaid"));
  }
  EXPECT_EQ(house.get("/api/v1/contacts", viewer_token).status, 200) << "the other one works";
  EXPECT_EQ(house.get("/api/v1/health", "").status, 200);
  EXPECT_EQ(get("/api/v1/contacts", "X-Tidemark-Tenant: acme\r\n").status, 200)
      << "those of the installation can look";
  house.open();
  EXPECT_EQ(house.get("/api/v1/contacts", admin_token).status, 403) << "after a restart too";
  EXPECT_EQ(change("acme/resume", R"({"reason":"paid"})").status, 200);
  EXPECT_EQ(house.get("/api/v1/contacts", admin_token).status, 200);
}

TEST_F(Tenants, TakeWebhooksWhileTheyAreSuspended) {
  auto& house = several();
  change("acme/suspend");
  auto bytes = webhook("STOP", "d1");
  bytes.replace(bytes.find("/webhooks"), 9, "/t/acme/webhooks");
  const auto taken = house.ask(bytes);
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(body_of(taken)["status"], "accepted");
}

TEST_F(Tenants, AreListedWithWhyTheyDoNotWork) {
  several();
  change("globex/suspend");
  const auto items = body_of(get("/api/v1/tenants"))["items"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["status"], "active");
  EXPECT_EQ(items[1]["status"], "suspended");
  EXPECT_EQ(items[1]["reason"], "unpaid");
  EXPECT_THAT(items[1]["by"].get<std::string>(), HasSubstr("uid "));
  const auto page = body_of(get("/api/v1/tenants?limit=1"));
  EXPECT_EQ(page["next"], "acme");
  EXPECT_EQ(body_of(get("/api/v1/tenants?after=acme"))["items"][0]["id"], "globex");
}

TEST_F(Tenants, AreSuspendedOnceWithAReasonByThoseOfTheInstallation) {
  auto& house = several();
  EXPECT_EQ(code_of(change("acme/suspend", "{}")), "bad_reason");
  EXPECT_EQ(code_of(change("initech/suspend")), "not_found");
  EXPECT_EQ(code_of(change("acme/resume")), "not_suspended");
  EXPECT_EQ(change("acme/suspend").status, 200);
  EXPECT_EQ(code_of(change("acme/suspend")), "is_suspended");
  for (const auto* path : {"/api/v1/tenants/globex/suspend", "/api/v1/tenants/globex/resume"})
    EXPECT_EQ(code_of(house.post(path, R"({"reason":"x"})", viewer_token)), "forbidden");
  change("acme/resume");
  EXPECT_EQ(code_of(house.post("/api/v1/tenants/acme/suspend", R"({"reason":"x"})", admin_token)),
            "installation_token_needed");
  EXPECT_EQ(code_of(house.get("/api/v1/tenants", admin_token)), "installation_token_needed");
}

TEST_F(Tenants, AreStoredUnderTheTenantWithWhoAndWhy) {
  auto& house = several();
  const auto position = body_of(change("globex/suspend"))["position"].get<std::uint64_t>();
  const auto stored = house.log.at(Position{position});
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->envelope.tenant, TenantId("globex"));
  EXPECT_EQ((*stored)->envelope.stream, events::admin_stream());
  EXPECT_THAT((*stored)->payload, AllOf(HasSubstr("unpaid"), HasSubstr("uid ")));
  EXPECT_EQ(*house.log.newest_tagged(TenantId("globex"), events::suspension_tag()),
            Position{position});
}

} // namespace
} // namespace tidemark::gateway::test::tenants_test
