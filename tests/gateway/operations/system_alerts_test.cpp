#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::system_alerts_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

const TenantId acme("acme");
const ConnectorName crm("crm");

struct SystemAlerts : testing::Test {
  json active() {
    house.fold();
    return json::parse(house.get("/api/v1/alerts").body)["items"];
  }
  /// The only one there is.
  json only() {
    const auto items = active();
    EXPECT_EQ(items.size(), 1U) << items;
    return items.empty() ? json() : items[0];
  }
  BadMeasure bad(Measure measure, std::uint64_t value, std::uint64_t of) const {
    return {measure, acme, crm, house.clock.now() - 1min, value, of};
  }
  House house;
};

TEST_F(SystemAlerts, ManyErrorsAndSlowAnswersNameTheConnectorAndTheMeasure) {
  house.health.bad = {bad(Measure::errors, 12, 50)};
  auto alert = only();
  EXPECT_EQ(alert["rule"], "many_errors");
  EXPECT_EQ(alert["severity"], "warning");
  EXPECT_EQ(alert["subject"], "crm");
  EXPECT_EQ(alert["since"], to_rfc3339(house.clock.now() - 1min));
  EXPECT_THAT(std::string(alert["text"]),
              AllOf(HasSubstr("12 % of the last 50"), HasSubstr("tidemark status")));
  house.health.bad = {bad(Measure::answer_time, 6100, 40)};
  alert = only();
  EXPECT_EQ(alert["rule"], "slow_answers");
  EXPECT_THAT(std::string(alert["text"]), HasSubstr("6100 ms"));
  house.health.bad = {bad(Measure::pool, 8, 8)};
  alert = only();
  EXPECT_EQ(alert["rule"], "http_pool_exhausted");
  EXPECT_EQ(alert["severity"], "warning");
  EXPECT_EQ(alert["subject"], "crm");
  EXPECT_THAT(
      std::string(alert["text"]),
      AllOf(HasSubstr("8 of the 8 requests that may be out to crm"), HasSubstr("tidemark status")));
  house.health.bad.clear();
  EXPECT_EQ(active(), json::array());
}

TEST_F(SystemAlerts, AnothersMeasuresAreNotShownAndTheMachinesAre) {
  auto others = bad(Measure::errors, 12, 50);
  others.tenant = TenantId("other");
  house.health.bad = {others, {Measure::memory, {}, {}, house.clock.now(), 91, 1U << 30U}};
  const auto alert = only();
  EXPECT_EQ(alert["rule"], "memory_high");
  EXPECT_EQ(alert["subject"], "memory");
  EXPECT_THAT(std::string(alert["text"]), HasSubstr("91 % of the 1024 MiB"));
}

TEST_F(SystemAlerts, ADiskThatFillsIsAWarningUntilDeliveriesStop) {
  house.health.bad = {{Measure::disk, {}, {}, house.clock.now(), 17, 0}};
  auto alert = only();
  EXPECT_EQ(alert["rule"], "disk_low");
  EXPECT_EQ(alert["severity"], "warning");
  EXPECT_THAT(std::string(alert["text"]), HasSubstr("17 %"));
  house.health.disk_low = house.clock.now();
  alert = only();
  EXPECT_EQ(alert["rule"], "disk_low");
  EXPECT_EQ(alert["severity"], "critical");
  house.health.disk_low.reset();
  house.health.bad.clear();
  EXPECT_EQ(active(), json::array());
}

TEST_F(SystemAlerts, AnUnknownKindNamesTheCommandThatReadsItAgain) {
  const auto now = house.clock.now();
  house.health.kinds = {{acme, crm, "InvoicePaid", 3, now - 1h, now},
                        {TenantId("other"), crm, "InvoiceVoid", 1, now, now}};
  const auto alert = only();
  EXPECT_EQ(alert["rule"], "webhook_kind_unknown");
  EXPECT_EQ(alert["subject"], "crm/InvoicePaid");
  EXPECT_EQ(alert["since"], to_rfc3339(now - 1h));
  EXPECT_THAT(std::string(alert["text"]),
              HasSubstr("tidemark replay reprocess --connector crm --reason-code "
                        "unknown_event_type --reason WHY"));
}

TEST_F(SystemAlerts, ARenewalThatFailsIsAWarningWhileTheTokenHolds) {
  domain::ConnectorReport report;
  report.tenant = acme;
  report.connector = crm;
  report.account.emplace();
  report.account->state = domain::AccountState::failing;
  report.account->usable = true;
  report.account->expires_at = house.clock.now() + 1h;
  report.account->since = house.clock.now();
  report.account->reason_code = "timeout";
  house.health.reports = {report};
  EXPECT_EQ(active(), json::array());
  house.clock.advance(5min);
  const auto alert = only();
  EXPECT_EQ(alert["rule"], "token_renewal_failing");
  EXPECT_EQ(alert["severity"], "warning");
  EXPECT_THAT(std::string(alert["text"]),
              AllOf(HasSubstr("timeout"), HasSubstr("tidemark connect")));
  house.health.reports[0].account->state = domain::AccountState::connected;
  EXPECT_EQ(active(), json::array());
}

TEST_F(SystemAlerts, CustomFieldsThatASystemHasOtherwiseAreNamedUntilTheyFit) {
  events::ConfigApplied config;
  config.connectors = {{crm, "gohighlevel", true, {{"custom_fields.tier", "id:CF1"}}, {}}};
  house.put(events::engine_stream(), config, {});
  events::CustomFieldsChecked checked{crm, 2, {}, Reason::none};
  checked.findings = {{"tier", "CF1", events::FieldFault::missing_options, "gold"},
                      {"size", "CF2", events::FieldFault::missing, ""}};
  house.put(events::custom_fields_stream(crm), checked, {});
  const auto alert = only();
  EXPECT_EQ(alert["rule"], "custom_fields_differ");
  EXPECT_EQ(alert["subject"], "crm");
  EXPECT_THAT(std::string(alert["text"]),
              AllOf(HasSubstr("(tier, size)"), HasSubstr("tidemark custom-fields")));
  auto silent = checked;
  silent.findings = {};
  silent.failure = Reason::unauthorized;
  house.put(events::custom_fields_stream(crm), silent, {});
  EXPECT_EQ(active().size(), 1U) << "an answer that tells nothing mends nothing";
  config.connectors.front().settings = {};
  house.put(events::engine_stream(), config, {});
  EXPECT_EQ(active(), json::array()) << "none is mapped any more";
  config.connectors.front().settings = {{"custom_fields.tier", "id:CF1"}};
  house.put(events::engine_stream(), config, {});
  checked.findings = {};
  house.put(events::custom_fields_stream(crm), checked, {});
  EXPECT_EQ(active(), json::array());
}

TEST_F(SystemAlerts, ABackupThatNobodyHasPutBackForLongIsCritical) {
  house.health.backup = OverdueBackup{house.clock.now() - 1h, house.clock.now() - 27h, ""};
  auto alert = only();
  EXPECT_EQ(alert["rule"], "backup_overdue");
  EXPECT_EQ(alert["severity"], "critical");
  EXPECT_EQ(alert["since"], to_rfc3339(house.clock.now() - 1h));
  EXPECT_THAT(std::string(alert["text"]), HasSubstr(to_rfc3339(house.clock.now() - 27h)));
  house.health.backup = OverdueBackup{house.clock.now(), std::nullopt, "not_a_backup_folder"};
  alert = only();
  EXPECT_THAT(std::string(alert["text"]),
              AllOf(HasSubstr("no backup was ever put back"), HasSubstr("not_a_backup_folder")));
  house.health.backup.reset();
  EXPECT_EQ(active(), json::array());
}

TEST_F(SystemAlerts, ThresholdsAreThoseOfTheConfigurationInForce) {
  SetConfiguration configuration;
  house.configuration = &configuration;
  house.open();
  domain::ConnectorReport waits;
  waits.tenant = acme;
  waits.connector = crm;
  waits.open = 1;
  waits.oldest = house.clock.now() - 20min;
  house.health.reports = {waits};
  EXPECT_EQ(only()["rule"], "delivery_overdue");
  configuration.limits.oldest_delivery = 30min;
  EXPECT_EQ(active(), json::array()) << "read again, without a new start";
  house.gateway.reset(); // before what it refers to
}

} // namespace
} // namespace tidemark::gateway::test::system_alerts_test
