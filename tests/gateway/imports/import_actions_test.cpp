#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// An import as an action: it has an id, counts its rows, and may be stopped.
namespace tidemark::gateway::test::import_actions_test {
namespace {

using json = nlohmann::json;

const std::string file(64, 'a'), other_file(64, 'b');

class ImportActions : public testing::Test {
protected:
  static json parsed(const Reply& reply) { return json::parse(reply.body, nullptr, false); }
  static json wish(const std::string& hash = file) {
    return {{"what", "import"}, {"list", "opt_outs"}, {"file_hash", hash}, {"reason", "June"}};
  }
  std::string begin(const json& body) {
    const auto reply = house.post("/api/v1/actions", body.dump());
    EXPECT_EQ(reply.status, 202) << reply.body;
    return parsed(reply).value("id", "");
  }
  std::string not_begun(const json& body) {
    const auto reply = house.post("/api/v1/actions", body.dump());
    EXPECT_EQ(reply.status, 400) << reply.body;
    return parsed(reply)["error"]["code"];
  }
  Reply send(const std::string& action, json rows, bool last = false,
             const std::string& hash = file) {
    return house.post("/api/v1/opt-outs/import", json{{"file_hash", hash},
                                                      {"reason", "June"},
                                                      {"action", action},
                                                      {"last", last},
                                                      {"rows", std::move(rows)}}
                                                     .dump());
  }
  json action(const std::string& id) { return parsed(house.get("/api/v1/actions/" + id)); }
  std::size_t count(std::string_view type) const {
    std::size_t out = 0;
    for (std::uint64_t at = 1; at <= house.log.durable().value; ++at)
      out += (*house.log.at(Position{at}))->envelope.type == type ? 1U : 0U;
    return out;
  }
  static json row(int line, const std::string& phone) { return {{"line", line}, {"phone", phone}}; }
  House house{[](GatewayOptions& o) { o.limits.requests_per_minute = 1'000'000; }};
};

TEST_F(ImportActions, CountTheRowsThatNameThemAndEndWithTheLastOne) {
  const auto id = begin(wish());
  EXPECT_EQ(action(id)["state"], "running");
  EXPECT_EQ(action(id)["import"]["file_hash"], file);
  EXPECT_EQ(action(id)["import"]["channel"], "all");
  EXPECT_EQ(action(id)["rate"], nullptr) << "it is the sender's";
  EXPECT_EQ(send(id, {row(2, "2025550142"), row(3, "12")}).status, 200);
  EXPECT_EQ(send(id, {row(2, "2025550142"), row(4, "2025550143")}, true).status, 200);
  const auto end = action(id);
  EXPECT_EQ(end["state"], "done");
  EXPECT_EQ(end["matched"], 4);
  EXPECT_EQ(end["requested"], 2);
  ASSERT_EQ(end["skipped"].size(), 2U) << end;
  EXPECT_EQ(end["skipped"][0]["reason_code"], "refused");
  EXPECT_EQ(end["skipped"][0]["count"], 1);
  EXPECT_NE(end["skipped"][0]["text"], "");
  EXPECT_EQ(end["skipped"][1]["reason_code"], "repeated");
  EXPECT_EQ(count(events::BulkEnded::name), 1U);
  const auto late = send(id, {row(5, "2025550144")});
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(parsed(late)["error"]["code"], "action_ended");
  std::size_t named = 0;
  for (std::uint64_t at = 1; at <= house.log.durable().value; ++at)
    if (const auto stored = *house.log.at(Position{at});
        stored->envelope.type == events::OptOutImported::name)
      named += stored->payload.find("\"request_id\":\"" + id + "\"") != std::string::npos ? 1U : 0U;
  EXPECT_EQ(named, 2U) << "the rows lead back to it";
}

TEST_F(ImportActions, TakeNoRowsOnceTheyAreStopped) {
  const auto id = begin(wish());
  EXPECT_EQ(send(id, {row(2, "2025550142")}).status, 200);
  EXPECT_EQ(parsed(house.post("/api/v1/actions/" + id + "/stop", "{}"))["state"], "stopped");
  EXPECT_EQ(send(id, {row(3, "2025550143")}).status, 409);
  EXPECT_EQ(count(events::OptOutImported::name), 1U);
  EXPECT_NE(begin(wish()), id) << "begun anew";
}

TEST_F(ImportActions, WaitForTheirRowsOverARestart) {
  const auto id = begin(wish());
  EXPECT_EQ(send(id, {row(2, "2025550142")}).status, 200);
  house.gateway.reset();
  house.open();
  EXPECT_EQ(action(id)["state"], "running");
  EXPECT_EQ(action(id)["requested"], 1);
  EXPECT_EQ(begin(wish()), id) << "the same list goes on";
  EXPECT_EQ(send(id, {row(3, "2025550143")}, true).status, 200);
  house.gateway.reset();
  house.open();
  EXPECT_EQ(action(id)["state"], "done");
  EXPECT_EQ(action(id)["requested"], 2);
  EXPECT_EQ(action(id)["import"]["list"], "opt_outs");
}

TEST_F(ImportActions, LetEachOtherAndOtherActionsRun) {
  const auto id = begin(wish());
  EXPECT_NE(begin(wish(other_file)), id);
  EXPECT_EQ(
      house.post("/api/v1/actions", R"({"what":"retry","filter":{},"reason":"mended"})").status,
      202);
}

TEST_F(ImportActions, TakeRowsOfTheirOwnListOnly) {
  const auto id = begin(wish());
  const auto other = send(id, {row(2, "2025550142")}, false, other_file);
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(parsed(other)["error"]["code"], "bad_action");
  EXPECT_EQ(send("a0-0", {row(2, "2025550142")}).status, 404);
  EXPECT_EQ(count(events::OptOutImported::name), 0U);
}

TEST_F(ImportActions, ADryRunStoresNothing) {
  auto dry = wish();
  dry["dry_run"] = true;
  dry.erase("reason");
  const auto before = house.log.durable();
  const auto id = begin(dry);
  const json rows{row(2, "2025550142"), row(3, "12")};
  EXPECT_EQ(send(id, rows).status, 400) << "these rows would be stored";
  const auto reply = house.post(
      "/api/v1/opt-outs/import",
      json{{"file_hash", file}, {"dry_run", true}, {"action", id}, {"last", true}, {"rows", rows}}
          .dump());
  EXPECT_EQ(parsed(reply)["fine"], 1) << reply.body;
  EXPECT_EQ(parsed(reply)["refused"], 1);
  EXPECT_EQ(action(id)["state"], "done");
  EXPECT_EQ(action(id)["requested"], 1);
  EXPECT_EQ(house.log.durable(), before);
}

TEST_F(ImportActions, AreRefusedWhereTheySayWhatTheyHaveNot) {
  const auto with = [](const std::string& name, const json& value) {
    auto body = wish();
    body[name] = value;
    return body;
  };
  EXPECT_EQ(not_begun(with("rate", 5)), "bad_body");
  EXPECT_EQ(not_begun(with("filter", json::object())), "bad_body");
  EXPECT_EQ(not_begun(with("source", "old-crm")), "bad_body");
  EXPECT_EQ(not_begun(with("list", "people")), "bad_list");
  EXPECT_EQ(not_begun(with("file_hash", "abc")), "bad_file_hash");
  EXPECT_EQ(not_begun(with("channel", "fax")), "bad_channel");
  EXPECT_EQ(not_begun(with("reason", "")), "bad_reason");
  EXPECT_EQ(not_begun({{"what", "retry"}, {"filter", json::object()}, {"list", "contacts"}}),
            "bad_body");
}

TEST_F(ImportActions, OfContactsCountTheirRowsToo) {
  const auto id = begin({{"what", "import"},
                         {"list", "contacts"},
                         {"file_hash", file},
                         {"source", "old-crm"},
                         {"reason", "customers"}});
  const auto reply =
      house.post("/api/v1/contacts/import",
                 json{{"file_hash", file},
                      {"source", "old-crm"},
                      {"reason", "customers"},
                      {"action", id},
                      {"last", true},
                      {"rows", {{{"line", 2}, {"id", "7"}, {"fields", {{"phone", "2025550142"}}}}}}}
                     .dump());
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(action(id)["requested"], 1);
  EXPECT_EQ(action(id)["state"], "done");
}

} // namespace
} // namespace tidemark::gateway::test::import_actions_test
