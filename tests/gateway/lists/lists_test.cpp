#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::lists_test {
namespace {

using nlohmann::json;

const TenantId acme("acme");
const ContactId ana("c0123456789abcdef0123"), bea("c9876543210fedcba9876");
const ConnectorName crm("crm"), dialer("dialer");

WebhookSource source(const ConnectorName& name, const connectors::Connector& connector) {
  WebhookSource out{acme, &connector, {}};
  out.settings.name = name;
  return out;
}

/// A dialer that keeps lists, and the rule that puts whoever is tagged on one.
struct WithLists : House {
  WithLists()
      : House([](GatewayOptions& options) {
          static const auto listing = [] {
            auto out = played_connector();
            out.capabilities.keeps_lists = true;
            return out;
          }();
          options.sources = {source(crm, played_connector()), source(dialer, listing)};
          domain::SyncRules rules;
          rules.systems = {{crm, "generic", true, {}, nullptr},
                           {dialer, "generic", true, listing.capabilities, nullptr}};
          rules.placement.default_agent = "NONE";
          for (const auto* list : {"HOT", "COLD"}) {
            rules.placement.tag_lists.push_back(
                {list, events::TagMatch::ignore_case, dialer, list});
            rules.list_rules.emplace_back(rules.placement.tag_lists.back());
          }
          options.rules.emplace(acme, std::move(rules));
        }) {}

  /// The CRM says how the contact is tagged, and the dialer has a record of it.
  void tag(const ContactId& contact, const std::vector<std::string>& tags) {
    events::ContactObserved told;
    told.connector = crm;
    told.remote_id = RemoteId("crm-" + contact.value);
    told.tags = tags;
    put(events::contact_stream(contact), told, {events::contact_tag(contact)});
    told.connector = dialer;
    told.tags.reset();
    put(events::contact_stream(contact), told, {events::contact_tag(contact)});
    events::IdentityCardWritten card;
    card.contact = contact;
    put(events::identity_stream(), card, {events::card_tag(contact)});
  }
  void joined(const ContactId& contact, const std::string& list) {
    events::ActionIntended action;
    action.delivery = DeliveryId("d" + list);
    action.contact = contact;
    action.target = dialer;
    action.action = events::Action::join_list;
    action.placement = events::Placement{{list}, {}, {}, {}, {}};
    put(events::contact_stream(contact), action, {events::contact_tag(contact)});
  }
  json preview(const std::string& query = "") {
    const auto reply = post("/api/v1/lists/dialer/rebuild" + query, R"({"dry_run":true})");
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
};

TEST(ListsPreview, SaysForEachContactWhatARebuildWouldAskFor) {
  WithLists house;
  house.tag(ana, {"hot"});
  house.joined(ana, "COLD");
  house.tag(bea, {});
  house.fold();
  const auto before = house.log.durable();
  const auto preview = house.preview();
  EXPECT_EQ(house.log.durable(), before) << "nothing is recorded";
  EXPECT_EQ(preview["contacts"], 2);
  EXPECT_EQ(preview["put_on"], 1);
  EXPECT_EQ(preview["taken_off"], 1);
  EXPECT_EQ(preview["next"], nullptr);
  ASSERT_EQ(preview["items"].size(), 2U);
  EXPECT_EQ(preview["items"][0]["contact"], ana.value);
  EXPECT_EQ(preview["items"][0]["put_on"], json({"HOT"}));
  EXPECT_EQ(preview["items"][0]["taken_off"], json({"COLD"}));
  EXPECT_EQ(preview["items"][1]["put_on"], json::array());
  EXPECT_EQ(preview["items"][1]["left_if_there"], json({"HOT", "COLD"}))
      << "somebody may have put the contact there";

  const auto first = house.preview("?limit=1");
  EXPECT_EQ(first["items"].size(), 1U);
  EXPECT_EQ(house.post("/api/v1/lists/dialer/rebuild?after=zzz", R"({"dry_run":true})").status,
            400);
  const auto rest = house.preview("?after=" + first["next"].get<std::string>());
  ASSERT_EQ(rest["items"].size(), 1U);
  EXPECT_EQ(rest["items"][0]["contact"], bea.value);
}

TEST(ListsRebuild, WithNobodyInItNamesNoEvent) {
  WithLists house;
  EXPECT_EQ(house.post("/api/v1/lists/dialer/rebuild", "").body,
            R"({"status":"accepted","position":null,"contacts":0})");
}

TEST(ListsPreview, OnlyWhatIsAskedForClearlyIsDone) {
  WithLists house;
  house.tag(ana, {"hot"});
  house.fold();
  const auto before = house.log.durable();
  const auto post = [&](std::string_view body) {
    return house.post("/api/v1/lists/dialer/rebuild", body).status;
  };
  EXPECT_EQ(post(R"({"dry_run":"yes"})"), 400);
  EXPECT_EQ(post(R"({"dryrun":true})"), 400);
  EXPECT_EQ(post("true"), 400);
  EXPECT_EQ(house.log.durable(), before);
  EXPECT_EQ(post(""), 200);
  EXPECT_EQ(post(R"({"dry_run":false})"), 200);
  EXPECT_EQ(house.log.durable().value, before.value + 2);
}

} // namespace
} // namespace tidemark::gateway::test::lists_test
