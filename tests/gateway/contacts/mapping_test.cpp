#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::mapping_test {
namespace {

using nlohmann::json;

constexpr auto repair = "/api/v1/mappings/repair";
const TenantId acme("acme");
const ContactId ana("c0123456789abcdef0123"), bea("c9876543210fedcba9876");
const ConnectorName crm("crm"), dialer("dialer"), texting("texting");

WebhookSource source(const ConnectorName& name, const connectors::Connector& connector) {
  WebhookSource out{acme, &connector, {}};
  out.settings.name = name;
  return out;
}

/// Ana is known by the CRM's record; the dialer has none; the texting service takes no contacts.
struct Lived : House {
  Lived()
      : House([](GatewayOptions& options) {
          static const auto forwarding = [] {
            auto out = played_connector();
            out.capabilities.contact_api = false;
            return out;
          }();
          options.sources = {source(crm, played_connector()), source(dialer, played_connector()),
                             source(texting, forwarding)};
        }) {
    know(ana, "+12025550142", "ana@example.com");
    know(bea, "+12025550143", "bea@example.com");
    events::ContactObserved told;
    told.connector = crm;
    told.remote_id = RemoteId("crm-1");
    told.fields = {{events::Field::phone, "+12025550142"}};
    put(events::contact_stream(ana), told, {events::contact_tag(ana)});
    fold();
  }

  void know(const ContactId& contact, std::string_view phone, std::string_view email) {
    events::IdentityCardWritten card;
    card.contact = contact;
    card.phones = {events::phone_hash(hasher, acme, phone)};
    card.emails = {events::email_hash(hasher, acme, email)};
    put(events::identity_stream(), card,
        {events::card_tag(contact), events::identity_tag(events::phone_hash(hasher, acme, phone)),
         events::identity_tag(events::email_hash(hasher, acme, email))});
  }

  json ask(std::string_view body, int status) const {
    const auto reply = post(repair, body);
    EXPECT_EQ(reply.status, status) << body << ": " << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
  std::string refusal(std::string_view body, int status) const {
    const auto before = log.durable();
    const auto answer = ask(body, status);
    EXPECT_EQ(log.durable(), before) << "a refused request is not recorded";
    return answer.value(json::json_pointer("/error/code"), "none");
  }
  json shown(Position request) const {
    const auto reply = get(std::string(repair) + "/" + std::to_string(request.value));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
  /// One append of that decider about the request.
  void decide(Position request, events::Decider decider, const StreamName& stream,
              std::vector<events::Event> decision) {
    storage::Append append;
    append.tenant = acme;
    append.cause = request;
    append.correlation = request;
    append.decider = decider;
    for (auto& event : decision)
      append.events.push_back({stream, std::move(event), {events::contact_tag(ana)}, {}});
    ASSERT_TRUE(std::holds_alternative<storage::Appended>(
        storage::append_and_wait(log, std::move(append))));
  }
};

TEST(MappingRepair, IsRecordedWithWhatStandsNow) {
  Lived house;
  for (const auto* body :
       {R"({"phone":"(202) 555-0142","reason":"no calls"})",
        R"({"email":"Ana@EXAMPLE.com","reason":"no calls"})",
        R"({"phone":"+12025550142","email":"ana@example.com","reason":"no calls"})",
        R"({"phone":"+12025550142","email":"who@example.com","reason":"no calls"})"}) {
    const auto answer = house.ask(body, 202);
    EXPECT_EQ(answer["contact"], ana.value) << body;
    ASSERT_EQ(answer["systems"].size(), 2U) << "the texting service takes no contacts";
    EXPECT_EQ(answer["systems"][0]["status"], "mapped");
    EXPECT_EQ(answer["systems"][0]["remote_id"], "crm-1");
    EXPECT_EQ(answer["systems"][1]["connector"], "dialer");
    EXPECT_EQ(answer["systems"][1]["status"], "none");
    const auto stored = house.log.at(Position{answer["position"].get<std::uint64_t>()}).value();
    EXPECT_EQ(stored->envelope.type, "mapping.repair_requested.v1");
    const auto payload = json::parse(stored->payload);
    EXPECT_EQ(payload["connectors"], json({"dialer"}));
    EXPECT_EQ(payload["by"], "operator");
    EXPECT_EQ(payload["reason"], "no calls");
  }
}

TEST(MappingRepair, WithoutAContactIsRefusedWithWhatToDo) {
  Lived house;
  EXPECT_EQ(house.refusal(R"({"reason":"x"})", 400), "no_address");
  EXPECT_EQ(house.refusal(R"({"phone":null,"reason":"x"})", 400), "no_address");
  EXPECT_EQ(house.refusal(R"({"phone":"12","reason":"x"})", 400), "bad_phone");
  EXPECT_EQ(house.refusal(R"({"phone":12025550142,"reason":"x"})", 400), "bad_phone");
  EXPECT_EQ(house.refusal(R"({"email":"ana","reason":"x"})", 400), "bad_email");
  EXPECT_EQ(house.refusal(R"({"phone":"+12025550142"})", 400), "bad_reason");
  EXPECT_EQ(house.refusal(R"({"phone":"+12025550142","reason":"x","name":"Ana"})", 400),
            "bad_body");
  EXPECT_EQ(house.refusal("[]", 400), "bad_body");
  EXPECT_EQ(house.refusal(R"({"phone":"+12025550199","reason":"x"})", 404), "contact_not_found");
  EXPECT_EQ(
      house.refusal(R"({"phone":"+12025550142","email":"bea@example.com","reason":"x"})", 409),
      "addresses_of_two");
  EXPECT_EQ(house.post(repair, R"({"phone":"+12025550142","reason":"x"})", auditor_token).status,
            403);
}

TEST(MappingRepair, AnAddressThatThePersonGaveUpFindsNobody) {
  Lived house;
  events::IdentityCardWritten moved;
  moved.contact = ana;
  house.put(events::identity_stream(), moved,
            {events::card_tag(ana),
             events::identity_tag(events::phone_hash(house.hasher, acme, "+12025550142"))});
  EXPECT_EQ(house.refusal(R"({"phone":"+12025550142","reason":"x"})", 404), "contact_not_found");
}

TEST(MappingRepair, IsShownWithWhatBecameOfEachSystem) {
  Lived house;
  const Position request{
      house.ask(R"({"phone":"+12025550142","reason":"no calls"})", 202)["position"]
          .get<std::uint64_t>()};
  EXPECT_EQ(house.shown(request)["state"], "pending");
  EXPECT_EQ(house.get(std::string(repair) + "/1").status, 404) << "that is another event";
  EXPECT_EQ(house.get(std::string(repair) + "/9999").status, 404);

  events::WebhookInterpreted interpreted;
  interpreted.webhook = request;
  interpreted.commands = {{0, 0, {}, events::CommandKind::repair_mapping, ana}};
  house.decide(request, events::Decider::interpreter, events::identity_stream(), {interpreted});
  house.fold();
  EXPECT_EQ(house.shown(request)["state"], "pending") << "the contact has not decided";

  const DeliveryId delivery("d0123456789abcdef0123");
  events::DeliveryIntended intent;
  intent.delivery = delivery;
  intent.contact = ana;
  intent.target = dialer;
  house.decide(
      request, events::Decider::contact, events::contact_stream(ana),
      {events::MappingRepairDecided{events::Outcome::applied,
                                    Reason::repair_begun,
                                    {{crm, events::Outcome::no_change, Reason::already_mapped, {}},
                                     {dialer, events::Outcome::pending, Reason::create, delivery}}},
       intent});
  house.fold();
  const auto decided = house.shown(request);
  EXPECT_EQ(decided["state"], "decided");
  EXPECT_EQ(decided["outcome"], "applied");
  ASSERT_EQ(decided["systems"].size(), 2U);
  EXPECT_EQ(decided["systems"][0]["reason_code"], "already_mapped");
  EXPECT_EQ(decided["systems"][1]["outcome"], "pending");

  events::DeliveryAccepted accepted;
  accepted.facts.delivery = delivery;
  accepted.facts.reason_code = Reason::found_as_wanted;
  accepted.contact = ana;
  accepted.target = dialer;
  accepted.remote_id = RemoteId("d-1");
  house.decide(request, events::Decider::delivery, events::delivery_stream(dialer, ana),
               {accepted});
  house.fold();
  const auto done = house.shown(request)["systems"][1];
  EXPECT_EQ(done["outcome"], "applied");
  EXPECT_EQ(done["reason_code"], "found_as_wanted");
  EXPECT_EQ(done["remote_id"], "d-1");
}

} // namespace
} // namespace tidemark::gateway::test::mapping_test
