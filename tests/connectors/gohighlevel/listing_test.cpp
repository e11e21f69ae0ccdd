#include "base/text/json_reader.hpp"
#include "connectors/shared/recorded_inputs.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>

namespace tidemark::connectors::testing::listing_test {
namespace {

using events::Field;

Settings settings() {
  Settings out;
  out.name = ConnectorName("crm");
  out.values = {{"location_id", "LOC1"}, {"base_url", "https://crm.example.com"}};
  out.secrets.emplace("token", SecretText("t"));
  return out;
}

std::string contact(int n, const std::string& more = "") {
  return R"({"id":"CON)" + std::to_string(n)
         + R"(","locationId":"LOC1","firstName":"Ada","phone":"+120255500)" + std::to_string(10 + n)
         + R"(","dateUpdated":"2026-08-14T15:02:11.480Z","searchAfter":[178671973148)"
         + std::to_string(n % 10) + R"(,"CON)" + std::to_string(n) + "\"]" + more + "}";
}

std::string page(int count) {
  std::string out = R"({"contacts":[)";
  for (int n = 1; n <= count; ++n)
    out += (n > 1 ? "," : "") + contact(n);
  return out + R"(],"total":99})";
}

const Connector& crm() {
  return *find("gohighlevel");
}

TEST(GohighlevelListing, AsksForTheOldestFirstAndForTheConfiguredLocation) {
  const auto request = crm().list_page("", settings());
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://crm.example.com/contacts/search");
  EXPECT_EQ(header_of(request, "Authorization"), "Bearer t");
  const auto body = json::parse(request.body);
  ASSERT_TRUE(body);
  EXPECT_EQ((*body)["locationId"].text(), "LOC1");
  EXPECT_LE((*body)["pageLimit"].integer(), 100);
  EXPECT_EQ((*body)["sort"].items().at(0)["field"].text(), "dateAdded");
  EXPECT_FALSE((*body)["searchAfter"].stated());
}

TEST(GohighlevelListing, GoesOnBehindTheLastContactOfAFullPage) {
  const auto listed = crm().translate_page(page(20), settings());
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->contacts, 20U);
  EXPECT_EQ(listed->next_cursor, R"([1786719731480,"CON20"])");
  const auto body = json::parse(crm().list_page(listed->next_cursor, settings()).body);
  ASSERT_TRUE(body);
  EXPECT_EQ((*body)["searchAfter"].items().at(0).integer(), 1'786'719'731'480);
  EXPECT_EQ((*body)["searchAfter"].items().at(1).text(), "CON20");
}

TEST(GohighlevelListing, EndsWithAnEmptyPage) {
  const auto listed = crm().translate_page(page(0), settings());
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->next_cursor, "");
}

TEST(GohighlevelListing, GoesOnBehindAPageThatIsNotFull) {
  for (const int count : {1, 19}) {
    const auto listed = crm().translate_page(page(count), settings());
    ASSERT_TRUE(listed);
    EXPECT_NE(listed->next_cursor, "");
    EXPECT_EQ(listed->translation.commands.size(), static_cast<std::size_t>(count));
  }
}

TEST(GohighlevelListing, ReadsAContactAsAWebhookAboutItWouldBeRead) {
  const auto listed = crm().translate_page(page(1), settings());
  ASSERT_TRUE(listed);
  const auto& record = only_record(listed->translation);
  EXPECT_EQ(record.remote_id.value, "CON1");
  EXPECT_EQ(record.fields.get(Field::phone), "+12025550011");
  EXPECT_EQ(record.source_version, "2026-08-14T15:02:11.480000Z");
  EXPECT_FALSE(record.opt_out_seen);
}

TEST(GohighlevelListing, SeesWhoWantsNoMessages) {
  const auto listed =
      crm().translate_page(R"({"contacts":[)" + contact(1, R"(,"dnd":true)") + "]}", settings());
  ASSERT_TRUE(listed);
  EXPECT_TRUE(only_record(listed->translation).opt_out_seen);
}

TEST(GohighlevelListing, LeavesOutContactsOfAnotherLocation) {
  auto other = settings();
  other.values["location_id"] = "LOC2";
  const auto listed = crm().translate_page(page(2), other);
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->contacts, 2U);
  EXPECT_TRUE(listed->translation.commands.empty());
  EXPECT_EQ(reasons(listed->translation), "other_location other_location");
}

TEST(GohighlevelListing, RefusesAnAnswerThatIsNoList) {
  for (const auto* body : {"", "<html>", R"({"contact":null})", R"({"contacts":{}})"})
    EXPECT_FALSE(crm().translate_page(body, settings())) << body;
  auto cut = page(20);
  const auto last = cut.rfind(R"("searchAfter")");
  EXPECT_FALSE(crm().translate_page(cut.substr(0, last) + R"("x":1}]})", settings()));
}

TEST(GohighlevelListing, MarksWhatAPageHoldsAsListed) {
  const Configured configured{&crm(), settings()};
  events::StoredEvent stored;
  stored.attachment = page(2);
  events::BackfillPageReceived received;
  received.kind = events::BackfillKind::reconcile;
  received.run = Position{41};
  const auto translation = translate_stored(&configured, stored, received);
  ASSERT_EQ(translation.commands.size(), 2U);
  for (const auto& command : translation.commands) {
    const auto& record = std::get<domain::ObserveRecord>(command);
    EXPECT_EQ(record.listed, domain::ObservationSource::by_reconcile);
    EXPECT_EQ(record.run, "reconcile:41");
  }
  EXPECT_EQ(reasons(translate_stored(nullptr, stored, received)), "connector_not_configured");
}

TEST(StoredWebhooks, AStopThatCannotBeReadWholeIsHeldAsOne) {
  const Configured configured{&crm(), settings()};
  events::StoredEvent stored;
  stored.attachment = R"({"type":"InboundMessage","messageType":"SMS","body":"STOP"})";
  events::WebhookReceived received;
  EXPECT_EQ(reasons(translate_stored(&configured, stored, received)), "missing_record_id");
  received.maybe_opt_out = true;
  EXPECT_EQ(reasons(translate_stored(&configured, stored, received)),
            "missing_record_id opt_out_unreadable");
}

} // namespace
} // namespace tidemark::connectors::testing::listing_test
