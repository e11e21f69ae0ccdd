#include "gateway/page/html.hpp"
#include "gateway/page/system_word.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>

namespace tidemark::gateway::test::page_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1}};

domain::ConnectorReport well(Timestamp at = now) {
  domain::ConnectorReport out;
  out.tenant = TenantId("acme");
  out.connector = ConnectorName("crm");
  out.connection.take({.http_status = 200, .understood = true}, at - 10s);
  return out;
}

SystemWord word(const domain::ConnectorReport& report) {
  return view_of(report, now).word;
}

TEST(SystemWords, SayNoMoreThanTheEvidenceShows) {
  EXPECT_EQ(word(well()), SystemWord::working);
  EXPECT_EQ(word(domain::ConnectorReport{}), SystemWord::not_known) << "nobody asked it";
  auto old = well(now - 61s);
  EXPECT_EQ(word(old), SystemWord::not_known) << "that is no proof of now";
  auto refused = well();
  refused.connection.take({.http_status = 401, .reason_code = Reason::unauthorized}, now);
  EXPECT_EQ(word(refused), SystemWord::key_refused);
  EXPECT_THAT(view_of(refused, now).wait, HasSubstr("Waiting will not help"));
  auto away = well(now - 2min);
  away.connection.take({.reason_code = Reason::connection_refused}, now);
  away.failures = 1;
  EXPECT_EQ(word(away), SystemWord::not_reachable);
  auto slow = well();
  slow.open = 1;
  slow.oldest = now - 4min - 59s;
  EXPECT_EQ(word(slow), SystemWord::working);
  slow.oldest = now - 5min;
  EXPECT_EQ(word(slow), SystemWord::slow);
  auto limited = well();
  limited.budget.until = now + 1min;
  EXPECT_EQ(word(limited), SystemWord::slow);
  auto paused = well();
  paused.pause = domain::Pause{Position{1}, now, false, "Ada's phone is gone", "ops"};
  EXPECT_EQ(word(paused), SystemWord::paused);
  EXPECT_THAT(view_of(paused, now).because, Not(HasSubstr("Ada"))) << "free words stay inside";
}

TEST(Headline, IsTrueOfAllSystemsTogether) {
  const auto of = [](std::vector<SystemWord> words, bool accepting = true) {
    std::vector<SystemView> systems;
    for (const auto each : words)
      systems.push_back({each, {}, {}, {}, {}, {}});
    return headline(systems, accepting);
  };
  using W = SystemWord;
  EXPECT_THAT(of({W::working, W::working}), StartsWith("All 2 systems are working"));
  EXPECT_THAT(of({W::working, W::not_reachable}), StartsWith("1 of 2 systems does not take"));
  EXPECT_THAT(of({W::slow, W::working}), StartsWith("1 of 2 systems is slow"));
  EXPECT_THAT(of({W::paused, W::working}), StartsWith("1 of 2 systems is paused"));
  EXPECT_THAT(of({W::not_known, W::working}),
              HasSubstr("Whether 1 of 2 systems works is not known"));
  EXPECT_THAT(of({W::working}, false), StartsWith("It is us"));
  EXPECT_THAT(of({}), HasSubstr("No system has reported"));
}

TEST(Pages, AreWholeWithoutScriptAndLoginAndSmall) {
  House house;
  house.health.reports = {well(house.clock.now())};
  for (const auto* path :
       {"/docs/visual", "/docs/visual/status", "/docs/visual/integrations",
        "/docs/visual/data-flow", "/docs/visual/events", "/docs/visual/sync-history",
        "/docs/visual/workflows", "/docs/visual/architecture", "/docs/knowledge-base",
        "/docs/knowledge-base/faq", "/docs/knowledge-base/glossary",
        "/docs/knowledge-base/troubleshooting", "/docs/knowledge-base/common-scenarios",
        "/docs/knowledge-base/connected-systems", "/t/acme/docs/visual"}) {
    const auto reply = house.ask(request("GET", path));
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(reply.headers.at("content-type"), "text/html; charset=utf-8") << path;
    EXPECT_THAT(reply.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(reply.body, StartsWith("<!doctype html>")) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr("<script"))) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr("http://"))) << path;
    EXPECT_LT(reply.body.size(), 14'000U) << path;
  }
  EXPECT_EQ(house.ask(request("GET", "/docs/knowledge-base/nothing")).status, 404);
  EXPECT_EQ(house.ask(request("GET", "/t/nobody/docs/visual")).status, 404);
}

TEST(Pages, LeadOnFromWhereTheyAre) {
  House house;
  const auto help = [&](const char* path) { return house.ask(request("GET", path)).body; };
  EXPECT_THAT(help("/docs/knowledge-base"), HasSubstr("href=\"../docs/knowledge-base/faq\""));
  EXPECT_THAT(help("/docs/knowledge-base/"), HasSubstr("href=\"../../docs/knowledge-base/faq\""));
}

TEST(Pages, AreGivenToNobodyWithoutLimit) {
  House house([](GatewayOptions& options) { options.limits.requests_per_minute = 3; });
  const auto status = [&] { return house.ask(request("GET", "/docs/visual/events")).status; };
  EXPECT_EQ(status(), 200);
  for (int i = 0; i < 3; ++i)
    status();
  EXPECT_EQ(status(), 429);
}

TEST(Pages, FollowTheStateOfEverySystem) {
  House house;
  house.health.reports = {well(house.clock.now())};
  const auto page = [&] { return house.ask(request("GET", "/docs/visual")).body; };
  EXPECT_THAT(page(), HasSubstr("<span class=\"w ok\">Working</span>"));
  house.health.reports[0].pause = domain::Pause{Position{1}, house.clock.now(), false, "", "ops"};
  EXPECT_THAT(page(), HasSubstr("<span class=\"w off\">Paused</span>"));
  house.health.reports.clear();
  EXPECT_THAT(page(), HasSubstr("<span class=\"w na\">Not known</span>"));
  house.health.is_accepting = false;
  EXPECT_THAT(page(), HasSubstr("It is us: Tidemark cannot take changes now."));
}

TEST(Pages, ShowWhatHappenedWithoutAnybodysData) {
  House house;
  events::ContactChanged changed;
  changed.source = ConnectorName("crm");
  changed.fields.set(events::Field::phone, "+12025550142");
  house.put(StreamName("contact/cada0123456789abcdef01"), changed, {});
  house.put(StreamName("contact/cada0123456789abcdef01"), changed, {}, TenantId("other"));
  const auto body = house.ask(request("GET", "/docs/visual/events")).body;
  EXPECT_THAT(body, HasSubstr("a contact changed"));
  EXPECT_THAT(body, Not(HasSubstr("2025550142")));
  EXPECT_THAT(body, Not(HasSubstr("cada0123"))) << "nor ids";
  EXPECT_EQ(body.find("a contact changed"), body.rfind("a contact changed")) << "of one tenant";
}

TEST(Pages, OfSeveralTenantsAreTheirOwnAndMayBeKeptBack) {
  House house([](GatewayOptions& options) {
    options.tenants = {TenantId("acme"), TenantId("quiet")};
    options.private_pages = {TenantId("quiet")};
  });
  const auto bare = house.ask(request("GET", "/docs/visual"));
  EXPECT_EQ(bare.status, 200);
  EXPECT_THAT(bare.body, Not(HasSubstr("acme"))) << "no tenant is named";
  EXPECT_THAT(bare.body, Not(HasSubstr("<table")));
  EXPECT_EQ(house.ask(request("GET", "/t/acme/docs/visual")).status, 200);
  EXPECT_EQ(house.ask(request("GET", "/t/quiet/docs/visual")).status, 404);
}

TEST(Html, TakesHostileTextAsText) {
  EXPECT_EQ(escaped("<script>\"&'"), "&lt;script&gt;&quot;&amp;&#39;");
  EXPECT_EQ(age_text(119s), "119 seconds");
  EXPECT_EQ(age_text(120s), "2 minutes");
  EXPECT_EQ(age_text(49h), "2 days");
}

} // namespace
} // namespace tidemark::gateway::test::page_test
