#include "tests/gateway/house.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <thread>

namespace tidemark::gateway::test::actions_test {
namespace {

using json = nlohmann::json;
using testing::HasSubstr;

/// Aloware refused to be told of Ana's opt-out, for good.
class Actions : public testing::Test {
protected:
  Actions() {
    sample::StopStory story(house.log, house.hasher);
    story.known();
    story.stop();
    story.refuse(sample::telling, story.at.told);
    house.fold();
  }
  static json parsed(const Reply& reply) { return json::parse(reply.body); }
  Reply start(const std::string& body) { return house.post("/api/v1/actions", body); }
  json ended(const std::string& id) {
    for (;;) {
      auto action = parsed(house.get("/api/v1/actions/" + id));
      if (action["state"] != "running")
        return action;
      std::this_thread::yield();
    }
  }
  json done(const std::string& body) {
    const auto started = start(body);
    EXPECT_EQ(started.status, 202) << started.body;
    return ended(parsed(started)["id"]);
  }
  House house;
};

TEST_F(Actions, TryAgainWhatTheFilterNamesAndRecordWhy) {
  const auto before = house.log.durable();
  const auto other = done(R"({"what":"retry","filter":{"state":"dead"},"reason":"mended"})");
  EXPECT_EQ(other["state"], "done");
  EXPECT_EQ(other["matched"], 0) << "it was refused, not given up";
  for (const auto* filter :
       {R"({"reason_code":"unauthorized"})", R"({"contact":"c9"})",
        R"({"since":"2100-01-01T00:00:00Z"})", R"({"until":"2020-01-01T00:00:00Z"})"})
    EXPECT_EQ(done(R"({"what":"retry","reason":"mended","filter":)" + std::string(filter)
                   + "}")["matched"],
              0)
        << filter;
  const auto action = done(
      R"({"what":"retry","filter":{"reason_code":"refused"},"reason":"their form is mended"})");
  EXPECT_EQ(action["state"], "done") << action;
  EXPECT_EQ(action["requested"], 1);
  std::string asked;
  for (auto at = before.value + 1; at <= house.log.durable().value; ++at)
    if (const auto stored = *house.log.at(Position{at});
        stored->envelope.type == events::DeliveryRetryRequested::name)
      asked += stored->payload;
  EXPECT_THAT(asked, HasSubstr("their form is mended"));
  EXPECT_THAT(asked, HasSubstr(action["id"].get<std::string>())) << "the id leads back to it";
}

TEST_F(Actions, ADryRunSaysWhatItWouldDoAndRecordsNothing) {
  const auto before = house.log.durable();
  const auto action = done(R"({"what":"write_off","filter":{},"dry_run":true})");
  EXPECT_EQ(action["requested"], 1);
  EXPECT_TRUE(action["dry_run"]);
  EXPECT_EQ(house.log.durable(), before);
}

TEST_F(Actions, WriteOffOnceAndLeaveOutWhatIsSeenTo) {
  EXPECT_EQ(done(R"({"what":"write_off","filter":{},"reason":"told by phone"})")["requested"], 1);
  house.fold();
  EXPECT_EQ(done(R"({"what":"write_off","filter":{},"reason":"again"})")["matched"], 0);
  const auto page = parsed(house.get("/api/v1/actions"));
  ASSERT_EQ(page["items"].size(), 2U);
  EXPECT_EQ(page["items"][1]["requested"], 1) << "the newest first";
  EXPECT_NE(page["items"][0]["reason"], "again") << "a viewer sees no words that people wrote";
}

TEST_F(Actions, AreRefusedWithWhatIsWrong) {
  const auto refused = [&](const std::string& body) { return start(body).body; };
  EXPECT_THAT(refused(R"({"what":"forget","filter":{}})"), HasSubstr("bad_what"));
  EXPECT_THAT(refused(R"({"what":"purge","filter":{},"reason":"x","confirm":true})"),
              HasSubstr("name the target"));
  EXPECT_THAT(refused(R"({"what":"purge","filter":{"target":"crm"},"reason":"x"})"),
              HasSubstr("bad_confirm"));
  EXPECT_THAT(refused(R"({"what":"purge","filter":{"state":"dead"},"reason":"x"})"),
              HasSubstr("no 'state'"));
  EXPECT_THAT(refused(R"({"what":"reprocess","filter":{},"reason":"x"})"),
              HasSubstr("name what is to be read again"));
  EXPECT_THAT(refused(R"({"what":"reprocess","filter":{"from":"7"},"reason":"x"})"),
              HasSubstr("from is the position"));
  EXPECT_THAT(refused(R"({"what":"retry","filter":{"reason_code":"tired"},"reason":"x"})"),
              HasSubstr("no reason code 'tired'"));
  EXPECT_THAT(refused(R"({"what":"retry","reason":"x"})"), HasSubstr("bad_filter"));
  EXPECT_THAT(refused(R"({"what":"retry","filter":{"targt":"crm"},"reason":"x"})"),
              HasSubstr("targt"));
  EXPECT_THAT(refused(R"({"what":"retry","filter":{"target":"nobody"},"reason":"x"})"),
              HasSubstr("no connector 'nobody'"));
  EXPECT_THAT(refused(R"({"what":"retry","filter":{"since":"yesterday"},"reason":"x"})"),
              HasSubstr("since is a time"));
  EXPECT_THAT(refused(R"({"what":"retry","filter":{"state":"accepted"},"reason":"x"})"),
              HasSubstr("have not failed"));
  EXPECT_THAT(refused(R"({"what":"retry","filter":{}})"), HasSubstr("bad_reason"));
  EXPECT_THAT(refused(R"({"what":"retry","filter":{},"reason":"x","rate":0})"),
              HasSubstr("bad_rate"));
  EXPECT_EQ(
      house.post("/api/v1/actions", R"({"what":"retry","filter":{},"reason":"x"})", viewer_token)
          .status,
      403);
  EXPECT_EQ(house.get("/api/v1/actions/a1-1").status, 404);
  EXPECT_EQ(house.post("/api/v1/actions/a1-1/stop", "{}").status, 404);
}

TEST_F(Actions, RunOneAtATimeAndStop) {
  sample::StopStory more(house.log, house.hasher);
  for (int number = 0; number < 3; ++number) {
    auto tell = sample::StopStory::tell();
    tell.delivery = DeliveryId("d-more-" + std::to_string(number));
    more.refuse(tell.delivery, more.writer().input(events::contact_stream(sample::ana), tell, {},
                                                   {events::contact_tag(sample::ana)}));
  }
  house.fold();
  const auto started = start(R"({"what":"write_off","filter":{},"reason":"slowly","rate":1})");
  ASSERT_EQ(started.status, 202) << started.body;
  const std::string id = parsed(started)["id"];
  const auto second = start(R"({"what":"write_off","filter":{},"reason":"at once"})");
  EXPECT_EQ(second.status, 409);
  EXPECT_THAT(second.body, HasSubstr(id));
  EXPECT_EQ(house.post("/api/v1/actions/" + id + "/stop", "{}").status, 200);
  const auto action = ended(id);
  EXPECT_EQ(action["state"], "stopped");
  EXPECT_LT(action["requested"], 4);
}

} // namespace
} // namespace tidemark::gateway::test::actions_test
