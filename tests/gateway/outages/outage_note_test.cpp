#include "gateway/outages/outage_note.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::outage_note_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr auto note_path = "/api/v1/connectors/crm/note";
constexpr auto clear_path = "/api/v1/connectors/crm/note/clear";

json shown(const House& house) {
  return json::parse(house.get("/api/v1/connectors").body)["items"][0]["outage_note"];
}

std::string note_of(const json& members) {
  json body{{"text", "calls fail"}, {"reason", "so that all know"}};
  if (members.is_object())
    body.update(members);
  return body.dump();
}

json code_of(const Reply& reply) {
  return json::parse(reply.body)["error"]["code"];
}

TEST(OutageNotes, AreRecordedAndShownWithWhoAndUntilWhen) {
  House house;
  EXPECT_EQ(shown(house), nullptr);
  const auto until = to_rfc3339(house.clock.now() + std::chrono::hours{2});
  const json asked{{"link", "https://status.example.com/42?x=1#now"}, {"until", until}};
  const auto answer = house.post(note_path, note_of(asked));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto stored = house.log.at(Position{json::parse(answer.body)["position"]});
  EXPECT_EQ((*stored)->envelope.type, "connector.noted.v1");
  EXPECT_EQ((*stored)->envelope.stream.value, "note/crm") << "that of pauses holds pauses alone";
  const json wanted{{"text", "calls fail"},
                    {"link", "https://status.example.com/42?x=1#now"},
                    {"since", to_rfc3339(house.clock.now())},
                    {"by", "operator"},
                    {"reason", "so that all know"},
                    {"position", json::parse(answer.body)["position"]},
                    {"planned_end", until},
                    {"is_over", false}};
  EXPECT_EQ(shown(house), wanted);
}

TEST(OutageNotes, AreOverOnceTheirPlannedEndIs) {
  House house;
  const json asked{{"until", to_rfc3339(house.clock.now() + std::chrono::hours{2})}};
  ASSERT_EQ(house.post(note_path, note_of(asked)).status, 200);
  house.clock.advance(std::chrono::hours{2} - std::chrono::seconds{1});
  EXPECT_EQ(shown(house)["is_over"], false);
  house.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(shown(house)["is_over"], true);
  ASSERT_EQ(house.post(note_path, note_of({})).status, 200);
  EXPECT_EQ(shown(house)["is_over"], false) << "the newest has no planned end";
  EXPECT_EQ(shown(house)["planned_end"], nullptr);
  EXPECT_EQ(shown(house)["link"], nullptr);
}

TEST(OutageNotes, AreGoneOnceCleared) {
  House house;
  EXPECT_EQ(code_of(house.post(clear_path, R"({"reason":"x"})")), "no_note");
  ASSERT_EQ(house.post(note_path, note_of({})).status, 200);
  EXPECT_EQ(house.post(clear_path, R"({"reason":"they are back"})").status, 200);
  EXPECT_EQ(shown(house), nullptr);
  EXPECT_EQ(house.post(clear_path, R"({"reason":"again"})").status, 409);
}

TEST(OutageNotes, HoldNothingBackAndEndNoPause) {
  House house;
  ASSERT_EQ(house.post("/api/v1/connectors/crm/pause", R"({"reason":"x"})").status, 200);
  ASSERT_EQ(house.post(note_path, note_of({})).status, 200);
  ASSERT_EQ(house.post(clear_path, R"({"reason":"they are back"})").status, 200);
  EXPECT_EQ(house.post("/api/v1/connectors/crm/resume", R"({"reason":"y"})").status, 200)
      << "it was paused all the while";
}

TEST(OutageNotes, AreForOperators) {
  House house;
  for (const auto* target : {note_path, clear_path}) {
    EXPECT_EQ(house.post(target, note_of({}), viewer_token).status, 403);
    EXPECT_EQ(house.post(target, note_of({}), auditor_token).status, 403);
    EXPECT_EQ(house.post(target, note_of({}), "nobody").status, 401);
  }
  EXPECT_EQ(house.log.durable().value, 0U);
}

TEST(OutageNotes, SayWhatIsWrongAndStoreNothing) {
  House house;
  const auto code = [&](const json& members) {
    return code_of(house.post(note_path, note_of(members)));
  };
  EXPECT_EQ(code({{"reason", " "}}), "bad_reason");
  EXPECT_EQ(code({{"until", "noon"}}), "bad_until");
  EXPECT_EQ(code({{"until", "2001-01-01T00:00:00Z"}}), "bad_until");
  EXPECT_EQ(code({{"till", "noon"}}), "bad_body");
  for (const auto& text : {json(" "), json(7), json("two\nlines"), json("a\tb"), json("a\u001bb"),
                           json("a\u007fb"), json("a\u0085b"), json(std::string(501, 'a'))})
    EXPECT_EQ(code({{"text", text}}), "bad_text") << text;
  for (const auto& link :
       {json("http://example.com"), json("https://"), json("https:///x"), json("javascript:x"),
        json("https://a@example.com"), json("https://example.com/a b"), json("HTTPS:example.com"),
        json("https://example.com/\u00fc"), json("https://example.com/\"x"), json(""), json(7),
        json("https://example.com/" + std::string(481, 'a'))})
    EXPECT_EQ(code({{"link", link}}), "bad_link") << link;
  EXPECT_EQ(code_of(house.post("/api/v1/connectors/none/note", note_of({}))), "not_found");
  EXPECT_EQ(house.log.durable().value, 0U);
}

TEST(OutageNotes, MayHaveFiveHundredCharactersOfAnyScript) {
  House house;
  std::string text;
  for (int i = 0; i < 500; ++i)
    text += "\u00fc";
  EXPECT_EQ(house.post(note_path, note_of({{"text", text}})).status, 200);
  EXPECT_EQ(shown(house)["text"], text);
  EXPECT_EQ(code_of(house.post(note_path, note_of({{"text", text + "x"}}))), "bad_text");
}

TEST_F(LocalHouse, ShowsTheNoteInTheStatus) {
  auto& open = house();
  domain::ConnectorReport report;
  report.tenant = TenantId("acme");
  report.connector = ConnectorName("crm");
  open.health.reports = {report};
  ASSERT_EQ(open.post(note_path, note_of({})).status, 200);
  const auto status = json::parse(get("/api/v1/status").body);
  EXPECT_EQ(status["connectors"][0]["outage_note"]["text"], "calls fail");
}

TEST(OutageNotes, TellWhoHasNotLoggedInOnlyThatTheyAreThere) {
  const Timestamp at{std::chrono::hours{1}};
  OutageNote note{Position{1}, at, {}};
  note.said.text = "ask Bob";
  EXPECT_EQ(outage_note_words(note, at),
            "somebody noted an outage over there at 1970-01-01T01:00:00.000000Z");
  note.said.planned_end = events::PlannedEnd{at + std::chrono::hours{1}};
  EXPECT_THAT(outage_note_words(note, at), HasSubstr(", planned to end at 1970-01-01T02:00:00"));
  EXPECT_THAT(outage_note_words(note, at + std::chrono::hours{1}),
              HasSubstr(", whose planned end is over since 1970-01-01T02:00:00"));
}

} // namespace
} // namespace tidemark::gateway::test::outage_note_test
