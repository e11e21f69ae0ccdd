#include "events/codec.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::contact_imports_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string file(64, 'a'), other_file(64, 'b');

json batch(json rows, const std::string& hash = file) {
  return {{"file_hash", hash}, {"reason", "customers of June"}, {"rows", std::move(rows)}};
}

struct Imports : House {
  Imports()
      : House(
          [](GatewayOptions& options) { options.rules[TenantId("acme")] = domain::SyncRules(); }) {}
  json take(const json& body) {
    const auto reply = post("/api/v1/contacts/import", body.dump());
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
  events::ContactImported stored(std::uint64_t position) const {
    const auto event = log.at(Position{position}).value().value();
    EXPECT_EQ(event.envelope.type, events::ContactImported::name);
    return std::get<events::ContactImported>(
        events::decode(event.envelope.type, event.payload).value());
  }
};

std::vector<std::string> results(const json& answer) {
  std::vector<std::string> out;
  for (const auto& row : answer["rows"])
    out.push_back(std::to_string(row["line"].get<int>()) + " " + row["result"].get<std::string>()
                  + (row.contains("code") ? " " + row["code"].get<std::string>() : ""));
  return out;
}

json row(int line, const std::string& phone) {
  return {{"line", line}, {"fields", {{"first_name", "Ada"}, {"phone", phone}}}};
}

TEST(ContactImports, StoreEachRowWithFileAndLine) {
  Imports house;
  const auto before = house.log.durable().value;
  auto request = batch({{{"line", 2},
                         {"id", "77"},
                         {"tags", {"VIP"}},
                         {"fields", {{"phone", "(202) 555-0142"}, {"last_name", ""}}}}});
  request["source"] = "old-crm";
  EXPECT_THAT(results(house.take(request)), ElementsAre("2 taken"));
  const auto kept = house.stored(before + 1);
  EXPECT_EQ(kept.file_hash, file);
  EXPECT_EQ(kept.line, 2U);
  EXPECT_EQ(kept.remote_id.value, "old-crm:77");
  EXPECT_EQ(kept.fields.get(events::Field::phone), "+12025550142");
  EXPECT_FALSE(kept.fields.find(events::Field::last_name)) << "an empty cell states nothing";
  EXPECT_THAT(kept.tags, ElementsAre("VIP"));
  EXPECT_EQ(kept.reason, "customers of June");
  EXPECT_EQ(kept.by, "operator");
}

TEST(ContactImports, NameEachBadRowAndTakeTheRest) {
  Imports house;
  auto tagged = row(5, "2025550142");
  tagged["tags"] = {"DNC"};
  auto with_id = row(6, "2025550142");
  with_id["id"] = "7";
  auto opted_in = row(7, "2025550142");
  opted_in["opt_in"] = true;
  const auto answer = house.take(batch({row(2, "12"),
                                        {{"line", 3}, {"fields", {{"first_name", "Ada"}}}},
                                        {{"line", 4}, {"fields", {{"shoe", "41"}}}},
                                        tagged,
                                        with_id,
                                        opted_in,
                                        row(8, "2025550142")}));
  EXPECT_THAT(results(answer), ElementsAre("2 refused bad_address", "3 refused bad_address",
                                           "4 refused bad_row", "5 refused bad_opted_out",
                                           "6 refused bad_row", "7 refused bad_row", "8 taken"));
  EXPECT_EQ(answer["refused"], 6);
  EXPECT_THAT(answer.dump(), Not(HasSubstr("555"))) << "a row is named, never quoted";
}

TEST(ContactImports, TakeARowOfAFileOnceAndSayHowFarTheyAre) {
  Imports house;
  const auto progress = [&] {
    const auto reply = house.get("/api/v1/contacts/import?file_hash=" + file, operator_token);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  };
  EXPECT_TRUE(progress()["last_line"].is_null());
  const json rows{row(2, "2025550142"), row(9, "2025550143")};
  EXPECT_EQ(house.take(batch(rows))["taken"], 2);
  const auto end = house.log.durable();
  EXPECT_THAT(results(house.take(batch(rows))), ElementsAre("2 repeated", "9 repeated"));
  EXPECT_EQ(house.log.durable(), end);
  EXPECT_EQ(progress()["last_line"], 9);
  EXPECT_EQ(progress()["rows"], 2);
  EXPECT_EQ(house.take(batch(rows, other_file))["taken"], 2) << "another list";
}

TEST(ContactImports, StoreNothingInADryRun) {
  Imports house;
  const auto end = house.log.durable();
  auto request = batch({row(2, "2025550142"), row(3, "12")});
  request["dry_run"] = true;
  const auto answer = house.take(request);
  EXPECT_THAT(results(answer), ElementsAre("2 new", "3 refused bad_address"));
  EXPECT_EQ(answer["new"], 1);
  EXPECT_EQ(house.log.durable(), end);
}

} // namespace
} // namespace tidemark::gateway::test::contact_imports_test
