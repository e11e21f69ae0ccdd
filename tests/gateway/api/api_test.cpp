#include "base/text/split.hpp"
#include "gateway/dispatch.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace tidemark::gateway::test::api_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// A path of the route with something in every brace.
std::string example_of(const Route& route) {
  std::string path;
  bool inside = false;
  for (const char c : route.path) {
    inside = inside ? c != '}' : c == '{';
    if (!inside)
      path += c == '}' ? '1' : c;
  }
  return path;
}

std::string as(std::string_view token) {
  return token.empty() ? "" : "Authorization: Bearer " + std::string(token) + "\r\n";
}

TEST(Routes, HaveAnExampleThatLeadsBackToThem) {
  for (const auto& route : routes()) {
    const auto target = parse_target(example_of(route));
    ASSERT_TRUE(target) << route.path;
    const auto* found = find_route(*target, route.method);
    ASSERT_NE(found, nullptr) << route.path;
    EXPECT_EQ(found->path, route.path);
  }
}

TEST(Routes, HaveTheNamesThatMetricsAreReadBy) {
  std::set<std::string_view> names;
  for (const auto& route : routes())
    names.insert(route.name);
  EXPECT_THAT(
      names,
      testing::ElementsAre(
          "action", "actions", "agent_flags", "alerts", "allow_call", "api_docs", "api_health",
          "broadcasts", "clear_outage_note", "compliance", "configuration", "conflicts",
          "connect_account", "connector_tests", "connectors", "console", "console_file", "contact",
          "contact_import", "contact_state", "contacts", "copy_tables", "create_tenant",
          "create_token", "create_user", "credentials", "decide_review", "delete_tenant",
          "deliveries", "delivery", "disable_user", "duplicates", "enable_user", "end_session",
          "event", "event_stream", "events", "explain", "find", "health", "health_component",
          "health_live", "health_ready", "import_contacts", "import_messages", "import_opt_outs",
          "limits", "lists", "log_levels", "login", "logout", "make_checkpoint", "mapping_repair",
          "mappings", "may_send", "merge_contacts", "message_import", "messages", "metrics",
          "note_outage", "open_session", "openapi", "opt_out_history", "opt_out_import", "opt_outs",
          "opt_outs_by_hand", "opt_outs_done", "overdue", "own_token", "page", "parked",
          "pause_connector", "profile", "purge_delivery", "quarantine", "quarantine_webhook",
          "queues", "rebuild_lists", "receivers", "record_question", "record_reveal", "refresh",
          "refused_signatures", "release_parked", "reload", "remove_credential", "rename_tenant",
          "repair_mapping", "reprocess_webhook", "request_backfill", "request_opt_in",
          "request_opt_out", "restored", "resume_all", "resume_connector", "resume_tenant",
          "retry_delivery", "reviews", "revoke_token", "rotate_credential", "rotate_store_key",
          "set_agent_flag", "set_credential", "set_limits", "set_log_levels", "set_tenant",
          "set_user_password", "sign_restore", "sla", "start_action", "status", "stop_action",
          "stop_all", "suspend_tenant", "take_staged_rows", "tenant", "tenants", "test_connectors",
          "test_receiver", "timeline", "tokens", "undelete_tenant", "unmerge_contacts", "users",
          "webhook", "webhook_done", "webhook_kinds", "webhook_test", "write_off_delivery"));
}

TEST(Routes, BelowTheApiNeedARole) {
  for (const auto& route : routes()) {
    const bool open = !route.path.starts_with("/api/") || route.name == "api_health"
                      || route.name == "login" || route.name == "refresh" || route.name == "openapi"
                      || route.name == "api_docs" || route.name == "open_session";
    EXPECT_TRUE(open || route.right != Right::none) << route.path;
  }
}

TEST(Access, IsGivenByRoleForEveryRoute) {
  std::vector<std::pair<Role, std::string>> callers{{Role::none, ""}};
  for (const auto role : {Role::viewer, Role::agent, Role::manager, Role::operator_, Role::auditor,
                          Role::admin, Role::api})
    callers.emplace_back(role, "of-the-role-" + std::string(domain::name_of(role)));
  House house([&](auto& o) {
    o.limits.requests_per_minute = 100'000;
    o.tokens.clear();
    for (const auto& [role, token] : callers)
      o.tokens.push_back({token, std::string(domain::name_of(role)), sha256_hex(token), {}});
  });
  for (const auto& route : routes()) {
    if (route.is_webhook())
      continue; // admits by signature
    for (const auto& [role, token] : callers) {
      const auto status = house.ask(request(route.method, example_of(route), as(token), "")).status;
      const auto what = std::string(route.path) + " as " + token;
      const bool anybody = route.right == Right::none;
      if (anybody || (domain::rights_of(role).has(route.right) && !route.installation)) {
        // Let in; what it asks for may be nothing, or a request without a body.
        EXPECT_TRUE(status == 200 || status == 404 || status == 400) << what << ": " << status;
      } else {
        EXPECT_EQ(status, token.empty() ? 401 : 403) << what;
      }
    }
  }
}

TEST(Access, IsDeniedWithoutAKnownToken) {
  House house;
  for (const auto& header :
       {std::string(), as("guess"), as(std::string(viewer_token) + "x"),
        as(std::string(viewer_token).substr(1)), std::string("Authorization: Basic dTpw\r\n"),
        as(viewer_token) + as(viewer_token), std::string("Authorization: Bearer\r\n"),
        as(to_hex(sha256(viewer_token)))}) {
    const auto reply = house.ask(request("GET", "/api/v1/contacts", header));
    EXPECT_EQ(reply.status, 401) << header;
    EXPECT_EQ(reply.headers.at("www-authenticate"), "Bearer");
  }
  EXPECT_EQ(house.ask(request("GET", "/api/v1/nothing")).status, 401) << "deny before not found";
}

TEST(Access, TakesATokenInXApiKeyToo) {
  House house;
  const auto ask = [&](const std::string& headers) {
    return house.ask(request("GET", "/api/v1/contacts", headers)).status;
  };
  const auto key = "X-API-Key: " + std::string(viewer_token) + "\r\n";
  EXPECT_EQ(ask(key), 200);
  EXPECT_EQ(ask("X-API-Key: guess\r\n"), 401);
  EXPECT_EQ(ask(key + key), 401) << "two of them";
  EXPECT_EQ(ask(as("guess") + key), 401) << "Authorization goes before it";
}

TEST(Access, NeedsATenantWhenThereAreSeveral) {
  House house([](auto& o) {
    o.tenants.push_back(TenantId("globex"));
    o.tokens[1].tenant = TenantId("globex");
  });
  EXPECT_EQ(house.get("/api/v1/contacts", viewer_token).status, 403);
  EXPECT_EQ(house.get("/api/v1/contacts", auditor_token).status, 200);
}

TEST(Api, TellsErrorsInOneShape) {
  House house;
  for (const auto* path : {"/nothing", "/api/v1/nothing", "/api/v1/contacts/c1",
                           "/api/v1/contacts?limit=0", "/api/v1/events?after=x"}) {
    const auto reply = house.get(path);
    const auto body = json::parse(reply.body, nullptr, false);
    ASSERT_TRUE(body.contains("error")) << path << ": " << reply.body;
    const auto& error = body["error"];
    EXPECT_EQ(error.size(), 5U) << path;
    EXPECT_TRUE(error["code"].is_string() && error["message"].is_string()) << path;
    EXPECT_TRUE(error["details"].is_object()) << path;
    EXPECT_EQ(error["request_id"], reply.headers.at("x-request-id")) << path;
    EXPECT_EQ(error["timestamp"], to_rfc3339(house.clock.now())) << path;
  }
}

TEST(Api, CountsDownItsRateLimitAndSaysWhenToComeBack) {
  House house([](auto& o) { o.limits.requests_per_minute = 3; });
  const auto now = std::chrono::floor<std::chrono::seconds>(house.clock.now().time_since_epoch());
  for (int left = 2; left >= 0; --left) {
    const auto reply = house.get("/api/v1/contacts");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.headers.at("x-ratelimit-limit"), "3");
    EXPECT_EQ(reply.headers.at("x-ratelimit-remaining"), std::to_string(left));
    EXPECT_EQ(reply.headers.at("x-ratelimit-reset"), std::to_string(now.count() + 40))
        << "the minute of the clock ends then, whoever asks";
  }
  const auto refused = house.get("/api/v1/contacts");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("retry-after"), "40");
  EXPECT_EQ(refused.headers.at("x-ratelimit-remaining"), "0");
  house.clock.advance(std::chrono::seconds(39));
  EXPECT_EQ(house.get("/api/v1/contacts").headers.at("retry-after"), "1") << "asking moves no end";
  house.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(house.get("/api/v1/contacts").status, 200);
}

TEST(Api, ShowsItsRateLimitOnEveryAnswer) {
  House house;
  for (const auto& bytes :
       {request("GET", "/api/v1/contacts"), request("GET", "/api/v1/nothing"),
        request("OPTIONS", "/api/v1/contacts"), request("DELETE", "/api/v1/contacts"),
        request("GET", "/api/v1/health")})
    for (const auto* name : {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"})
      EXPECT_TRUE(house.ask(bytes).headers.contains(name)) << bytes << name;
}

TEST(Api, LimitsAnAddressBehindATrustedProxyByItself) {
  House house([](auto& o) {
    o.limits.requests_per_minute = 1;
    o.trusted_proxies = {"127.0.0.1"};
  });
  const auto from = [&](const std::string& hops) {
    return house.ask(request("GET", "/api/v1/health", "X-Forwarded-For: " + hops + "\r\n")).status;
  };
  EXPECT_EQ(from("192.0.2.1"), 200);
  EXPECT_EQ(from("192.0.2.1"), 429);
  EXPECT_EQ(from("192.0.2.2"), 200);
  EXPECT_EQ(from("192.0.2.3, 192.0.2.2"), 429) << "what the client itself wrote does not count";
}

TEST(Api, TakesNobodysWordForAnAddressWithoutATrustedProxy) {
  House house([](auto& o) { o.limits.requests_per_minute = 1; });
  EXPECT_EQ(house.ask(request("GET", "/api/v1/health", "X-Forwarded-For: 192.0.2.1\r\n")).status,
            200);
  EXPECT_EQ(house.ask(request("GET", "/api/v1/health", "X-Forwarded-For: 192.0.2.2\r\n")).status,
            429);
}

TEST(Api, SlowsDownWhoGuessesTokensAndNobodyElse) {
  House house;
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(house.get("/api/v1/contacts", "guessed-token").status, 401);
  const auto refused = house.get("/api/v1/contacts", "guessed-again");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_EQ(house.get("/api/v1/contacts", viewer_token).status, 200);
  house.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(house.get("/api/v1/contacts", "guessed-token").status, 401);
  EXPECT_EQ(house.get("/api/v1/contacts", "guessed-token").headers.at("retry-after"), "2");
}

TEST(Api, AnswersOptionsAndOtherMethods) {
  House house;
  const auto options = house.ask(request("OPTIONS", "/api/v1/contacts"));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.at("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(house.ask(request("DELETE", "/api/v1/contacts", as(admin_token))).status, 405);
  EXPECT_EQ(house.ask(request("POST", "/health", "", "{}")).status, 405);
}

TEST(Health, TellsTheStateOfEveryPart) {
  House house;
  auto body = json::parse(house.ask(request("GET", "/health")).body);
  EXPECT_EQ(body["status"], "ok");
  EXPECT_EQ(body["version"], "9.9.9");
  EXPECT_EQ(body["services"]["log"]["status"], "connected");
  EXPECT_EQ(body["services"]["log"]["detail"], "synced");
  house.health.parts.push_back({"aloware", "disconnected", house.clock.now(), "breaker open"});
  body = json::parse(house.ask(request("GET", "/api/v1/health")).body);
  EXPECT_EQ(body["status"], "degraded");
  EXPECT_EQ(house.ask(request("GET", "/health/ready")).status, 200) << "whatever the vendors do";
  EXPECT_EQ(house.ask(request("GET", "/health/aloware")).status, 503);
  EXPECT_EQ(house.ask(request("GET", "/health/log")).status, 200);
  EXPECT_EQ(house.ask(request("GET", "/health/other")).status, 404);
  house.health.is_accepting = false;
  EXPECT_EQ(house.ask(request("GET", "/health/ready")).status, 503);
  EXPECT_EQ(house.ask(request("GET", "/health/live")).status, 200);
  EXPECT_EQ(json::parse(house.ask(request("GET", "/health")).body)["status"], "down");
}

TEST(Health, WhatNobodyHasAskedIsNoFaultButAnOwnPartThatSaysNothingForLongIs) {
  House house;
  const auto whole = [&] {
    return json::parse(house.ask(request("GET", "/health")).body)["status"];
  };
  house.health.parts.push_back({"crm", "unknown", house.clock.now() - std::chrono::hours{24}, ""});
  EXPECT_EQ(whole(), "ok");
  EXPECT_EQ(house.ask(request("GET", "/health/crm")).status, 200);
  auto& crm = house.health.parts.back();
  crm.is_overdue = true;
  EXPECT_EQ(whole(), "degraded");
  crm.since = house.clock.now() - std::chrono::minutes{4};
  EXPECT_EQ(whole(), "ok");
}

TEST(Health, OfTheProcessIsToldWhileAReadTakesLong) {
  House house;
  house.health.holds_services = true;
  auto waiting = house.connect();
  waiting.send(request("GET", "/health"));
  while (!house.health.is_held)
    std::this_thread::yield();
  EXPECT_EQ(house.ask(request("GET", "/health/live")).status, 200);
  EXPECT_EQ(house.ask(request("GET", "/health/ready")).status, 200);
  house.health.holds_services = false;
  EXPECT_EQ(waiting.read()->status, 200);
}

TEST(Health, KnowsPartsUnderTheNamesOfOthersAndClaimsNoneThatIsNotThere) {
  House house;
  const auto component = [&](const std::string& name) {
    return house.ask(request("GET", "/health/" + name));
  };
  auto aliases = json::parse(house.ask(request("GET", "/api/v1/health")).body)["aliases"];
  EXPECT_EQ(aliases["gateway"], "connected");
  EXPECT_EQ(aliases["database"], "connected");
  EXPECT_EQ(aliases["interpreter"], "unknown") << "the tables have not reported";
  EXPECT_EQ(aliases["redis"], "not_used");
  EXPECT_EQ(component("redis").status, 404);
  EXPECT_THAT(component("redis").body, HasSubstr("no cache server"));
  house.health.parts.push_back({"tables", "degraded", house.clock.now(), "they are late"});
  const auto database = json::parse(component("database").body);
  EXPECT_EQ(database["status"], "degraded") << "the worse of log and tables";
  EXPECT_THAT(database["detail"], HasSubstr("they are late"));
  house.health.is_accepting = false;
  EXPECT_EQ(component("gateway").status, 503);
  EXPECT_EQ(component("state-manager").status, 200);
  house.health.parts.push_back({"redis", "connected", house.clock.now(), "a connector's name"});
  EXPECT_EQ(component("redis").status, 200);
}

TEST(Metrics, CountWhatCameIn) {
  House house;
  house.ask(webhook("{}", "1"));
  house.ask(webhook("{}", "1"));
  house.ask(request("POST", "/webhooks/crm", "Content-Type: application/json\r\n", "{}"));
  house.ask("BROKEN\r\n\r\n");
  const auto text = house.ask(request("GET", "/metrics")).body;
  const std::string labels = R"({tenant="acme",connector="crm",)";
  EXPECT_THAT(text, HasSubstr("tidemark_webhooks_total" + labels + "outcome=\"accepted\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tidemark_webhooks_total" + labels + "outcome=\"duplicate\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tidemark_webhooks_forged_total" + labels
                              + "reason=\"missing_signature\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tidemark_http_refusals_total{reason=\"bad_request_line\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(R"(tidemark_http_requests_total{route="webhook",status="200"} 2)"));
  EXPECT_THAT(text, HasSubstr("tidemark_http_connections "));
  EXPECT_THAT(text, HasSubstr("tidemark_extra 1\n"));
}

TEST(Metrics, MeasureHowLongAnAcknowledgementTook) {
  House house;
  house.ask(webhook("{}", "1"));
  house.ask(request("POST", "/webhooks/crm", "Content-Type: application/json\r\n", "{}"));
  const auto text = house.ask(request("GET", "/metrics")).body;
  const std::string name = "tidemark_webhook_ack_seconds";
  EXPECT_THAT(text, HasSubstr(name + "_count{tenant=\"acme\",connector=\"crm\"} 1\n"))
      << "a refusal is no acknowledgement";
  EXPECT_THAT(text, HasSubstr(name + "_bucket{tenant=\"acme\",connector=\"crm\",le=\"+Inf\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tidemark_build_info{version=\""));
  EXPECT_THAT(text, HasSubstr("tidemark_http_connections_max "));
}

std::set<std::string> series_of(const std::string& metrics) {
  std::set<std::string> out;
  for (const auto line : split(metrics, "\n"))
    if (!line.empty() && !line.starts_with("#"))
      out.emplace(line.substr(0, line.rfind(' ')));
  return out;
}

TEST(Metrics, StrangersAddNoSeries) {
  House house([](GatewayOptions& options) { options.limits.requests_per_minute = 1'000'000; });
  const auto before = house.ask(request("GET", "/metrics")).body;
  std::optional client(house.connect());
  const std::string paths[] = {"/api/v1/contacts",   "/api/v1/x",
                               "/webhooks/crm",      "/webhooks/none",
                               "/health/x",          "/nothing",
                               "/t/a/webhooks/b",    "/metrics",
                               "/api/v1/auth/login", "/api/v1/connectors/a/pause"};
  const char* methods[] = {"GET", "POST", "DELETE", "OPTIONS", "PUT"};
  int answered = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto number = std::to_string(i);
    const auto path = paths[static_cast<std::size_t>(i) % std::size(paths)]
                      + (i % 3 == 0   ? "/" + number
                         : i % 7 == 0 ? "?q=" + number
                                      : "");
    const auto* method = methods[static_cast<std::size_t>(i / 11) % std::size(methods)];
    const auto bytes = request(method, path,
                               "Content-Type: application/json\r\nX-Secret: " + number
                                   + "\r\nAuthorization: Bearer " + number + "\r\n",
                               i % 2 == 0 ? "{}" : "{\"kind\":\"" + number + "\"}");
    auto reply = client->send(bytes) ? client->read() : std::nullopt;
    if (!reply) { // a refusal may close the connection
      client.emplace(house.connect());
      reply = client->ask(bytes);
    }
    answered += reply->status > 0 ? 1 : 0;
  }
  EXPECT_EQ(answered, 10'000);
  house.ask("BROKEN\r\n\r\n");
  const auto after = house.ask(request("GET", "/metrics")).body;
  EXPECT_THAT(after, HasSubstr("route=\"none\",status=\"401\"} "));
  std::vector<std::string> added;
  std::ranges::set_difference(series_of(after), series_of(before), std::back_inserter(added));
  EXPECT_THAT(added, testing::IsEmpty());
}

} // namespace
} // namespace tidemark::gateway::test::api_test
