#include "events/format/tags.hpp"
#include "projections/table/fold.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::query_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const TenantId acme("acme");
const ContactId ana("c0123456789abcdef0123");
const DeliveryId sent("d0123456789abcdef0123");

/// A house whose log tells of one contact and one delivery, with the tables folded.
struct Lived : House {
  Lived() {
    put(events::contact_stream(ana), card(), {events::contact_tag(ana)});
    put(events::contact_stream(ana), observed(), {events::contact_tag(ana)});
    put(events::contact_stream(ana), changed(), {events::contact_tag(ana)});
    put(events::delivery_stream(ConnectorName("aloware"), ana), intended(),
        {events::contact_tag(ana)});
    fold();
  }

  events::IdentityCardWritten card() const;
  static events::ContactObserved observed() {
    events::ContactObserved e;
    e.connector = ConnectorName("crm");
    e.remote_id = RemoteId("crm-1");
    e.fields = {{events::Field::first_name, "Ana"}, {events::Field::phone, "+12025550142"}};
    return e;
  }
  static events::ContactChanged changed() {
    events::ContactChanged e;
    e.source = ConnectorName("crm");
    e.fields = {{events::Field::first_name, "Ana"},
                {events::Field::phone, "+12025550142"},
                {events::Field::email, "ana@example.com"}};
    return e;
  }
  static events::DeliveryIntended intended() {
    events::DeliveryIntended e;
    e.delivery = sent;
    e.contact = ana;
    e.target = ConnectorName("aloware");
    e.fields = {{events::Field::phone, "+12025550142"}};
    return e;
  }

  json read(const std::string& path, std::string_view token = auditor_token) const {
    const auto reply = get(path, token);
    EXPECT_EQ(reply.status, 200) << path << ": " << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
};

events::IdentityCardWritten Lived::card() const {
  events::IdentityCardWritten e;
  e.contact = ana;
  e.records = {{ConnectorName("crm"),
                events::remote_hash(hasher, acme, ConnectorName("crm"), RemoteId("crm-1"))}};
  e.phones = {events::phone_hash(hasher, acme, "+12025550142")};
  e.emails = {events::email_hash(hasher, acme, "ana@example.com")};
  e.words = {events::name_word_hash(hasher, acme, "ana")};
  return e;
}

TEST(Contacts, AreFoundByEveryKeyInEveryForm) {
  Lived house;
  for (const auto* query :
       {"phone=%2B12025550142", "phone=+12025550142", "phone=12025550142", "phone=2025550142",
        "phone=(202)%20555-0142", "email=ana@example.com", "email=Ana@EXAMPLE.com", "name=ana",
        "connector=crm&remote_id=crm-1", ""}) {
    const auto found = house.read(std::string("/api/v1/contacts?") + query);
    ASSERT_EQ(found["items"].size(), 1U) << query;
    EXPECT_EQ(found["items"][0]["id"], ana.value) << query;
    EXPECT_TRUE(found["next"].is_null()) << query;
  }
  for (const auto* query : {"phone=%2B12025550199", "email=bea@example.com", "name=bea",
                            "connector=crm&remote_id=crm-2"})
    EXPECT_EQ(house.read(std::string("/api/v1/contacts?") + query)["items"].size(), 0U) << query;
  for (const auto* query : {"phone=12", "email=ana", "remote_id=crm-1", "limit=101", "limit=-1"})
    EXPECT_EQ(house.get(std::string("/api/v1/contacts?") + query).status, 400) << query;
}

TEST(Contacts, ShowFieldsWithTheirSourceAndPosition) {
  Lived house;
  const auto contact = house.read("/api/v1/contacts/" + ana.value);
  const json wanted{
      {"value", "+12025550142"}, {"source", "crm"}, {"position", 3}, {"unusable", nullptr}};
  EXPECT_EQ(contact["fields"]["phone"], wanted);
  ASSERT_EQ(contact["records"].size(), 1U);
  EXPECT_EQ(contact["records"][0]["connector"], "crm");
  EXPECT_EQ(contact["records"][0]["remote_id"], "crm-1");
  EXPECT_EQ(contact["records"][0]["fields"]["first_name"], "Ana");
  for (const auto* list : {"tags", "lists", "opt_outs", "review"})
    EXPECT_TRUE(contact[list].is_array()) << list;
  EXPECT_EQ(house.get("/api/v1/contacts/c9").status, 404);
  for (const auto* query : {"after=zzz", "name=ana&after=zzz", "phone=", "name="})
    EXPECT_EQ(house.get(std::string("/api/v1/contacts?") + query).status, 400) << query;
}

TEST(PersonalData, IsMaskedForViewersOnEveryRoute) {
  Lived house;
  for (const auto& path : {std::string("/api/v1/contacts"), "/api/v1/contacts/" + ana.value,
                           "/api/v1/contacts/" + ana.value + "/timeline",
                           std::string("/api/v1/events"), std::string("/api/v1/events/3"),
                           std::string("/api/v1/events/2"), std::string("/api/v1/events/4"),
                           std::string("/api/v1/deliveries"), std::string("/api/v1/mappings")}) {
    const auto reply = house.get(path, viewer_token);
    EXPECT_EQ(reply.status, 200) << path;
    for (const auto* value : {"2025550142", "ana@", "\"Ana\""})
      EXPECT_THAT(reply.body, Not(HasSubstr(value))) << path;
  }
  EXPECT_THAT(house.get("/api/v1/events/3", viewer_token).body, HasSubstr("***42"));
  EXPECT_THAT(house.get("/api/v1/events/3", viewer_token).body, HasSubstr("a***@example.com"));
  EXPECT_THAT(house.get("/api/v1/events/3", auditor_token).body, HasSubstr("+12025550142"));
}

TEST(Queries, RefuseParametersThatTheyDoNotKnow) {
  Lived house;
  for (const auto* path : {"opt-outs?adress=%2B12025550142", "deliveries?status=dead",
                           "contacts?limit=1&phones=1", "alerts?page=1", "events/1?limit=1"}) {
    const auto reply = house.get(std::string("/api/v1/") + path);
    EXPECT_EQ(reply.status, 400) << path;
    EXPECT_THAT(reply.body, HasSubstr("bad_query")) << path;
  }
  const auto reply = house.get("/api/v1/opt-outs?adress=%2B12025550142");
  EXPECT_THAT(reply.body, HasSubstr("'adress'"));
  EXPECT_THAT(reply.body, HasSubstr("there are: address limit after"));
  EXPECT_EQ(house.get("/api/v1/contacts?address=1").status, 400);
  EXPECT_EQ(house.get("/health?probe=1").status, 200) << "who watches may add what it wants";
}

TEST(Queries, PageListsThatAreMadeWhole) {
  Lived house;
  for (const auto* id : {"b3", "b1", "b2"}) {
    events::BroadcastObserved told;
    told.connector = ConnectorName("verity");
    told.broadcast = id;
    house.put(events::admin_stream(), told, {});
  }
  house.fold();
  const auto page = [&](const std::string& query) {
    const auto part = house.read("/api/v1/broadcasts" + query);
    std::string ids;
    for (const auto& one : part["items"])
      ids += one["broadcast"].get<std::string>() + " ";
    return std::pair(ids, part["next"].is_null() ? "" : part["next"].get<std::string>());
  };
  EXPECT_EQ(page("").first, "b1 b2 b3 ");
  EXPECT_TRUE(house.read("/api/v1/broadcasts")["items"][0]["opt_out_rate"].is_null())
      << "no message of it was seen";
  const auto [first, cursor] = page("?limit=2");
  EXPECT_EQ(first, "b1 b2 ");
  EXPECT_EQ(page("?limit=2&after=" + cursor), std::pair(std::string("b3 "), std::string()));
  EXPECT_EQ(page("?limit=3").second, "") << "there is no empty page at the end";
  for (const auto* list : {"alerts", "queues", "overdue", "sla", "connectors", "lists",
                           "broadcasts", "opt-outs/%2B12025550142/history"}) {
    const auto path = std::string("/api/v1/") + list;
    EXPECT_TRUE(house.read(path + "?limit=100")["next"].is_null()) << list;
    EXPECT_THAT(house.get(path + "?limit=0", auditor_token).body, HasSubstr("bad_limit")) << list;
    EXPECT_THAT(house.get(path + "?limit=101", auditor_token).body, HasSubstr("bad_limit")) << list;
    for (const std::string bad : {"crm", "zz", "6364"})
      EXPECT_THAT(house.get(path + "?after=" + bad, auditor_token).body, HasSubstr("bad_cursor"))
          << list << bad;
    if (list == std::string("broadcasts"))
      continue;
    EXPECT_THAT(house.get(path + "?after=" + cursor, auditor_token).body, HasSubstr("bad_cursor"))
        << "a cursor of another list at " << list;
  }
}

TEST(Queries, AnswerInUtf8WhateverWasAskedFor) {
  Lived house;
  const auto reply = house.post("/api/v1/contacts/%FF/merge", R"({"other":"x","reason":"y"})");
  EXPECT_EQ(reply.status, 404) << reply.body;
  EXPECT_FALSE(json::parse(reply.body, nullptr, false).is_discarded());
}

TEST(Duplicates, ArePagedByTheirFirstContactWhateverIsMergedMeanwhile) {
  House house;
  const auto add = [&](const std::string& id, const std::string& phone) {
    const ContactId contact(id);
    events::IdentityCardWritten card;
    card.contact = contact;
    house.put(events::identity_stream(), card, {events::card_tag(contact)});
    events::ContactChanged changed;
    changed.source = ConnectorName("crm");
    changed.fields = {{events::Field::phone, phone}, {events::Field::first_name, "Ana"}};
    house.put(events::contact_stream(contact), changed, {events::contact_tag(contact)});
  };
  for (const auto* pair : {"a", "b", "c"})
    for (const auto* half : {"1", "2"})
      add("c000000000000000000" + std::string(pair) + half,
          "+1202555014" + std::to_string(pair[0] - 'a'));
  house.fold();
  const auto page = [&](const std::string& query) {
    return json::parse(house.get("/api/v1/duplicates" + query).body);
  };
  EXPECT_EQ(page("")["items"].size(), 3U);
  const auto first = page("?limit=1");
  ASSERT_EQ(first["items"].size(), 1U);
  EXPECT_EQ(first["next"], "c000000000000000000a1");
  const auto rest = page("?after=" + first["next"].get<std::string>());
  ASSERT_EQ(rest["items"].size(), 2U);
  EXPECT_EQ(rest["items"][0]["contacts"][0], "c000000000000000000b1");
  EXPECT_EQ(rest["next"], nullptr);
  EXPECT_EQ(house.get("/api/v1/duplicates?after=1").status, 400);
}

TEST(Mappings, AreListedByRecordConnectorAndContact) {
  Lived house;
  for (const auto* query : {"", "connector=crm", "connector=crm&remote_id=crm-1"}) {
    const auto found = house.read(std::string("/api/v1/mappings?") + query);
    ASSERT_EQ(found["items"].size(), 1U) << query;
    EXPECT_EQ(found["items"][0]["contact"], ana.value) << query;
    EXPECT_EQ(found["items"][0]["remote_id"], "crm-1") << query;
  }
  EXPECT_EQ(house.read("/api/v1/mappings?contact=" + ana.value)["items"].size(), 1U);
  EXPECT_EQ(house.get("/api/v1/mappings?after=xyz").status, 400);
}

TEST(Queries, NameASystemThatNeverWas) {
  Lived house;
  for (const auto* query :
       {"mappings?connector=", "mappings?remote_id=1&connector=", "deliveries?target=",
        "lists?connector=", "messages?phone=%2B12025550142&system=",
        "contacts?remote_id=1&connector=", "opt-outs/by-hand?connector="}) {
    EXPECT_EQ(house.get("/api/v1/" + std::string(query) + "crm").status, 200) << query;
    const auto refused = house.get("/api/v1/" + std::string(query) + "crn");
    EXPECT_EQ(refused.status, 400) << query;
    EXPECT_NE(refused.body.find("configured: crm\""), std::string::npos) << refused.body;
  }
}

TEST(Queries, FindWhatIsLeftOfASystemThatIsGone) {
  Lived house;
  auto gone = Lived::intended();
  gone.delivery = DeliveryId("d1123456789abcdef0123");
  gone.target = ConnectorName("gone");
  house.put(events::delivery_stream(gone.target, ana), gone, {events::contact_tag(ana)});
  house.fold();
  EXPECT_EQ(house.read("/api/v1/deliveries?target=gone")["items"].size(), 1U);
}

TEST(Deliveries, AreListedByStateAndTarget) {
  Lived house;
  const auto all = house.read("/api/v1/deliveries");
  ASSERT_EQ(all["items"].size(), 1U);
  EXPECT_EQ(all["items"][0]["id"], sent.value);
  EXPECT_EQ(all["items"][0]["state"], "intended");
  EXPECT_EQ(all["items"][0]["operation"], "create");
  EXPECT_TRUE(all["items"][0]["not_before"].is_null());
  EXPECT_FALSE(all["items"][0]["started_at"].is_null());
  EXPECT_TRUE(all["items"][0]["finished_at"].is_null());
  EXPECT_EQ(house.read("/api/v1/deliveries?state=intended&target=aloware")["items"].size(), 1U);
  EXPECT_EQ(house.read("/api/v1/deliveries?state=dead")["items"].size(), 0U);
  EXPECT_EQ(house.get("/api/v1/deliveries?state=lost").status, 400);
  EXPECT_EQ(house.get("/api/v1/deliveries?after=zzz").status, 400);
  EXPECT_EQ(house.read("/api/v1/deliveries/" + sent.value)["target"], "aloware");
  EXPECT_EQ(house.get("/api/v1/deliveries/d9").status, 404);
}

TEST(Events, AreReadPageByPage) {
  Lived house;
  const auto first = house.read("/api/v1/events?limit=3");
  ASSERT_EQ(first["items"].size(), 3U);
  EXPECT_EQ(first["items"][2]["position"], 3);
  EXPECT_EQ(first["next"], "3");
  const auto second = house.read("/api/v1/events?limit=3&after=3");
  ASSERT_EQ(second["items"].size(), 1U);
  EXPECT_EQ(second["items"][0]["type"], "delivery.intended.v1");
  EXPECT_TRUE(second["next"].is_null());
  const auto typed = house.read("/api/v1/events?type=contact.changed.v1");
  ASSERT_EQ(typed["items"].size(), 1U);
  EXPECT_EQ(typed["items"][0]["position"], 3);
  const auto timeline = house.read("/api/v1/contacts/" + ana.value + "/timeline?limit=2");
  EXPECT_EQ(timeline["items"].size(), 2U);
  EXPECT_EQ(timeline["next"], "2");
  EXPECT_EQ(house.read("/api/v1/events?contact=" + ana.value)["items"].size(), 4U);
  EXPECT_EQ(house.get("/api/v1/events/99").status, 404);
  EXPECT_EQ(house.get("/api/v1/events/0").status, 404);
}

TEST(Events, OfAnotherTenantAreNotThere) {
  Lived house;
  const ContactId other("cffffffffffffffffffff");
  house.put(events::contact_stream(other), Lived::changed(), {events::contact_tag(other)},
            TenantId("globex"));
  house.fold();
  EXPECT_EQ(house.get("/api/v1/events/5", admin_token).status, 404);
  EXPECT_EQ(house.read("/api/v1/events")["items"].size(), 4U);
  EXPECT_EQ(house.get("/api/v1/contacts/" + other.value, admin_token).status, 404);
  EXPECT_EQ(house.get("/api/v1/contacts/" + other.value + "/timeline", admin_token).status, 404);
}

TEST(Connectors, AreListedWithTheirSecretsMasked) {
  Lived house;
  const auto found = house.read("/api/v1/connectors");
  ASSERT_EQ(found["items"].size(), 1U);
  EXPECT_EQ(found["items"][0]["name"], "crm");
  EXPECT_EQ(found["items"][0]["settings"]["webhook_secret"], "***");
  EXPECT_EQ(found["items"][0]["settings"]["base_url"], "https://crm.example.com");
  EXPECT_EQ(house.read("/api/v1/quarantine")["items"].size(), 0U);
}

} // namespace
} // namespace tidemark::gateway::test::query_test
