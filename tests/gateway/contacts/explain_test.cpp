#include "tests/gateway/house.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::explain_test {
namespace {

using nlohmann::json;
using sample::ana;
using testing::HasSubstr;

/// A contact who opted out, with a delivery that tells a system of it.
struct Explained : House {
  Explained() {
    sample::write(log, hasher);
    fold();
  }
  json ask(const std::string& query) const {
    const auto reply = get("/api/v1/explain?" + query, auditor_token);
    EXPECT_EQ(reply.status, 200) << query << ": " << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
};

TEST(Explain, TellsTheChainOfAContactByAnyKey) {
  const Explained house;
  const auto by_id = house.ask("contact=" + ana.value);
  EXPECT_EQ(by_id["subject"]["kind"], "contact");
  EXPECT_EQ(by_id["subject"]["id"], ana.value);
  ASSERT_FALSE(by_id["chain"].empty());
  EXPECT_FALSE(by_id["targets"].empty());
  for (const auto& entry : by_id["chain"])
    EXPECT_FALSE(entry["text"].get<std::string>().empty());
  const auto contact = json::parse(house.get("/api/v1/contacts/" + ana.value, auditor_token).body);
  const auto phone = contact["fields"]["phone"]["value"].get<std::string>();
  EXPECT_EQ(house.ask("contact=%2B" + phone.substr(1)), by_id);
  const auto record = contact["records"][0];
  EXPECT_EQ(house.ask("contact=" + record["connector"].get<std::string>() + ":"
                      + record["remote_id"].get<std::string>()),
            by_id);
}

TEST(Explain, IsOneOfThreeThings) {
  const Explained house;
  EXPECT_EQ(house.get("/api/v1/explain").status, 400);
  EXPECT_EQ(house.get("/api/v1/explain?webhook=1&delivery=d1").status, 400);
  EXPECT_EQ(house.get("/api/v1/explain?webhook=x").status, 400);
  EXPECT_EQ(house.get("/api/v1/explain?webhook=99999").status, 404);
  EXPECT_EQ(house.get("/api/v1/explain?delivery=d0000000000000000000f").status, 404);
  EXPECT_EQ(house.get("/api/v1/explain?contact=%2B12025559999").status, 404);
  EXPECT_EQ(house.get("/api/v1/explain?contact=cffffffffffffffffffff").status, 404);
  const auto target = house.get("/api/v1/explain?contact=" + ana.value + "&target=nosuch");
  EXPECT_EQ(target.status, 400);
  EXPECT_THAT(target.body, HasSubstr(R"("field":"target")"));
}

TEST(Explain, MasksRecordsForThoseWhoSeeNoPeople) {
  const Explained house;
  const auto record = json::parse(
      house.get("/api/v1/contacts/" + ana.value, auditor_token).body)["records"][0]["remote_id"];
  const auto seen = house.get("/api/v1/explain?contact=" + ana.value, viewer_token);
  ASSERT_EQ(seen.status, 200);
  EXPECT_THAT(seen.body, testing::Not(HasSubstr("\"" + record.get<std::string>() + "\"")));
}

} // namespace
} // namespace tidemark::gateway::test::explain_test
