#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::restored_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr auto sign = "/api/v1/restored/sign";
const ConnectorName crm("crm");

/// A connector that can be asked for its list.
connectors::Connector listing() {
  auto out = played_connector();
  out.list_page = [](std::string_view, const connectors::Settings&) {
    return connectors::HttpRequest{};
  };
  return out;
}
const connectors::Connector listed = listing();

struct Restored : testing::Test {
  void hold() {
    restored = house.put(events::engine_stream(),
                         events::LogRestored{4, house.clock.now(), Position{90}, Position{95},
                                             "the disk died", "restore by ops"},
                         {});
    events::SendingStopped stop;
    stop.until_read_back = events::UntilReadBack{restored};
    house.put(events::sending_stream(), stop, {});
  }
  Position ask(events::BackfillKind kind, bool dry_run = false) {
    return house.put(events::backfill_stream(crm),
                     events::BackfillRequested{crm, kind, dry_run, "ops", ""}, {});
  }
  void end(Position run, events::BackfillKind kind, Reason why = Reason::none,
           std::uint64_t errors = 0, bool dry_run = false) {
    events::BackfillFinished ended;
    ended.connector = crm;
    ended.run = run;
    ended.kind = kind;
    ended.dry_run = dry_run;
    ended.reason_code = why;
    ended.counts.errors = errors;
    house.put(events::backfill_stream(crm), ended, {});
  }
  void run(events::BackfillKind kind, Reason why = Reason::none, std::uint64_t errors = 0,
           bool dry_run = false) {
    end(ask(kind, dry_run), kind, why, errors, dry_run);
  }
  std::string state() {
    return json::parse(house.get("/api/v1/restored").body)["systems"][0]["state"];
  }
  std::string refusal(const Reply& reply) {
    EXPECT_EQ(reply.status, 409) << reply.body;
    return json::parse(reply.body)["error"]["code"];
  }

  House house{[](GatewayOptions& o) { o.sources[0].connector = &listed; }};
  Position restored;
};

TEST_F(Restored, IsShownWithItsGapAndHeldUntilAllWereComparedSince) {
  run(events::BackfillKind::reconcile); // before: says nothing
  hold();
  const auto shown = json::parse(house.get("/api/v1/restored").body);
  EXPECT_EQ(shown["holds"], true);
  EXPECT_EQ(shown["restored"]["position"], 90);
  EXPECT_EQ(shown["restored"]["acknowledged"], 95);
  EXPECT_EQ(state(), "not_asked");
  run(events::BackfillKind::backfill);
  run(events::BackfillKind::reconcile, Reason::none, 0, true);
  EXPECT_EQ(state(), "not_asked");
  run(events::BackfillKind::reconcile, Reason::unauthorized);
  EXPECT_EQ(state(), "ended_early");
  run(events::BackfillKind::reconcile, Reason::none, 3);
  EXPECT_EQ(state(), "with_errors");
  const auto begun = ask(events::BackfillKind::reconcile);
  EXPECT_EQ(state(), "under_way");
  EXPECT_EQ(refusal(house.post(sign, R"({"reason":"x"})")), "not_read_back");
  end(begun, events::BackfillKind::reconcile);
  EXPECT_EQ(state(), "read_back");
  const auto signed_for = house.post(sign, R"({"reason":"x"})");
  ASSERT_EQ(signed_for.status, 200) << signed_for.body;
  EXPECT_EQ(json::parse(house.get("/api/v1/restored").body)["holds"], false);
  EXPECT_EQ(refusal(house.post(sign, R"({"reason":"x"})")), "not_stopped");
}

TEST_F(Restored, IsEndedByNoOtherWay) {
  hold();
  EXPECT_EQ(refusal(house.post("/api/v1/resume-all", R"({"reason":"x"})")), "not_read_back");
  ASSERT_EQ(house.post("/api/v1/stop-all", R"({"reason":"x"})").status, 200);
  EXPECT_EQ(refusal(house.post("/api/v1/resume-all", R"({"reason":"x"})")), "not_read_back");
  EXPECT_EQ(house.post(sign, R"({"reason":"x","without":[]})").status, 400);
  EXPECT_EQ(refusal(house.post(sign, R"({"reason":"x","without":["other"]})")), "not_read_back");
  const auto reply = house.post(sign, R"({"reason":"x","percent":10,"without":["crm"]})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto stored = house.log.at(house.log.durable());
  EXPECT_THAT((*stored)->payload, HasSubstr(R"("read_back":[],"signed_for":["crm"])"));
  EXPECT_THAT((*stored)->payload, HasSubstr(R"("percent":10)"));
}

} // namespace
} // namespace tidemark::gateway::test::restored_test
