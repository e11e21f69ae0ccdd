#include "app/operations/alert_log.hpp"
#include "app/watches/not_stored_watch.hpp"
#include "domain/consent/unreadable_opt_out.hpp"
#include "projections/table/fold.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/app/operations/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace tidemark::app::alert_log_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

struct Health final : gateway::HealthPort {
  std::vector<gateway::ServiceHealth> services() const override { return {}; }
  bool accepting() const override { return true; }
  std::vector<domain::ConnectorReport> connectors() const override { return reports; }
  std::vector<gateway::Silence> silences() const override { return silent; }
  std::vector<gateway::Backlog> backlogs() const override { return waiting; }
  std::vector<gateway::NotStored> opt_outs_not_stored() const override { return not_stored; }
  std::string metrics() const override { return {}; }
  std::vector<domain::ConnectorReport> reports;
  std::vector<gateway::Silence> silent;
  std::vector<gateway::Backlog> waiting;
  std::vector<gateway::NotStored> not_stored;
};

/// Tables that cannot be read for a while.
struct Tables final : storage::TableStore {
  Result<std::optional<std::string>> get(std::string_view table,
                                         std::string_view key) const override {
    return rows.get(table, key);
  }
  Status scan(std::string_view table, std::string_view prefix, std::string_view after,
              const std::function<bool(std::string_view, std::string_view)>& row) const override {
    return broken ? Status(Error{"storage_failed", "the disk fails"})
                  : rows.scan(table, prefix, after, row);
  }
  Status apply(std::string_view table, std::vector<storage::Mutation> changes,
               Position checkpoint) override {
    return rows.apply(table, std::move(changes), checkpoint);
  }
  Result<Position> checkpoint(std::string_view table) const override {
    return rows.checkpoint(table);
  }
  Status clear(std::string_view table) override { return rows.clear(table); }

  storage::MemoryTables rows;
  bool broken = false;
};

struct Alerts : public testing::Test, public test::House {
  Alerts() { options.tenants = {test::acme, TenantId("other")}; }

  void fold() {
    std::vector<const projections::Projection*> all;
    for (const auto& each : projections::all())
      all.push_back(&each);
    projections::Fold fold(all, hasher);
    std::vector<projections::RowBatch> batches(all.size());
    std::vector<projections::RowBatch*> rows;
    for (auto& batch : batches)
      rows.push_back(&batch);
    const auto read = log.read({}, 1000, [&](std::string_view record) {
      return static_cast<bool>(fold.feed(record, rows));
    });
    ASSERT_TRUE(read);
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::vector<storage::Mutation> changes;
      for (const auto row : batches[i])
        changes.push_back({std::string(row.key), std::optional<std::string>(row.value)});
      ASSERT_TRUE(tables.apply(all[i]->name, std::move(changes), *read));
    }
  }

  /// The lines of one look.
  std::vector<json> look() {
    fold();
    testing::internal::CaptureStderr();
    alerts.look();
    std::istringstream text(testing::internal::GetCapturedStderr());
    std::vector<json> out;
    for (std::string line; std::getline(text, line);)
      out.push_back(json::parse(line));
    return out;
  }
  static std::string shown(const json& line) {
    return line.value("event", "") + " " + line.value("rule", "") + " " + line.value("subject", "")
           + (line.contains("severity") ? " " + line.value("severity", "") : "");
  }
  std::vector<std::string> look_for() {
    std::vector<std::string> out;
    for (const auto& line : look())
      out.push_back(shown(line));
    return out;
  }

  Health health;
  Tables tables;
  KeyedHasher hasher{SecretText("pepper")};
  gateway::GatewayOptions options;
  gateway::GatewayPorts ports{log, tables, hasher, clock, health};
  AlertLog alerts{options, ports};
};

TEST_F(Alerts, AreWrittenOnceWhenTheyBeginAndOnceWhenTheyAreOver) {
  EXPECT_THAT(look_for(), IsEmpty());
  health.silent = {{test::acme, test::crm, clock.at - 2h}};
  const auto lines = look();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(shown(lines[0]), "alert webhooks_silent crm warning");
  EXPECT_EQ(lines[0]["level"], "warning");
  EXPECT_EQ(lines[0]["tenant"], "acme");
  EXPECT_EQ(lines[0]["since"], to_rfc3339(clock.at - 2h));
  EXPECT_THAT(std::string(lines[0]["text"]), testing::HasSubstr("webhook subscription"));
  EXPECT_THAT(look_for(), IsEmpty());
  health.silent = {{TenantId("other"), test::crm, clock.at}};
  const auto next = look();
  ASSERT_EQ(next.size(), 2U);
  EXPECT_EQ(shown(next[0]), "alert_resolved webhooks_silent crm");
  EXPECT_EQ(next[0]["level"], "info");
  EXPECT_EQ(next[0]["tenant"], "acme");
  EXPECT_EQ(next[1]["tenant"], "other");
}

TEST_F(Alerts, AreWrittenAgainWhenTheyBecomeWorse) {
  health.waiting = {{test::acme, test::crm, 100, clock.at - 5min}};
  EXPECT_THAT(look_for(), ElementsAre("alert backlog crm warning"));
  health.waiting[0].waiting = 999;
  EXPECT_THAT(look_for(), IsEmpty());
  health.waiting[0].waiting = 1000;
  EXPECT_THAT(look_for(), ElementsAre("alert backlog crm critical"));
  health.waiting.clear();
  EXPECT_THAT(look_for(), ElementsAre("alert_resolved backlog crm"));
}

TEST_F(Alerts, OfTheConnectorsAreWritten) {
  domain::ConnectorReport report;
  report.tenant = test::acme;
  report.connector = test::crm;
  report.circuit = domain::CircuitState::open;
  report.account.emplace();
  report.budget.day_used_up = true;
  report.budget.until = clock.at + 1h;
  report.pause = domain::Pause{Position{9}, clock.at, false, "maintenance", "ops"};
  health.reports = {report};
  EXPECT_THAT(look_for(), UnorderedElementsAre("alert circuit_open crm critical",
                                               "alert reconnect_needed crm critical",
                                               "alert daily_limit_reached crm warning",
                                               "alert connector_paused crm warning"));
  health.reports.clear();
  EXPECT_THAT(look_for(), UnorderedElementsAre("alert_resolved circuit_open crm",
                                               "alert_resolved reconnect_needed crm",
                                               "alert_resolved daily_limit_reached crm",
                                               "alert_resolved connector_paused crm"));
}

TEST_F(Alerts, OfOptOutsThatCouldNotBeStoredLastADay) {
  NotStoredWatch watch;
  watch.note(test::acme, test::crm, "disk_low", clock.at);
  watch.note(test::acme, test::crm, "stopping", clock.at + 1h);
  health.not_stored = watch.now(clock.at + 25h);
  const auto lines = look();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(shown(lines[0]), "alert opt_out_not_stored crm critical");
  EXPECT_THAT(lines[0]["text"], testing::HasSubstr("2 webhooks from crm"));
  EXPECT_THAT(lines[0]["text"], testing::HasSubstr("(stopping)"));
  EXPECT_THAT(watch.now(clock.at + 25h + 1us), IsEmpty());
}

TEST_F(Alerts, OfTheTablesAreWritten) {
  events::ActionIntended tell;
  tell.delivery = DeliveryId("dtell");
  tell.contact = test::ana;
  tell.target = test::crm;
  tell.action = events::Action::opt_out;
  put(events::contact_stream(test::ana), tell);
  events::ViolationFound violation;
  violation.message = Position{4};
  violation.connector = test::crm;
  put(StreamName{"watch"}, violation);
  events::WebhookInterpreted held;
  held.webhook = Position{5};
  held.connector = test::crm;
  held.skipped.push_back(domain::unreadable_opt_out());
  put(events::identity_stream(), held);
  events::ConsentChanged doubtful;
  doubtful.address_hash = AddressHash(Hash16{0xaa});
  doubtful.change = events::ConsentChange::review;
  doubtful.channels = {events::Channel::sms};
  doubtful.input = Position{6};
  doubtful.received_at = clock.at;
  put(events::consent_stream(doubtful.address_hash), doubtful);
  events::CommandTimedOut waited;
  waited.input = Position{7};
  put(StreamName{"parking"}, waited);
  events::DeliveryRejected refused;
  refused.facts.delivery = DeliveryId("djoin");
  refused.facts.reason_code = Reason::list_missing;
  refused.facts.detail = "CALL_NOW";
  put(events::delivery_stream(test::crm, test::ana), refused);
  events::DeliveryDied died;
  died.facts.delivery = DeliveryId("ddead");
  died.facts.reason_code = Reason::vendor_failed;
  put(events::delivery_stream(test::crm, test::ana), died);
  clock.at += 121s;
  EXPECT_THAT(look_for(),
              UnorderedElementsAre(
                  "alert opt_out_not_confirmed dtell critical",
                  "alert opt_out_violation 4 critical", "alert opt_out_unreadable 5 critical",
                  "alert review_waiting 6 warning", "alert parked_timed_out 7 warning",
                  "alert list_missing crm/CALL_NOW warning", "alert delivery_dead crm warning"));
  EXPECT_THAT(look_for(), IsEmpty());
  clock.at += std::chrono::days{17};
  EXPECT_THAT(look_for(), UnorderedElementsAre("alert_resolved opt_out_violation 4",
                                               "alert_resolved opt_out_unreadable 5"));
  clock.at += std::chrono::days{14}; // nobody has tried it again or written it off
  EXPECT_THAT(look_for(), UnorderedElementsAre("alert_resolved delivery_dead crm"));
}

TEST_F(Alerts, WaitForTablesThatAreFilledAnew) {
  events::ActionIntended tell;
  tell.delivery = DeliveryId("dtell");
  tell.action = events::Action::opt_out;
  put(events::contact_stream(test::ana), tell);
  fold(); // as far as here the opt-out was not confirmed
  events::ActionAccepted done;
  done.facts.delivery = tell.delivery;
  done.action = events::Action::opt_out;
  put(events::delivery_stream(test::crm, test::ana), done);
  clock.at += 1h;
  health.silent = {{test::acme, test::crm, clock.at}};
  AlertLog later{options, ports};
  testing::internal::CaptureStderr();
  later.look();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  fold();
  testing::internal::CaptureStderr();
  later.look();
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, testing::HasSubstr("webhooks_silent"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("opt_out_not_confirmed")));
}

TEST_F(Alerts, AreNotOverBecauseTheTablesCannotBeRead) {
  health.silent = {{test::acme, test::crm, clock.at}};
  look();
  tables.broken = true;
  EXPECT_THAT(look_for(), ElementsAre("alerts_failed  ", "alerts_failed  "));
  tables.broken = false;
  EXPECT_THAT(look_for(), IsEmpty());
}

TEST_F(Alerts, ThatAreOverAreRemembered) {
  health.silent = {{test::acme, test::crm, clock.at - 2h}};
  look();
  EXPECT_THAT(alerts.resolved(test::acme), IsEmpty());
  health.silent.clear();
  look();
  const auto over = alerts.resolved(test::acme);
  ASSERT_EQ(over.size(), 1U);
  EXPECT_EQ(over[0].rule, "webhooks_silent");
  EXPECT_EQ(over[0].since, clock.at - 2h);
  EXPECT_EQ(over[0].resolved_at, clock.at);
  EXPECT_THAT(alerts.resolved(TenantId("other")), IsEmpty());
}

TEST_F(Alerts, ThatComeBackSoonCountFromWhenTheyFirstCame) {
  const auto first = clock.at;
  health.silent = {{test::acme, test::crm, first}};
  look();
  health.silent.clear();
  look();
  clock.at += 4min;
  health.silent = {{test::acme, test::crm, clock.at}};
  look();
  EXPECT_EQ(alerts.since(test::acme, "webhooks_silent", "crm"), first);
  EXPECT_THAT(alerts.resolved(test::acme), IsEmpty()) << "it was never over";
  health.silent.clear();
  look();
  clock.at += 6min;
  health.silent = {{test::acme, test::crm, clock.at}};
  look();
  EXPECT_EQ(alerts.since(test::acme, "webhooks_silent", "crm"), clock.at);
  EXPECT_EQ(alerts.resolved(test::acme).size(), 1U);
}

} // namespace
} // namespace tidemark::app::alert_log_test
