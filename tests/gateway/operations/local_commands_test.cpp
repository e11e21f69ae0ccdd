#include "events/format/tags.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class LocalCommands : public LocalHouse {
protected:
  Reply post(std::string_view target, std::string_view body) const {
    return connect().ask(request("POST", target, "", body));
  }
  static std::uint64_t position_in(const Reply& reply) {
    return json::parse(reply.body).value("position", std::uint64_t{0});
  }
  static Error error_in(const Reply& reply) {
    const auto error = json::parse(reply.body).at("error");
    return {error.at("code").get<std::string>(), error.at("message").get<std::string>()};
  }
};

TEST_F(LocalCommands, ARunIsAskedForOnceUntilItHasEnded) {
  auto& open = house();
  const std::string_view asked = R"({"connector":"crm","kind":"reconcile","dry_run":true})";
  const auto reply = post("/api/v1/backfills", asked);
  ASSERT_EQ(reply.status, 202) << reply.body;
  const auto run = position_in(reply);
  const auto stored = open.log.at(Position{run});
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->envelope.type, events::BackfillRequested::name);
  EXPECT_EQ(json::parse((*stored)->payload), json({{"connector", "crm"},
                                                   {"kind", "reconcile"},
                                                   {"dry_run", true},
                                                   {"by", "uid " + std::to_string(::geteuid())},
                                                   {"request_id", ""}}));
  EXPECT_EQ(position_in(post("/api/v1/backfills", R"({"connector":"crm"})")), run);
  events::BackfillFinished end;
  end.connector = ConnectorName("crm");
  open.put(events::backfill_stream(end.connector), end, {});
  EXPECT_GT(position_in(post("/api/v1/backfills", R"({"connector":"crm"})")), run);
}

TEST_F(LocalCommands, ARunOverAnUnknownSystemNamesTheKnownOnes) {
  auto& open = house();
  const auto reply = post("/api/v1/backfills", R"({"connector":"crn"})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(error_in(reply).code, "bad_usage");
  EXPECT_EQ(error_in(reply).text, "the tenant has no connector of this name; it has: crm");
  for (const auto* body : {"", "[]", R"({"connector":"crm","kind":"all"})", R"({"name":"crm"})"})
    EXPECT_EQ(error_in(post("/api/v1/backfills", body)).code, "bad_body") << body;
  EXPECT_EQ(open.log.durable(), Position{0});
}

TEST_F(LocalCommands, AnAccountIsConnectedByItsCode) {
  auto& open = house();
  std::string asked;
  open.connect_account = [&](const TenantId& tenant, const ConnectorName& connector,
                             const std::string& code) -> Result<std::string> {
    asked = tenant.value + "/" + connector.value + "/" + code;
    if (code == "old")
      return Error{"oauth_refused", "the code is too old"};
    return std::string("crm is connected");
  };
  const auto reply = post("/api/v1/accounts", R"({"connector":"crm","code":"c-1"})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(json::parse(reply.body), json({{"text", "crm is connected"}}));
  EXPECT_EQ(asked, "acme/crm/c-1");
  const auto refused = post("/api/v1/accounts", R"({"connector":"crm","code":"old"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(error_in(refused).code + ": " + error_in(refused).text,
            "oauth_refused: the code is too old");
}

TEST_F(LocalCommands, TheStatusIsOfTheTenantThatIsNamed) {
  house([](auto& options) { options.tenants = {TenantId("acme"), TenantId("beta")}; });
  const auto reply = get("/api/v1/status", "X-Tidemark-Tenant: beta\r\n");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto status = json::parse(reply.body);
  EXPECT_EQ(status.at("tenant"), "beta");
  EXPECT_EQ(status.at("status"), "ok");
  for (const auto* part :
       {"version", "services", "at", "position", "connectors", "queues", "alerts"})
    EXPECT_TRUE(status.contains(part)) << part;
}

TEST_F(LocalCommands, AReloadSaysWhatHoldsNowAndEveryFaultOfABadFile) {
  SetConfiguration configuration;
  auto& open = house();
  EXPECT_EQ(error_in(post("/api/v1/reload", "")).code, "not_found") << "there is none to read";
  open.configuration = &configuration;
  open.open();
  const auto reply = post("/api/v1/reload", "");
  EXPECT_EQ(json::parse(reply.body),
            json({{"applied", {"alerts.many"}}, {"needs_restart", {"server.listen"}}}));
  EXPECT_EQ(configuration.asked_by, "uid " + std::to_string(::geteuid()));
  configuration.fault = "tidemark.toml:3: alerts.many: one\ntidemark.toml:9: log.dir: two";
  const auto refused = error_in(post("/api/v1/reload", ""));
  EXPECT_EQ(refused.code, "bad_configuration");
  EXPECT_EQ(refused.text, configuration.fault);
  open.gateway.reset(); // before what it refers to
}

TEST_F(LocalCommands, AreNotForTheNetworkWhateverTheToken) {
  auto& open = house();
  EXPECT_EQ(open.get("/api/v1/status", admin_token).status, 403);
  EXPECT_EQ(open.post("/api/v1/backfills", R"({"connector":"crm"})", admin_token).status, 403);
  EXPECT_EQ(open.post("/api/v1/accounts", R"({"connector":"crm"})", admin_token).status, 403);
  EXPECT_EQ(open.post("/api/v1/reload", "{}", admin_token).status, 403);
  EXPECT_EQ(open.get("/api/v1/configuration", admin_token).status, 403);
  EXPECT_EQ(open.log.durable(), Position{0});
}

} // namespace
} // namespace tidemark::gateway::test
