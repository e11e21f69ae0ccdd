#include "app/operations/health_probe.hpp"
#include "base/text/split.hpp"
#include "tests/app/operations/house.hpp"

namespace tidemark::app::health_probe_test {
namespace {

using namespace std::chrono_literals;

const TenantId other{"other"};

struct Probe : public testing::Test, public test::House {
  /// Webhooks of the connector, a minute apart; gives when the last one came.
  Timestamp webhooks(const TenantId& tenant, int count) {
    for (int i = 0; i < count; ++i) {
      clock.at += 1min;
      webhook(tenant);
    }
    return clock.at;
  }
  void webhook(const TenantId& tenant) {
    put(StreamName{"webhook/crm"}, events::WebhookReceived{}, tenant);
  }
  void delivered(const TenantId& tenant) {
    events::DeliveryAccepted e;
    e.contact = test::ana;
    e.target = test::crm;
    put(events::delivery_stream(test::crm, test::ana), e, tenant);
  }
  static actors::FollowerReport report(const TenantId& tenant, std::uint64_t waiting = 0) {
    actors::FollowerReport out;
    out.name = tenant.value + "/delivery/crm";
    out.waiting = waiting;
    out.connector.emplace();
    out.connector->tenant = tenant;
    out.connector->connector = test::crm;
    return out;
  }
  /// It has just accepted a request.
  actors::FollowerReport answering() const {
    auto out = report(test::acme);
    out.connector->connection.take({.http_status = 200, .reason_code = {}, .understood = true},
                                   clock.at);
    return out;
  }
  static actors::FollowerReport inputs(std::uint64_t waiting) {
    actors::FollowerReport out;
    out.name = "acme/interpreter";
    out.waiting = waiting;
    return out;
  }
  gateway::ServiceHealth service(const std::string& name) const {
    for (const auto& each : probe.services())
      if (each.name == name)
        return each;
    return {};
  }

  test::Folder folder{log};
  HealthProbe probe{folder, log, clock};
};

TEST_F(Probe, TellsOfATenantsConnectorWhoseWebhooksHaveStopped) {
  const auto last = webhooks(test::acme, 30);
  probe.update({report(test::acme), report(other)});
  EXPECT_TRUE(probe.silences().empty());
  webhooks(other, 90);
  delivered(test::acme);
  delivered(other);
  probe.update({report(test::acme), report(other)});
  auto silences = probe.silences();
  ASSERT_EQ(silences.size(), 1U) << "the other tenant's come";
  EXPECT_EQ(silences[0].tenant, test::acme);
  EXPECT_EQ(silences[0].connector, test::crm);
  EXPECT_EQ(silences[0].since, last);
  webhook(test::acme);
  probe.update({report(test::acme), report(other)});
  EXPECT_TRUE(probe.silences().empty()) << "one webhook ends it";
}

TEST_F(Probe, SaysThatSomebodyNotedAnOutageButNotWhat) {
  events::ConnectorNoted note{test::crm, "ask Bob", {}, events::PlannedEnd{clock.at + 1h},
                              {},        {},        {}};
  put(events::note_stream(test::crm), note, test::acme);
  probe.update({answering()});
  const auto said = service("crm");
  EXPECT_EQ(said.status, "connected") << "a note is no measure";
  EXPECT_NE(said.detail.find("somebody noted an outage"), std::string::npos) << said.detail;
  EXPECT_EQ(said.detail.find("Bob"), std::string::npos);
  clock.at += 1h;
  probe.update({answering()});
  EXPECT_NE(service("crm").detail.find("planned end is over"), std::string::npos);
  put(events::note_stream(test::crm), events::ConnectorNoteCleared{test::crm, {}, {}, {}},
      test::acme);
  clock.at += 5s;
  probe.update({answering()});
  EXPECT_EQ(service("crm").detail.find("outage"), std::string::npos);
}

TEST_F(Probe, ShowsTheSilenceInItsHealth) {
  webhooks(test::acme, 30);
  clock.at += 90min;
  delivered(test::acme);
  probe.update({report(test::acme)});
  EXPECT_EQ(service("crm").status, "degraded");
  EXPECT_NE(service("crm").detail.find("no webhook for 90 minutes"), std::string::npos);
  webhook(test::acme);
  probe.update({answering()});
  EXPECT_EQ(service("crm").status, "connected");
}

TEST_F(Probe, DoesNotCallASystemConnectedThatNobodyHasAsked) {
  probe.update({report(test::acme)});
  EXPECT_EQ(service("crm").status, "unknown");
  EXPECT_NE(service("crm").detail.find("no answer from it since the start"), std::string::npos);
  EXPECT_FALSE(service("crm").is_overdue) << "nobody had to ask";
}

TEST_F(Probe, ShowsHowLongAgoTheKeyWasAccepted) {
  const auto then = answering();
  probe.update({then});
  EXPECT_EQ(service("crm").status, "connected");
  clock.at += 3h;
  probe.update({then});
  EXPECT_EQ(service("crm").status, "unknown");
  EXPECT_NE(service("crm").detail.find("key last accepted 3 h ago"), std::string::npos);
}

TEST_F(Probe, NamesARefusedKeyWithItsReason) {
  auto refused = answering();
  refused.connector->connection.take({.http_status = 402, .reason_code = Reason::payment_required},
                                     clock.at);
  probe.update({refused});
  EXPECT_EQ(service("crm").status, "degraded");
  EXPECT_NE(service("crm").detail.find("The vendor asks for payment."), std::string::npos)
      << service("crm").detail;
}

TEST_F(Probe, NamesWhyASystemIsNotReached) {
  auto failing = report(test::acme);
  failing.connector->failures = 5;
  failing.connector->connection.take({.reason_code = Reason::name_not_resolved}, clock.at);
  probe.update({failing});
  EXPECT_EQ(service("crm").status, "disconnected");
  EXPECT_NE(service("crm").detail.find("name_not_resolved"), std::string::npos);
}

TEST_F(Probe, AMissingRightIsNoRefusedKey) {
  auto limited = answering();
  limited.connector->connection.take({.http_status = 403, .reason_code = Reason::forbidden},
                                     clock.at);
  probe.update({limited});
  EXPECT_EQ(service("crm").status, "degraded");
  EXPECT_NE(service("crm").detail.find("the key lacks a right"), std::string::npos);
  EXPECT_EQ(service("crm").detail.find("refused since"), std::string::npos);
}

TEST_F(Probe, WhatIsAskedByItselfIsOverdueWhenItIsUnknownUnlessOnlyTheKeyIsNotJudged) {
  auto asked = report(test::acme);
  asked.connector->is_probed = true;
  probe.update({asked});
  EXPECT_EQ(service("crm").status, "unknown");
  EXPECT_TRUE(service("crm").is_overdue);
  asked.connector->connection.answered(clock.at);
  probe.update({asked});
  EXPECT_FALSE(service("crm").is_overdue) << "no question could show that the key is taken";
  asked.connector->judges_probes = true;
  probe.update({asked});
  EXPECT_TRUE(service("crm").is_overdue);
}

TEST_F(Probe, ShowsTheLastWebhookOfASystemThatOnlySendsThem) {
  auto listened = report(test::acme);
  listened.connector->receives = false;
  probe.update({listened});
  EXPECT_EQ(service("crm").status, "unknown");
  EXPECT_FALSE(service("crm").is_overdue);
  const auto last = webhooks(test::acme, 30);
  probe.update({listened});
  EXPECT_EQ(service("crm").status, "connected");
  EXPECT_NE(service("crm").detail.find("last webhook at " + to_rfc3339(last)), std::string::npos)
      << service("crm").detail;
  clock.at += 48h;
  probe.update({listened});
  EXPECT_EQ(service("crm").status, "degraded");
  ASSERT_EQ(probe.silences().size(), 1U);
  EXPECT_TRUE(probe.silences()[0].only_listened_to);
}

TEST_F(Probe, NamesWhatIsWrongWithASystemThatOnlySendsWebhooks) {
  webhooks(test::acme, 1);
  auto listened = report(test::acme);
  listened.connector->receives = false;
  listened.connector->is_probed = true;
  listened.connector->connection.take({.http_status = 401, .reason_code = Reason::unauthorized},
                                      clock.at);
  probe.update({listened});
  EXPECT_EQ(service("crm").status, "degraded") << "its webhooks come, its key is refused";
  EXPECT_NE(service("crm").detail.find("last webhook at"), std::string::npos);
  EXPECT_NE(service("crm").detail.find("unauthorized"), std::string::npos);
  listened.connector->failures = 5;
  listened.connector->connection.take({.reason_code = Reason::connection_refused}, clock.at);
  probe.update({listened});
  EXPECT_EQ(service("crm").status, "disconnected");
  EXPECT_NE(service("crm").detail.find("connection_refused"), std::string::npos)
      << service("crm").detail;
}

TEST_F(Probe, IsSilentByTheLimitThatIsConfiguredWhateverIsUsual) {
  gateway::AlertThresholds limits;
  limits.silence = 30min;
  limits.silence_of.emplace(std::pair(other, test::crm), 45min);
  HealthProbe strict{folder, log, clock, limits};
  const auto began = clock.at;
  strict.update({report(test::acme), report(other)});
  clock.at += 30min;
  strict.update({report(test::acme), report(other)});
  EXPECT_TRUE(strict.silences().empty());
  clock.at += 1s;
  strict.update({report(test::acme), report(other)});
  auto silences = strict.silences();
  ASSERT_EQ(silences.size(), 1U) << "the other has a limit of its own";
  EXPECT_EQ(silences[0].tenant, test::acme);
  EXPECT_EQ(silences[0].since, began) << "none came since somebody looks";
  EXPECT_EQ(silences[0].configured, 30min);
  webhook(test::acme);
  clock.at += 15min;
  strict.update({report(test::acme), report(other)});
  silences = strict.silences();
  ASSERT_EQ(silences.size(), 1U);
  EXPECT_EQ(silences[0].tenant, other);
  EXPECT_EQ(silences[0].configured, 45min);
}

TEST_F(Probe, MeasuresTheAnswerTimesOfEachOperation) {
  auto answered = answering();
  answered.connector->operations.note("create", false, 30ms);
  answered.connector->operations.note("probe", true, 5s);
  probe.update({answered});
  const auto text = probe.metrics();
  const std::string of =
      "tidemark_vendor_operation_seconds_count{tenant=\"acme\",connector=\"crm\",";
  EXPECT_NE(text.find(of + "operation=\"create\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find(of + "operation=\"probe\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("operation=\"create\",le=\"0.064\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("operation=\"probe\",le=\"4.096\"} 0\n"), std::string::npos);
}

TEST_F(Probe, MeasuresHowLongAnInputTakesToArrive) {
  probe.update({report(test::acme)});
  const std::string of = "{tenant=\"acme\",connector=\"crm\"";
  EXPECT_NE(probe.metrics().find("tidemark_arrival_seconds_count" + of + "} 0\n"),
            std::string::npos)
      << "a series that is always there can be compared";
  events::ActionIntended intended;
  const auto intent = put(events::contact_stream(test::ana), intended);
  clock.at += 40s;
  events::ActionAccepted accepted;
  accepted.facts.intent = intent;
  accepted.action = events::Action::opt_out;
  storage::Append append;
  append.tenant = test::acme;
  append.cause = append.correlation = intent;
  append.decider = events::Decider::delivery;
  append.events.push_back({events::delivery_stream(test::crm, test::ana), accepted, {}, {}});
  storage::append_and_wait(log, std::move(append));
  probe.update({report(test::acme)});
  const auto text = probe.metrics();
  for (const std::string name : {"delivery", "arrival", "opt_out_confirmation"}) {
    const auto family = "tidemark_" + name + "_seconds";
    EXPECT_NE(text.find(family + "_bucket" + of + ",le=\"30\"} 0\n"), std::string::npos) << text;
    EXPECT_NE(text.find(family + "_bucket" + of + ",le=\"120\"} 1\n"), std::string::npos);
    EXPECT_NE(text.find(family + "_sum" + of + "} 40\n"), std::string::npos);
  }
  EXPECT_NE(text.find("tidemark_deliveries_ended_total" + of + ",outcome=\"accepted\"} 1\n"),
            std::string::npos);
}

TEST_F(Probe, TellsHowManyInputsAreUndecidedAndSinceWhen) {
  put(StreamName{"webhook/crm"}, events::WebhookReceived{});
  clock.at += 1min;
  const auto late = clock.at;
  put(StreamName{"webhook/crm"}, events::WebhookReceived{});
  clock.at += 1min;
  auto told = inputs(3);
  told.busy = 2;
  told.position = Position{1};
  probe.update({told});
  const auto seen = probe.throughput(test::acme);
  EXPECT_EQ(seen.undecided, 5U);
  EXPECT_EQ(seen.oldest_position, Position{2});
  EXPECT_EQ(seen.oldest_undecided, late);
  probe.update({inputs(0)});
  EXPECT_FALSE(probe.throughput(test::acme).oldest_undecided);
}

TEST_F(Probe, ShowsWhatTheProcessAndItsDatabasesTake) {
  auto& db = folder.shown.emplace_back();
  db.name = "log";
  db.level_bytes = {5, 700};
  db.memtable_bytes = 64;
  db.stops = 2;
  const auto text = probe.metrics();
  for (const auto* line :
       {"tidemark_rocksdb_level_bytes{db=\"log\",level=\"1\"} 700\n",
        "tidemark_rocksdb_memtable_bytes{db=\"log\"} 64\n",
        "tidemark_rocksdb_stalls_total{db=\"log\",kind=\"stopped\"} 2\n", "\nprocess_open_fds ",
        "\nprocess_cpu_seconds_total ", "\nprocess_start_time_seconds "})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST_F(Probe, TenConnectorsOfATenantAreFewSeries) {
  std::vector<actors::FollowerReport> reports;
  for (int i = 0; i < 10; ++i) {
    auto one = report(test::acme);
    one.connector->connector = ConnectorName("crm" + std::to_string(i));
    for (int operation = 0; operation < 8; ++operation)
      one.connector->operations.note("operation" + std::to_string(operation), false, 30ms);
    reports.push_back(one);
  }
  probe.update(reports);
  std::size_t series = 0;
  const auto text = probe.metrics();
  for (const auto line : split(text, "\n"))
    series += line.empty() || line.starts_with("#") ? 0 : 1;
  constexpr std::size_t gateways = 10 * (7 + 10 + 13 + 4); // outcomes, forged, ack, kinds
  EXPECT_LE(series + gateways, 2'000U);
}

TEST_F(Probe, IsOverdueSinceItShouldHaveReportedNotSinceNobodyAsked) {
  probe.update({report(test::acme)});
  clock.at += 1h;
  probe.update({report(test::acme)});
  clock.at += 61s;
  probe.update({});
  EXPECT_TRUE(service("crm").is_overdue);
  EXPECT_EQ(service("crm").since, clock.at);
}

TEST_F(Probe, TheLastWordOfAPartThatReportsNoMoreGoesStale) {
  probe.update({answering()});
  clock.at += 61s;
  probe.update({});
  EXPECT_EQ(service("crm").status, "unknown");
  EXPECT_TRUE(service("crm").is_overdue);
  EXPECT_EQ(service("crm").since, clock.at);
  EXPECT_EQ(probe.connectors().size(), 1U) << "its alerts do not end by that";
  probe.update({inputs(0)});
  EXPECT_EQ(service("crm").status, "unknown") << "others report";
  probe.update({answering()});
  EXPECT_EQ(service("crm").status, "connected");
  EXPECT_FALSE(service("crm").is_overdue);
}

TEST_F(Probe, ShowsTheTenantThatIsWorstOffWhereTheyCallTheirConnectorsAlike) {
  auto failing = report(test::acme);
  failing.connector->circuit = domain::CircuitState::open;
  for (const auto& reports : {std::vector{failing, report(other)}, {report(other), failing}}) {
    probe.update(reports);
    EXPECT_EQ(service("crm").status, "disconnected");
    EXPECT_TRUE(service("crm").detail.starts_with("acme: ")) << service("crm").detail;
  }
}

TEST_F(Probe, KnowsASilenceThatBeganBeforeItsStart) {
  const auto last = webhooks(test::acme, 30);
  clock.at += 90min;
  delivered(test::acme);
  HealthProbe later{folder, log, clock};
  later.update({report(test::acme)});
  ASSERT_EQ(later.silences().size(), 1U);
  EXPECT_EQ(later.silences()[0].since, last);
}

TEST_F(Probe, SaysNothingOfAConnectorThatIsNoMore) {
  webhooks(test::acme, 30);
  clock.at += 90min;
  delivered(test::acme);
  probe.update({report(other)});
  EXPECT_TRUE(probe.silences().empty());
}

TEST_F(Probe, RemembersSinceWhenManyHaveBeenWaiting) {
  const auto began = clock.at;
  probe.update({report(test::acme, 100), inputs(99)});
  clock.at += 1min;
  probe.update({report(test::acme, 5000), inputs(100)});
  auto backlogs = probe.backlogs();
  ASSERT_EQ(backlogs.size(), 2U);
  EXPECT_EQ(backlogs[0].connector, ConnectorName{}) << "inputs";
  EXPECT_EQ(backlogs[0].tenant, test::acme);
  EXPECT_EQ(backlogs[0].since, clock.at);
  EXPECT_EQ(backlogs[1].connector, test::crm);
  EXPECT_EQ(backlogs[1].since, began);
  EXPECT_EQ(backlogs[1].waiting, 5000U);
  probe.update({inputs(99)});
  ASSERT_EQ(probe.backlogs().size(), 1U) << "of who does not answer nothing new is known";
  probe.update({report(test::acme, 99), inputs(99)});
  EXPECT_TRUE(probe.backlogs().empty());
  probe.update({report(test::acme, 100)});
  EXPECT_EQ(probe.backlogs()[0].since, clock.at) << "it begins anew";
}

} // namespace
} // namespace tidemark::app::health_probe_test
