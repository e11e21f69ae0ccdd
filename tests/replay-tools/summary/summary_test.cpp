#include "replay-tools/summary/checklist.hpp"
#include "storage/log/memory_log.hpp"
#include "tests/projections/sample_log.hpp"

#include <gmock/gmock.h>

namespace tidemark::tools::summary_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using namespace std::chrono_literals;

class MovedClock final : public WallClock {
public:
  Timestamp now() const override { return at; }
  Timestamp at{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1}};
};

struct Day : testing::Test {
  MovedClock clock;
  storage::MemoryLog log{clock};
  KeyedHasher hasher{SecretText("pepper")};
  sample::Writer writer{log, hasher};

  DayFigures figures(const TenantId& tenant = sample::acme) {
    auto out = day_figures(log, tenant, {}, log.durable());
    EXPECT_TRUE(out) << (out ? "" : out.error().text);
    return out ? *out : DayFigures{};
  }
  /// An opt-out that a system confirms so much later.
  void confirm(std::chrono::seconds later) {
    const auto input = sample::receive(writer, "STOP");
    clock.at += 1s; // until it is decided
    events::ConsentChanged said;
    said.change = events::ConsentChange::revoked;
    events::ActionIntended tell;
    tell.delivery = DeliveryId("dtell");
    tell.action = events::Action::opt_out;
    const auto intent = writer.decide(input, 0, events::Decider::contact, input,
                                      {{events::contact_stream(sample::ana), tell, {}, {}}});
    writer.decide(input, 1, events::Decider::interpreter, input,
                  {{StreamName("consent/x"), said, {}, {}}});
    clock.at += later - 1s;
    events::ActionAccepted took;
    took.facts.intent = intent;
    took.action = events::Action::opt_out;
    writer.decide(intent, 0, events::Decider::delivery, input,
                  {{events::delivery_stream(sample::ghl, sample::ana), took, {}, {}}});
  }
};

TEST_F(Day, CountsWhatWasRecorded) {
  sample::write(log, hasher);
  const auto day = figures();
  EXPECT_EQ(day.events, log.durable().value);
  EXPECT_EQ(day.webhooks, 2U);
  EXPECT_THAT(day.deliveries, ElementsAre(Pair("accepted", 1), Pair("retrying", 1)));
  EXPECT_THAT(day.errors, ElementsAre(Pair("rate_limited", 1)));
  EXPECT_EQ(day.failed(), 0U);
  EXPECT_EQ(figures(TenantId("beta")).events, 0U);
  EXPECT_EQ(figures(TenantId("")).events, log.durable().value);
}

TEST_F(Day, TellsHowFastOptOutsWereConfirmed) {
  for (const auto later : {2s, 40s, 3s})
    confirm(later);
  const auto day = figures();
  EXPECT_EQ(day.opt_outs, 3U);
  EXPECT_THAT(day.confirmed_after, ElementsAre(2s, 40s, 3s));
  EXPECT_EQ(share_of(day.confirmed_after, 0.5), 3s);
  EXPECT_EQ(share_of(day.confirmed_after, 1), 40s);
  EXPECT_EQ(share_of({}, 0.5), 0s);
}

TEST_F(Day, EndsWhereItIsSaid) {
  sample::write(log, hasher);
  const auto two = day_figures(log, sample::acme, Position{2}, Position{4});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->events, 2U);
}

TEST(Disk, LastsAsLongAsItsGrowthLetsIt) {
  const DiskFigures disk{1'000'000, 103'000'000, 1'000'000'000 / 10};
  EXPECT_EQ(growth_of(disk, 100, 1'000), 100'000U);
  EXPECT_EQ(growth_of(disk, 100, 0), 0U);
  EXPECT_EQ(days_left(disk, 100'000), 1'000U) << "3 % stay free";
  EXPECT_EQ(days_left(disk, 0), std::nullopt);
  EXPECT_EQ(days_left({1, 2, 1'000}, 1), 0U);
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(1'400'000'000), "1.4 GB");
}

struct Checklist : testing::Test {
  nlohmann::ordered_json status = nlohmann::ordered_json::parse(R"({
    "status":"ok","position":100,"services":{"log":{"status":"connected"}},"alerts":[],
    "connectors":[{"name":"crm","circuit":{"state":"closed"},"limits":{"day":{"remaining":7}},
                   "deliveries":{"open":2,"opt_outs_open":1,"requests_out":1}}]})");
  DayFigures day;
  std::optional<DiskFigures> disk = DiskFigures{1'000, 500'000, 1'000'000};

  std::vector<std::string> open_points() const {
    std::vector<std::string> out;
    for (const auto& point : checklist_points(status, day, disk, 10))
      if (!point.is_well)
        out.push_back(point.name);
    return out;
  }
  std::string text_of(std::string_view name) const {
    for (const auto& point : checklist_points(status, day, disk, 10))
      if (point.name == name)
        return point.text;
    return "there is no such point";
  }
};

TEST_F(Checklist, TicksWhatIsWell) {
  EXPECT_THAT(open_points(), IsEmpty());
  EXPECT_EQ(text_of("deliveries"), "2 wait, 1 of them opt-outs; none too long");
  EXPECT_EQ(text_of("limits"), "crm has 7 left of today");
  EXPECT_THAT(text_of("disk"), HasSubstr("500.0 kB free of 1.0 MB, full in about 47000 days"));
}

TEST_F(Checklist, LeavesOpenWhatIsNot) {
  for (const auto& [rule, point] :
       std::vector<std::pair<std::string, std::string>>{{"delivery_dead", "deliveries"},
                                                        {"memory_high", "memory"},
                                                        {"disk_low", "disk"},
                                                        {"many_errors", "errors"},
                                                        {"daily_limit_reached", "limits"},
                                                        {"credential_refused", "tokens"}}) {
    status["alerts"] = {{{"rule", rule}, {"text", "why"}}};
    EXPECT_THAT(open_points(), ElementsAre(point)) << rule;
    EXPECT_EQ(text_of(point), rule + ": why");
  }
  status["alerts"] = nlohmann::ordered_json::array();
  status["connectors"][0]["circuit"]["state"] = "open";
  EXPECT_THAT(open_points(), ElementsAre("pools"));
  status["connectors"][0]["circuit"]["state"] = "closed";
  day.deliveries["dead"] = 1;
  EXPECT_THAT(open_points(), ElementsAre("errors"));
  day.deliveries.clear();
  disk->free = 199'999;
  EXPECT_THAT(open_points(), ElementsAre("disk"));
  disk.reset();
  status["status"] = "degraded";
  EXPECT_THAT(open_points(), ElementsAre("health"));
}

} // namespace
} // namespace tidemark::tools::summary_test
