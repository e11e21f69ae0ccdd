#include "events/codec.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::message_imports_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string file(64, 'a'), other_file(64, 'b');

json batch(json rows, const std::string& hash = file) {
  return {{"file_hash", hash}, {"reason", "texts of June"}, {"rows", std::move(rows)}};
}

json row(int line, const std::string& text, const std::string& phone = "2025550142") {
  return {{"line", line},
          {"phone", phone},
          {"direction", "inbound"},
          {"at", "2025-03-04T10:00:00+01:00"},
          {"text", text}};
}

struct Imports : House {
  Imports()
      : House(
          [](GatewayOptions& options) { options.rules[TenantId("acme")] = domain::SyncRules(); }) {}
  json take(const json& body) {
    const auto reply = post("/api/v1/messages/import", body.dump());
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
  template <class Event>
  Event stored(std::uint64_t position) const {
    const auto event = log.at(Position{position}).value().value();
    EXPECT_EQ(event.envelope.type, Event::name);
    return std::get<Event>(events::decode(event.envelope.type, event.payload).value());
  }
};

std::vector<std::string> results(const json& answer) {
  std::vector<std::string> out;
  for (const auto& one : answer["rows"])
    out.push_back(std::to_string(one["line"].get<int>()) + " " + one["result"].get<std::string>()
                  + (one.contains("code") ? " " + one["code"].get<std::string>() : ""));
  return out;
}

TEST(MessageImports, StoreEachRowWithFileAndLine) {
  Imports house;
  const auto before = house.log.durable().value;
  auto said = row(2, "When do you open?", "(202) 555-0142");
  said["id"] = "SM7";
  said["agent"] = "Kim";
  auto request = batch({said});
  request["source"] = "old-crm";
  EXPECT_THAT(results(house.take(request)), ElementsAre("2 taken"));
  const auto kept = house.stored<events::MessageImported>(before + 1);
  EXPECT_EQ(kept.file_hash, file);
  EXPECT_EQ(kept.line, 2U);
  EXPECT_EQ(kept.reason, "texts of June");
  EXPECT_EQ(kept.by, "operator");
  EXPECT_EQ(kept.message.source, ConnectorName("old-crm"));
  EXPECT_EQ(kept.message.message_id, "SM7");
  EXPECT_TRUE(kept.message.inbound);
  EXPECT_EQ(kept.message.their_address.reveal(), "+12025550142");
  EXPECT_EQ(kept.message.text.reveal(), "When do you open?");
  EXPECT_EQ(kept.message.stated_at, "2025-03-04T09:00:00.000000Z");
  EXPECT_EQ(kept.message.status, events::MessageStatus::delivered) << "it was received";
  EXPECT_EQ(kept.message.agent, "Kim");
  EXPECT_EQ(house.log.durable().value, before + 1) << "no opt-out is in it";
}

TEST(MessageImports, StoreAnOptOutWithTheTextThatSaysIt) {
  Imports house;
  const auto before = house.log.durable().value;
  auto ours = row(3, "Reply STOP to end"), by_mail = row(4, "STOP");
  ours["direction"] = "outbound";
  by_mail.erase("phone");
  by_mail["email"] = "ada@example.com";
  const auto answer = house.take(batch({row(2, "STOP"), ours, by_mail, row(5, "START")}));
  EXPECT_THAT(results(answer), ElementsAre("2 taken", "3 taken", "4 taken", "5 taken"));
  EXPECT_EQ(answer["opt_outs"], 1);
  const auto closes = house.stored<events::OptOutImported>(before + 2);
  EXPECT_EQ(closes.address.reveal(), "+12025550142");
  EXPECT_THAT(closes.channels, ElementsAre(events::Channel::sms, events::Channel::whatsapp));
  EXPECT_EQ(closes.stated_at, "2025-03-04T09:00:00.000000Z");
  EXPECT_EQ(closes.line, 2U);
  EXPECT_EQ(house.log.durable().value, before + 5) << "the others close nothing";
}

TEST(MessageImports, AreNoneOfOurOwn) {
  Imports house;
  auto request = batch({row(2, "hello")});
  request["source"] = "tidemark";
  const auto reply = house.post("/api/v1/messages/import", request.dump());
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("bad_source"));
}

TEST(MessageImports, NameEachBadRowAndTakeTheRest) {
  Imports house;
  auto no_time = row(3, "hello"), no_way = row(4, "hello"), future = row(5, "hello"),
       with_id = row(6, "hello"), other = row(7, "hello"), wrong = row(8, "hello");
  no_time["at"] = "2025-03-04";
  no_way["direction"] = "sideways";
  future["at"] = "2999-01-01T00:00:00Z";
  with_id["id"] = "SM7";
  other["mood"] = "happy";
  wrong["channel"] = "email";
  const auto answer = house.take(batch({row(2, "hello", "12"), no_time, no_way, future, with_id,
                                        other, wrong, row(9, ""), row(10, "hello")}));
  EXPECT_THAT(results(answer),
              ElementsAre("2 refused bad_address", "3 refused bad_at", "4 refused bad_row",
                          "5 refused bad_at", "6 refused bad_row", "7 refused bad_row",
                          "8 refused bad_channel", "9 refused bad_row", "10 taken"));
  EXPECT_THAT(answer.dump(), Not(HasSubstr("555"))) << "a row is named, never quoted";
}

TEST(MessageImports, TakeAMessageOnceWhicheverFileHasIt) {
  Imports house;
  const json rows{row(2, "hello"), row(9, "hello again")};
  EXPECT_EQ(house.take(batch(rows))["taken"], 2);
  const auto end = house.log.durable();
  EXPECT_THAT(results(house.take(batch(rows))), ElementsAre("2 repeated", "9 repeated"));
  EXPECT_THAT(results(house.take(batch(rows, other_file))),
              ElementsAre("2 repeated", "9 repeated"));
  EXPECT_EQ(house.log.durable(), end);
  const auto reply = house.get("/api/v1/messages/import?file_hash=" + file, operator_token);
  EXPECT_EQ(json::parse(reply.body)["last_line"], 9);
  EXPECT_EQ(json::parse(reply.body)["rows"], 2);
}

TEST(MessageImports, SayInADryRunWhoIsNotKnownAndWhatIsAnOptOut) {
  Imports house;
  const auto end = house.log.durable();
  auto request = batch({row(2, "hello"), row(3, "STOP"), row(4, "hello", "12")});
  request["dry_run"] = true;
  const auto answer = house.take(request);
  EXPECT_THAT(results(answer), ElementsAre("2 fine", "3 fine", "4 refused bad_address"));
  EXPECT_EQ(answer["fine"], 2);
  EXPECT_EQ(answer["of_nobody"], 2);
  EXPECT_EQ(answer["opt_outs"], 1);
  EXPECT_EQ(house.log.durable(), end);
}

} // namespace
} // namespace tidemark::gateway::test::message_imports_test
