#include "events/format/tags.hpp"
#include "projections/intake/kind_counts.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::webhook_kinds_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// A connector with a table of kinds, of which one may come.
struct Kinds {
  Kinds()
      : house([](GatewayOptions& options) {
          options.sources[0].connector = connectors::find("generic");
          options.sources[0].settings.values["allowed_events"] = "contact*";
        }) {}

  void came(const std::string& kind, std::vector<events::SkippedPart> skipped,
            bool command = true) {
    events::WebhookReceived received;
    received.connector = ConnectorName("crm");
    const auto webhook = house.put(events::webhook_stream(received.connector), received, {});
    events::WebhookInterpreted read;
    read.webhook = webhook;
    read.connector = received.connector;
    read.kind = kind;
    if (command)
      read.commands.push_back({});
    read.skipped = std::move(skipped);
    decide(webhook, read);
  }
  void decide(Position cause, events::WebhookInterpreted read) {
    storage::Append append;
    append.tenant = TenantId("acme");
    append.cause = cause;
    append.decider = events::Decider::interpreter;
    append.events.push_back({events::identity_stream(), std::move(read), {}, {}});
    storage::append_and_wait(house.log, std::move(append));
  }
  json of_crm() { return json::parse(house.get("/api/v1/webhooks/kinds").body)["items"][0]; }
  static std::map<std::string, int> counts(const json& list, const char* name) {
    std::map<std::string, int> out;
    for (const auto& item : list)
      if (item["count"] != 0)
        out[item[name]] = item["count"];
    return out;
  }

  House house;
};

using Counts = std::map<std::string, int>;

const events::SkippedPart unknown{events::Outcome::skipped, Reason::unknown_event_type, ""};
const events::SkippedPart later{events::Outcome::skipped, Reason::kind_of_later_work, ""};
const events::SkippedPart not_allowed{events::Outcome::ignored, Reason::event_not_allowed, ""};
const events::SkippedPart held{events::Outcome::quarantined, Reason::stale, ""};

TEST(WebhookKinds, SaysWhatIsActedOnAndWhatCameThatIsNot) {
  Kinds kinds;
  kinds.came("contact.created", {});
  kinds.came("ContactCreated", {held});
  kinds.came("weather.changed", {unknown}, false);
  kinds.came("weather.changed", {unknown}, false);
  kinds.came("note.added", {later}); // whose it is was read all the same
  kinds.came("consent.changed", {not_allowed}, false);
  const auto ignored = kinds.house.log.durable().value - 1;
  kinds.came("consent.changed", {}); // it may have been an opt-out
  const auto found = kinds.of_crm();
  EXPECT_EQ(Kinds::counts(found["handled"], "name"),
            (Counts{{"contact.created", 2}, {"consent.changed", 1}}));
  EXPECT_EQ(found["ignored"][0]["newest"], ignored);
  EXPECT_EQ(Kinds::counts(found["without_handler"], "kind"),
            (Counts{{"weather.changed", 2}, {"note.added", 1}}));
  EXPECT_EQ(Kinds::counts(found["ignored"], "kind"), (Counts{{"consent.changed", 1}}));
  EXPECT_EQ(found["allowed_events"], json::array({"contact*"}));
  EXPECT_EQ(found["handled"].size(), 4U);
  for (const auto& one : found["handled"])
    EXPECT_EQ(one["allowed"], one["name"] != "consent.changed") << one;
  EXPECT_TRUE(found["whole_day"]);
}

TEST(WebhookKinds, CountsADayAndGoesOnWhereItStood) {
  Kinds kinds;
  kinds.came("contact.created", {});
  EXPECT_EQ(Kinds::counts(kinds.of_crm()["handled"], "name"), (Counts{{"contact.created", 1}}));
  kinds.house.clock.advance(std::chrono::hours(2));
  kinds.came("contact.created", {});
  EXPECT_EQ(Kinds::counts(kinds.of_crm()["handled"], "name"), (Counts{{"contact.created", 2}}));
  kinds.house.clock.advance(std::chrono::hours(23));
  EXPECT_EQ(Kinds::counts(kinds.of_crm()["handled"], "name"), (Counts{{"contact.created", 1}}));
  kinds.house.clock.advance(std::chrono::hours(3));
  EXPECT_EQ(Kinds::counts(kinds.of_crm()["handled"], "name"), Counts{});
}

TEST(WebhookKinds, CountsNothingThatWasNoWebhook) {
  Kinds kinds;
  events::BackfillPageReceived page;
  page.connector = ConnectorName("crm");
  const auto listed = kinds.house.put(events::listing_stream(page.connector), page, {});
  events::WebhookInterpreted read;
  read.webhook = listed;
  read.connector = page.connector;
  read.kind = "contact.created";
  kinds.decide(listed, read);
  EXPECT_EQ(Kinds::counts(kinds.of_crm()["handled"], "name"), Counts{});
}

TEST(WebhookKinds, AreCountedUnderLabelsThatNobodyElseChooses) {
  Kinds kinds;
  kinds.came("weather\"} 1\nforged 1", {unknown}, false);
  kinds.came("consent.changed", {not_allowed}, false);
  const auto metrics = kinds.house.get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr(R"(tidemark_webhook_kinds_total{tenant="acme",connector="crm",)"
                                 R"(outcome="unknown_event_type"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(outcome="ignored"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(outcome="handled"} 0)"));
  EXPECT_EQ(metrics.find("forged 1"), std::string::npos);
}

TEST(WebhookKinds, AreCountedOnceWhetherOrNotTheDayWasAskedFor) {
  Kinds kinds;
  kinds.came("weather.changed", {unknown}, false);
  const auto counted = [&] { return kinds.house.get("/metrics").body; };
  const auto before = counted();
  EXPECT_THAT(before, HasSubstr(R"(outcome="unknown_event_type"} 1)"));
  EXPECT_EQ(Kinds::counts(kinds.of_crm()["without_handler"], "kind"),
            (Counts{{"weather.changed", 1}}));
  EXPECT_THAT(counted(), HasSubstr(R"(outcome="unknown_event_type"} 1)"));
  kinds.came("weather.changed", {unknown}, false);
  EXPECT_THAT(counted(), HasSubstr(R"(outcome="unknown_event_type"} 2)"));
}

TEST(WebhookKinds, AVendorsManyNamesAreCountedTogether) {
  Kinds kinds;
  for (std::size_t i = 0; i < projections::KindCounts::kinds_max + 50; ++i)
    kinds.came("kind " + std::to_string(i), {unknown}, false);
  const auto seen = Kinds::counts(kinds.of_crm()["without_handler"], "kind");
  EXPECT_EQ(seen.size(), projections::KindCounts::kinds_max + 1);
  EXPECT_EQ(seen.at("(others)"), 50);
}

} // namespace
} // namespace tidemark::gateway::test::webhook_kinds_test
