#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::imports_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string file(64, 'a'), other_file(64, 'b');

json batch(json rows, const std::string& hash = file) {
  return {{"file_hash", hash}, {"reason", "registry of June"}, {"rows", std::move(rows)}};
}

struct Imports : House {
  json take(const json& body) {
    const auto reply = post("/api/v1/opt-outs/import", body.dump());
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
  std::string refused(const json& body) {
    const auto reply = post("/api/v1/opt-outs/import", body.dump());
    EXPECT_EQ(reply.status, 400) << reply.body;
    return json::parse(reply.body, nullptr, false)["error"]["code"];
  }
  events::OptOutImported stored(std::uint64_t position) const {
    const auto event = log.at(Position{position}).value().value();
    EXPECT_EQ(event.envelope.type, events::OptOutImported::name);
    return std::get<events::OptOutImported>(
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

TEST(OptOutImports, StoreEachRowWithFileAndLineUnderTheTagThatHoldsSends) {
  Imports house;
  const auto before = house.log.durable().value;
  const auto answer = house.take(batch({{{"line", 2},
                                         {"phone", "(202) 555-0142"},
                                         {"channel", "sms"},
                                         {"at", "2025-03-04T10:00:00Z"}},
                                        {{"line", 3}, {"email", "Ada@Example.com"}}}));
  EXPECT_EQ(answer["taken"], 2);
  EXPECT_THAT(results(answer), ElementsAre("2 taken", "3 taken"));
  EXPECT_EQ(house.log.durable().value, before + 2);
  const auto row = house.stored(before + 1);
  EXPECT_EQ(row.file_hash, file);
  EXPECT_EQ(row.line, 2U);
  EXPECT_EQ(row.address.reveal(), "+12025550142");
  EXPECT_EQ(row.channels, std::vector{events::Channel::sms});
  EXPECT_EQ(row.stated_at, "2025-03-04T10:00:00.000000Z");
  EXPECT_EQ(row.reason, "registry of June");
  EXPECT_EQ(row.by, "operator");
  EXPECT_EQ(house.stored(before + 2).channels, std::vector{events::Channel::email});
  const auto tags = house.log.at(Position{before + 1}).value().value().envelope.tags;
  const auto hash = events::phone_hash(house.hasher, TenantId("acme"), "+12025550142");
  EXPECT_THAT(tags, testing::Contains(events::imported_opt_out_tag(hash)));
  EXPECT_THAT(tags, Not(testing::Contains(events::any_opt_out_tag())))
      << "nobody else waits for a registry";
}

TEST(OptOutImports, NameEachBadRowAndTakeTheRest) {
  Imports house;
  const auto answer =
      house.take(batch({{{"line", 2}, {"phone", "12"}},
                        {{"line", 3}, {"phone", "2025550142"}, {"email", "a@example.com"}},
                        {{"line", 4}},
                        {{"line", 5}, {"phone", "2025550142"}, {"channel", "email"}},
                        {{"line", 6}, {"phone", "2025550142"}, {"channel", "fax"}},
                        {{"line", 7}, {"phone", "2025550142"}, {"at", "2025-03-04"}},
                        {{"line", 8}, {"phone", "2025550142"}, {"at", "2099-03-04T00:00:00Z"}},
                        {{"line", 9}, {"phone", "2025550142"}, {"opt_in", true}},
                        {{"line", 10}, {"phone", "2025550142"}}}));
  EXPECT_THAT(results(answer),
              ElementsAre("2 refused bad_address", "3 refused bad_row", "4 refused bad_row",
                          "5 refused bad_channel", "6 refused bad_channel", "7 refused bad_at",
                          "8 refused bad_at", "9 refused bad_row", "10 taken"));
  EXPECT_EQ(answer["refused"], 8);
  EXPECT_THAT(answer.dump(), Not(HasSubstr("555"))) << "a row is named, never quoted";
}

TEST(OptOutImports, TakeARowOfAFileOnce) {
  Imports house;
  const json rows{{{"line", 2}, {"phone", "2025550142"}}, {{"line", 2}, {"phone", "2025550143"}}};
  EXPECT_EQ(house.take(batch(rows))["taken"], 2);
  const auto end = house.log.durable();
  const auto again = house.take(batch(rows));
  EXPECT_THAT(results(again), ElementsAre("2 repeated", "2 repeated"));
  EXPECT_EQ(house.log.durable(), end);
  EXPECT_EQ(house.take(batch(rows, other_file))["taken"], 2) << "another list";
}

TEST(OptOutImports, SayHowFarAFileWasTaken) {
  Imports house;
  const auto progress = [&] {
    const auto reply = house.get("/api/v1/opt-outs/import?file_hash=" + file, operator_token);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  };
  EXPECT_TRUE(progress()["last_line"].is_null());
  house.take(
      batch({{{"line", 2}, {"phone", "2025550142"}}, {{"line", 9}, {"phone", "2025550143"}}}));
  house.take(batch({{{"line", 12}, {"phone", "2025550144"}}}, other_file));
  EXPECT_EQ(progress()["last_line"], 9);
  EXPECT_EQ(progress()["rows"], 2);
  auto sms_only = batch({{{"line", 2}, {"phone", "2025550142"}}});
  sms_only["channel"] = "sms";
  EXPECT_EQ(house.take(sms_only)["taken"], 1) << "the same file that closes something else";
  EXPECT_EQ(progress()["last_line"], 9);
}

TEST(OptOutImports, RefuseWhatIsNoBatch) {
  Imports house;
  EXPECT_EQ(house.refused(batch({{{"line", 2}}}, "abc")), "bad_file_hash");
  EXPECT_EQ(house.refused(batch(json::array())), "bad_rows");
  EXPECT_EQ(house.refused(batch({{{"phone", "2025550142"}}})), "bad_rows");
  EXPECT_EQ(house.refused(batch(json(501, json{{"line", 2}}))), "bad_rows");
  auto body = batch({{{"line", 2}}});
  body["channel"] = "fax";
  EXPECT_EQ(house.refused(body), "bad_channel");
  body = batch({{{"line", 2}}});
  body.erase("reason");
  EXPECT_EQ(house.refused(body), "bad_reason");
}

} // namespace
} // namespace tidemark::gateway::test::imports_test
