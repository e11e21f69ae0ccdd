#include "domain/consent/unreadable_opt_out.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "tests/gateway/answering_log.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::gateway::test::consent_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const TenantId acme("acme");
const ContactId ana("c0123456789abcdef0123");
const std::string phone = "+12025550142";

struct Consent : House {
  using House::House;
  AddressHash hash() const { return events::phone_hash(hasher, acme, phone); }

  events::ConsentChanged statement(events::ConsentChange change, Position input) const {
    events::ConsentChanged e;
    e.address_hash = hash();
    e.address = PiiText(phone);
    e.change = change;
    e.channels = {events::Channel::sms};
    e.evidence = events::Evidence::message_text;
    e.source = ConnectorName("verity");
    e.rule = "E6.2@1";
    e.by = "person";
    e.input = input;
    e.received_at = clock.now();
    return e;
  }
  void say(const events::ConsentChanged& e) {
    put(events::consent_stream(e.address_hash), e, {events::consent_tag(hash())});
  }
  json read(const std::string& path, std::string_view token = auditor_token) const {
    const auto reply = get(path, token);
    EXPECT_EQ(reply.status, 200) << path << ": " << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
  events::ConsentRequested stored(Position position) const {
    const auto event = log.at(position).value().value();
    EXPECT_EQ(event.envelope.type, events::ConsentRequested::name);
    return std::get<events::ConsentRequested>(
        events::decode(event.envelope.type, event.payload).value());
  }
};

std::string error_code(const Reply& reply) {
  return json::parse(reply.body, nullptr, false)["error"]["code"];
}

TEST(OptOutRequests, AreStoredWithTheTagsThatHoldSendsBeforeTheAnswer) {
  Consent house;
  const auto reply = house.post("/api/v1/opt-outs", R"({"address":"(202) 555-0142",
    "reason":"called the office","channels":["sms","call"],"sender":"(202) 555-0100",
    "stated_at":"2026-01-05T10:00:00Z"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto body = json::parse(reply.body);
  EXPECT_EQ(body["status"], "accepted");
  const Position position{body["position"].get<std::uint64_t>()};
  EXPECT_EQ(position, house.log.durable());
  const auto request = house.stored(position);
  EXPECT_EQ(request.address.reveal(), phone);
  EXPECT_EQ(request.change, events::ConsentChange::revoked);
  EXPECT_EQ(request.channels, (std::vector{events::Channel::sms, events::Channel::call}));
  EXPECT_EQ(request.sender, "+12025550100");
  EXPECT_EQ(request.reason, "called the office");
  EXPECT_EQ(request.by, "operator");
  EXPECT_EQ(request.stated_at, "2026-01-05T10:00:00.000000Z");
  const auto tags = house.log.at(position).value().value().envelope.tags;
  for (const auto& tag : {events::consent_tag(house.hash()), events::any_opt_out_tag()})
    EXPECT_NE(std::find(tags.begin(), tags.end(), tag), tags.end());
}

TEST(OptOutRequests, AreAnsweredWithWhatBecomesOfThemOnEachChannel) {
  Consent house;
  const auto ask = [&](const std::string& route, const std::string& more) {
    const auto reply =
        house.post("/api/v1/" + route, R"({"address":"+12025550142","reason":"x")" + more + "}");
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body)["channels"];
  };
  EXPECT_EQ(ask("opt-outs", R"(,"channels":["sms"])"), json({{"sms", {{"change", "revoked"}}}}));
  auto stop = house.statement(events::ConsentChange::revoked, house.log.durable());
  stop.stated_at = "2026-01-05T10:00:00.000000Z";
  house.say(stop);
  const auto in = ask("opt-ins", R"(,"stated_at":"2020-01-01T00:00:00Z")");
  EXPECT_EQ(in["sms"]["change"], "ignored");
  EXPECT_EQ(in["sms"]["reason_code"], "older_than_opt_out");
  EXPECT_FALSE(in["sms"]["text"].get<std::string>().empty());
  EXPECT_EQ(in["call"], json({{"change", "granted"}}));
}

TEST(OptInQuestions, AreRecordedForWhoeverHasNotOptedOut) {
  Consent house;
  const auto ask = [&](const std::string& more) {
    return house.post("/api/v1/opt-in-questions",
                      R"({"address":"+12025550142","reason":"asked at the counter")" + more + "}");
  };
  const auto asked = ask("");
  ASSERT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(json::parse(asked.body)["channels"], json({{"sms", {{"change", "asked"}}}}));
  const auto request = house.stored(house.log.durable());
  EXPECT_EQ(request.change, events::ConsentChange::asked);
  EXPECT_EQ(request.channels, std::vector{events::Channel::sms});
  EXPECT_EQ(ask(R"(,"channels":["call"])").status, 400);
  EXPECT_EQ(ask(R"(,"sender":"+13125550199")").status, 400) << "a YES is for all senders";
  const auto mail =
      house.post("/api/v1/opt-in-questions", R"({"address":"ana@example.com","reason":"asked"})");
  EXPECT_EQ(mail.status, 400) << mail.body;
}

TEST(OptInQuestions, AreRefusedToWhoeverHasOptedOut) {
  Consent house;
  house.say(house.statement(events::ConsentChange::revoked, house.log.durable()));
  const auto before = house.log.durable();
  const auto asked = house.post("/api/v1/opt-in-questions",
                                R"({"address":"+12025550142","reason":"asked once more"})");
  EXPECT_EQ(asked.status, 409);
  EXPECT_EQ(json::parse(asked.body)["error"]["code"], "opted_out") << asked.body;
  EXPECT_EQ(house.log.durable(), before) << "nothing was stored";
}

TEST(OptOutRequests, CloseAllChannelsOfTheAddressWhenNoneIsNamed) {
  Consent house;
  house.post("/api/v1/opt-outs", R"({"address":"12025550142","reason":"asked us"})");
  EXPECT_EQ(house.stored(house.log.durable()).channels.size(), 3U);
  house.post("/api/v1/opt-ins", R"({"address":"Ana@Example.COM","reason":"form signed"})");
  const auto in = house.stored(house.log.durable());
  EXPECT_EQ(in.change, events::ConsentChange::granted);
  EXPECT_EQ(in.kind, events::Field::email);
  EXPECT_EQ(in.address.reveal(), "ana@example.com");
  EXPECT_EQ(in.channels, std::vector{events::Channel::email});
}

TEST(OptOutRequests, ReadNationalNumbersByTheTenantsRegionAndSayWhichWasUnderstood) {
  const auto in = [](const char* region) {
    return [region](GatewayOptions& options) { options.default_regions[acme] = region; };
  };
  Consent british(in("GB")), mixed(in(""));
  const auto* const national = R"({"address":"020 7946 0018","reason":"called"})";
  const auto reply = british.post("/api/v1/opt-outs", national);
  EXPECT_EQ(json::parse(reply.body)["address"], "+442079460018");
  EXPECT_EQ(british.stored(british.log.durable()).address.reveal(), "+442079460018");
  EXPECT_EQ(british.read("/api/v1/opt-outs?address=020%207946%200018")["items"][0]["address"],
            "+442079460018");
  EXPECT_EQ(error_code(mixed.post("/api/v1/opt-outs", national)), "bad_address");
  EXPECT_EQ(error_code(mixed.post("/api/v1/opt-outs",
                                  R"({"address":"(202) 555-0142","reason":"not +20 25550142"})")),
            "bad_address");
  EXPECT_EQ(mixed.log.durable(), Position{0});
  EXPECT_EQ(mixed.post("/api/v1/opt-outs", R"({"address":"+442079460018","reason":"x"})").status,
            200);
}

TEST(ProviderDelivery, OfARepeatDoesNotSayThatItWasRefused) {
  Consent house;
  EXPECT_THAT(house.ask(webhook(R"({"SEND":1})", "p1")).body, HasSubstr("accepted"));
  house.say(house.statement(events::ConsentChange::revoked, house.log.durable()));
  house.fold();
  EXPECT_THAT(house.ask(webhook(R"({"SEND":2})", "p2")).body, HasSubstr("opted_out"));
  EXPECT_EQ(house.ask(webhook(R"({"SEND":1})", "p1")).body,
            R"({"status":"duplicate","position":1})");
}

TEST(OptOutRequests, WithAFaultAreRefusedAndNothingIsStored) {
  Consent house;
  const std::pair<const char*, const char*> faults[] = {
      {"", "bad_body"},
      {"[]", "bad_body"},
      {R"({"address":"+12025550142"})", "bad_reason"},
      {R"({"address":"+12025550142","reason":"  "})", "bad_reason"},
      {R"({"reason":"x"})", "bad_address"},
      {R"({"address":"nobody","reason":"x"})", "bad_address"},
      {R"({"address":"+12025550142","reason":"x","channels":["email"]})", "bad_channels"},
      {R"({"address":"+12025550142","reason":"x","channels":[]})", "bad_channels"},
      {R"({"address":"+12025550142","reason":"x","channels":"sms"})", "bad_channels"},
      {R"({"address":"a@example.com","reason":"x","channels":["sms"]})", "bad_channels"},
      {R"({"address":"+12025550142","reason":"x","stated_at":"yesterday"})", "bad_stated_at"},
      {R"({"address":"+12025550142","reason":"x","stated_at":"2099-01-01T00:00:00Z"})",
       "bad_stated_at"},
      {R"({"address":"+12025550142","reason":"x","chanels":["sms"]})", "bad_body"}};
  for (const auto& [body, code] : faults) {
    const auto reply = house.post("/api/v1/opt-outs", body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(error_code(reply), code) << body;
  }
  EXPECT_EQ(house.log.durable(), Position{});
}

TEST(OptOutRequests, NeedAnOperator) {
  Consent house;
  const auto body = R"({"address":"+12025550142","reason":"x"})";
  for (const auto* path : {"/api/v1/opt-outs", "/api/v1/opt-ins", "/api/v1/opt-in-questions",
                           "/api/v1/reviews/1", "/api/v1/call-allowances"}) {
    EXPECT_EQ(house.post(path, body, auditor_token).status, 403) << path;
    EXPECT_EQ(house.post(path, body, "wrong").status, 401) << path;
  }
  EXPECT_EQ(house.log.durable(), Position{});
  const auto other = house.ask(request(
      "DELETE", "/api/v1/opt-outs", "Authorization: Bearer " + std::string(admin_token) + "\r\n"));
  EXPECT_EQ(other.status, 405);
  EXPECT_THAT(other.headers.at("allow"), testing::Eq("GET, HEAD, POST, OPTIONS"));
}

TEST(CallAllowances, AreRecordedWithTheirEndWhoAndWhyAndRefusedWithAFault) {
  Consent house;
  for (const auto& [body, code] : std::vector<std::pair<std::string, std::string>>{
           {R"({"address":"ana@example.com","reason":"x"})", "bad_address"},
           {R"({"reason":"x"})", "bad_address"},
           {R"({"address":"+12025550142"})", "bad_reason"},
           {R"({"address":"+12025550142","reason":"x","until":"tomorrow"})", "bad_until"},
           {R"({"address":"+12025550142","reason":"x","until":"2020-01-01T00:00:00Z"})",
            "bad_until"},
           {R"({"address":"+12025550142","reason":"x","until":"2099-01-01T00:00:00Z"})",
            "bad_until"}}) {
    const auto reply = house.post("/api/v1/call-allowances", body);
    EXPECT_EQ(error_code(reply), code) << body;
  }
  EXPECT_EQ(house.log.durable(), Position{});
  const auto reply = house.post("/api/v1/call-allowances",
                                R"({"address":"(202) 555-0142","reason":"asked for a call back"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto stored = house.log.at(house.log.durable()).value().value();
  ASSERT_EQ(stored.envelope.type, events::CallAllowed::name);
  const auto allowed =
      std::get<events::CallAllowed>(events::decode(stored.envelope.type, stored.payload).value());
  EXPECT_EQ(allowed.address.reveal(), phone);
  EXPECT_EQ(allowed.until, house.clock.now() + std::chrono::hours(24));
  EXPECT_EQ(allowed.by, "operator");
  EXPECT_EQ(allowed.reason, "asked for a call back");
}

/// Requirement O19: what cannot be stored is never called done.
TEST(OptOutRequests, ThatCannotBeStoredAreNeverAccepted) {
  StandingClock clock;
  SetHealth health;
  AnsweringLog log(storage::NotTaken{"disk_low"});
  storage::MemoryTables tables;
  KeyedHasher hasher{SecretText("pepper")};
  GatewayOptions options;
  options.port = 0;
  options.tenants = {acme};
  options.tokens = {{"mia", "operator", to_hex(sha256(operator_token)), {}}};
  Gateway gateway(options, GatewayPorts{log, tables, hasher, clock, health});
  ASSERT_TRUE(gateway.start());
  const auto reply =
      Client(gateway.port())
          .ask(request("POST", "/api/v1/opt-outs",
                       "Authorization: Bearer " + std::string(operator_token) + "\r\n",
                       R"({"address":"+12025550142","reason":"x"})"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(error_code(reply), "not_stored");
  EXPECT_THAT(reply.body, Not(HasSubstr("accepted")));
}

TEST(OptOuts, AnAddressNeverHeardOfHasNeverSaidAnything) {
  Consent house;
  const auto found = house.read("/api/v1/opt-outs?address=(202)%20555-0142")["items"];
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["address"], phone);
  EXPECT_EQ(found[0]["channels"]["sms"]["state"], "never_said");
  EXPECT_EQ(house.read("/api/v1/opt-outs?address=a@example.com")["items"][0]["channels"].size(),
            1U);
  EXPECT_EQ(house.get("/api/v1/opt-outs?address=nobody").status, 400);
  EXPECT_EQ(house.get("/api/v1/opt-outs?address=").status, 400) << "no wish for everybody's";
}

TEST(OptOuts, ArePagedByTheirOwnCursorsOnly) {
  Consent house;
  EXPECT_EQ(error_code(house.get("/api/v1/opt-outs?after=zzz")), "bad_cursor");
  EXPECT_EQ(house.read("/api/v1/opt-outs?after=" + to_hex(house.hash()))["items"].size(), 0U);
}

TEST(OptOuts, ShowStateHistoryAndMaskForViewers) {
  Consent house;
  const auto input = house.put(events::admin_stream(), events::ConsentRequested{}, {});
  house.say(house.statement(events::ConsentChange::revoked, input));
  house.fold();
  const auto one = house.read("/api/v1/opt-outs?address=%2B12025550142")["items"][0];
  EXPECT_EQ(one["channels"]["sms"]["state"], "opted_out");
  EXPECT_EQ(one["channels"]["sms"]["position"], input.value);
  EXPECT_EQ(one["channels"]["call"]["state"], "never_said");
  EXPECT_EQ(one["deadlines"][1]["rule"], "tcpa_10_business_days");
  EXPECT_EQ(one["deadlines"][1]["met"], true);
  const auto history = house.read("/api/v1/opt-outs/12025550142/history")["items"];
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0]["position"], input.value);
  EXPECT_EQ(history[0]["change"], "revoked");
  EXPECT_EQ(history[0]["evidence"], "message text");
  EXPECT_EQ(house.read("/api/v1/opt-outs")["items"].size(), 1U);
  EXPECT_EQ(house.read("/api/v1/opt-outs", auditor_token)["items"][0]["address"], phone);
  EXPECT_EQ(house.read("/api/v1/opt-outs", viewer_token)["items"][0]["address"], "***42");
}

TEST(OptOuts, StandAtTheContactWithItsReviews) {
  Consent house;
  events::IdentityCardWritten card;
  card.contact = ana;
  card.phones = {house.hash()};
  house.put(events::identity_stream(), card, {});
  events::ContactChanged changed;
  changed.fields = {{events::Field::phone, phone}};
  house.put(events::contact_stream(ana), changed, {});
  auto silent = house.statement(events::ConsentChange::revoked, Position{1});
  silent.address = {}; // only its hash was known
  house.say(silent);
  house.put(events::identity_stream(),
            events::IdentityReviewRequested{
                ana, ContactId("cother"), Reason::names_differ, {events::MatchedBy::phone}},
            {});
  house.fold();
  const auto contact = house.read("/api/v1/contacts/" + ana.value);
  ASSERT_EQ(contact["opt_outs"].size(), 1U);
  EXPECT_EQ(contact["opt_outs"][0]["address"], phone);
  EXPECT_EQ(contact["opt_outs"][0]["channels"]["sms"]["state"], "opted_out");
  ASSERT_EQ(contact["review"].size(), 1U);
  EXPECT_EQ(contact["review"][0]["reason_code"], "names_differ");
}

struct InReview : Consent {
  InReview() {
    input = put(events::admin_stream(), events::ConsentRequested{}, {});
    auto maybe = statement(events::ConsentChange::review, input);
    maybe.reason_code = Reason::maybe_opt_out;
    say(maybe);
    fold();
  }
  std::string path() const { return "/api/v1/reviews/" + std::to_string(input.value); }
  Position input;
};

TEST(Reviews, AreListedAndDecidedWithAReason) {
  InReview house;
  const auto open = house.read("/api/v1/reviews")["items"];
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open.at(0)["next_step"], "Read the message and decide: POST " + house.path() + ".");
  EXPECT_EQ(open[0]["id"], std::to_string(house.input.value));
  EXPECT_EQ(open[0]["kind"], "maybe_opt_out");
  EXPECT_EQ(house.read("/api/v1/reviews", viewer_token)["items"][0]["address"], "***42");
  EXPECT_EQ(error_code(house.post(house.path(), R"({"decision":"maybe","reason":"x"})")),
            "bad_decision");
  EXPECT_EQ(error_code(house.post(house.path(), R"({"decision":"opt_out"})")), "bad_reason");
  const auto reply =
      house.post(house.path(), R"({"decision":"not_an_opt_out","reason":"asked for the time"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto request = house.stored(house.log.durable());
  EXPECT_EQ(request.change, events::ConsentChange::cleared);
  EXPECT_EQ(request.review, house.input);
  EXPECT_EQ(request.evidence, events::Evidence::manual);
  EXPECT_EQ(request.channels, std::vector{events::Channel::sms});
  auto cleared = house.statement(events::ConsentChange::cleared, house.log.durable());
  cleared.request = house.input;
  cleared.by = "mia";
  house.say(cleared);
  house.fold();
  EXPECT_TRUE(house.read("/api/v1/reviews")["items"].empty());
  const auto all = house.read("/api/v1/reviews?state=all")["items"];
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all.at(0)["next_step"].is_null()) << "nothing is left to do";
  EXPECT_EQ(all[0]["decision"], "not_an_opt_out");
  EXPECT_EQ(all[0]["by"], "mia");
  const auto again = house.post(house.path(), R"({"decision":"opt_out","reason":"x"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(error_code(again), "already_decided");
}

TEST(Reviews, AnOptOutDecisionClosesTheChannels) {
  InReview house;
  ASSERT_EQ(house.post(house.path(), R"({"decision":"opt_out","reason":"she means it"})").status,
            200);
  EXPECT_EQ(house.stored(house.log.durable()).change, events::ConsentChange::revoked);
}

TEST(Reviews, ThatAreNoneOrAboutIdentityAreNotDecidedHere) {
  Consent house;
  const auto position =
      house.put(events::identity_stream(),
                events::IdentityReviewRequested{
                    ana, ContactId("cother"), Reason::names_differ, {events::MatchedBy::phone}},
                {});
  house.fold();
  const auto body = R"({"decision":"opt_out","reason":"x"})";
  EXPECT_EQ(error_code(house.post("/api/v1/reviews/" + std::to_string(position.value), body)),
            "not_decided_here");
  EXPECT_EQ(house.post("/api/v1/reviews/99", body).status, 404);
  EXPECT_EQ(house.post("/api/v1/reviews/none", body).status, 404);
}

TEST(Conflicts, AreListedMaskedForViewers) {
  Consent house;
  events::ContactConflictDecided conflict;
  conflict.field = events::Field::phone;
  conflict.values = {{ConnectorName("crm"), PiiText(phone)},
                     {ConnectorName("aloware"), PiiText("+12025550143")}};
  conflict.winner = ConnectorName("crm");
  conflict.value = PiiText(phone);
  conflict.rule = "A1.6";
  house.put(events::contact_stream(ana), conflict, {});
  house.fold();
  const auto items = house.read("/api/v1/conflicts")["items"];
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["winner"], "crm");
  EXPECT_EQ(items[0]["values"]["crm"], phone);
  EXPECT_EQ(items[0]["updated"], json::array());
  EXPECT_EQ(house.read("/api/v1/conflicts", viewer_token)["items"][0]["values"]["crm"], "***42");
}

TEST(Alerts, ComeTwoMinutesAfterAnOptOutThatNobodyConfirmed) {
  Consent house;
  events::ActionIntended tell;
  tell.delivery = DeliveryId("dtell");
  tell.contact = ana;
  tell.target = ConnectorName("aloware");
  tell.action = events::Action::opt_out;
  house.put(events::contact_stream(ana), tell, {});
  house.fold();
  house.clock.advance(std::chrono::seconds(119));
  EXPECT_TRUE(house.read("/api/v1/alerts")["items"].empty());
  EXPECT_THAT(house.get("/metrics", "").body,
              HasSubstr("tidemark_alert_active{rule=\"opt_out_not_confirmed\"} 0\n"));
  house.clock.advance(std::chrono::seconds(2));
  const auto items = house.read("/api/v1/alerts")["items"];
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["rule"], "opt_out_not_confirmed");
  EXPECT_EQ(items[0]["severity"], "critical");
  EXPECT_EQ(items[0]["subject"], "dtell");
  EXPECT_THAT(house.get("/metrics", "").body,
              HasSubstr("tidemark_alert_active{rule=\"opt_out_not_confirmed\"} 1\n"));
  events::ActionAccepted done;
  done.facts.delivery = tell.delivery;
  done.action = events::Action::opt_out;
  house.put(events::delivery_stream(tell.target, ana), done, {});
  house.fold();
  EXPECT_TRUE(house.read("/api/v1/alerts")["items"].empty());
}

TEST(Alerts, TellOfAnOptOutThatNobodyCanRead) {
  Consent house;
  events::WebhookInterpreted held;
  held.webhook = Position{7};
  held.connector = ConnectorName("verity");
  held.skipped.push_back(domain::unreadable_opt_out());
  house.put(events::identity_stream(), held, {});
  house.fold();
  const auto quarantined = house.read("/api/v1/quarantine")["items"];
  ASSERT_EQ(quarantined.size(), 1U);
  EXPECT_EQ(quarantined[0]["reason_code"], "opt_out_unreadable");
  const auto items = house.read("/api/v1/alerts")["items"];
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["rule"], "opt_out_unreadable");
  EXPECT_EQ(items[0]["severity"], "critical");
  EXPECT_EQ(items[0]["subject"], "7");
  EXPECT_THAT(house.get("/metrics", "").body,
              HasSubstr("tidemark_alert_active{rule=\"opt_out_unreadable\"} 1\n"));
  house.clock.advance(std::chrono::days(16));
  EXPECT_TRUE(house.read("/api/v1/alerts")["items"].empty());
  EXPECT_EQ(house.read("/api/v1/quarantine")["items"].size(), 1U);
}

TEST(Events, NeverShowAViewerWhatWasSaid) {
  Consent house;
  events::MessageObserved shown;
  shown.message.text = PiiText("my secret diagnosis");
  shown.message.subject = PiiText("secret subject");
  shown.message.their_address = PiiText(phone);
  const auto position = house.put(events::contact_stream(ana), shown, {});
  const auto path = "/api/v1/events/" + std::to_string(position.value);
  const auto masked = house.get(path, viewer_token).body;
  EXPECT_THAT(masked, Not(HasSubstr("secret")));
  EXPECT_THAT(masked, Not(HasSubstr("2025550142")));
  EXPECT_THAT(house.get(path, auditor_token).body, HasSubstr("my secret diagnosis"));
}

} // namespace
} // namespace tidemark::gateway::test::consent_test
