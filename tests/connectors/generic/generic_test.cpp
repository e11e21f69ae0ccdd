#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/generic/generic.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::generic_test {
namespace {

using events::Field;

const Connector generic_connector = generic::connector();
const std::string secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

Settings settings(std::map<std::string, std::string, std::less<>> values = {}) {
  Settings out;
  out.name = ConnectorName("partner");
  out.values = std::move(values);
  out.values["default_region"] = "US";
  out.values["send_url"] = "https://partner.example.com/hooks/in";
  out.secrets.emplace("webhook_secret", SecretText(secret));
  out.secrets.emplace("send_secret", SecretText(secret));
  return out;
}

domain::Translation of(std::string_view body, const Settings& with = settings(),
                       bool stale = false) {
  return translated(generic_connector, with, body, "", stale);
}
Peek peeked(std::string_view body, const Settings& with = settings()) {
  static const Headers headers{{"webhook-id", "msg_1"}};
  return generic_connector.peek(request(headers, body), with);
}
std::string file(const std::string& name) {
  return fixture("standard-webhooks", name);
}

TEST(GenericInbound, ReadsACreatedAndAnUpdatedContact) {
  const auto created = of(file("contact.created.json"));
  EXPECT_EQ(created.kind, "contact.created");
  const auto& record = only_record(created);
  EXPECT_EQ(record.connector.value, "partner");
  EXPECT_EQ(record.remote_id.value, "c_1");
  EXPECT_EQ(record.source_version, "2026-01-05T10:00:00.000000Z");
  const events::FieldSet expected{{Field::first_name, "Ada"},
                                  {Field::last_name, "Example"},
                                  {Field::phone, "+15550100001"},
                                  {Field::email, "ada@example.com"},
                                  {Field::company, "Example GmbH"}};
  EXPECT_TRUE(record.fields == expected);
  EXPECT_FALSE(record.opt_out_seen);
  EXPECT_GT(only_record(of(file("contact.updated.json"))).source_version, record.source_version);
}

TEST(GenericInbound, NamesTheMessageIdAsDelivery) {
  EXPECT_EQ(peeked(file("contact.created.json")).delivery_id, "msg_1");
  EXPECT_EQ(peeked(file("contact.created.json")).subject, ""); // the id is enough
  EXPECT_FALSE(peeked(file("contact.created.json")).maybe_opt_out);
  EXPECT_EQ(peeked("not json").delivery_id, "msg_1");
}

TEST(GenericInbound, SkipsAThinEventBecauseNothingCanBeAsked) {
  const auto thin = of(file("contact.updated-thin.json"));
  EXPECT_EQ(reasons(thin), "thin_event");
  EXPECT_TRUE(thin.commands.empty());
}

TEST(GenericInbound, TakesADeletionWithoutItsLastState) {
  const auto removed = only_record(of(file("contact.deleted.json")));
  EXPECT_TRUE(removed.removed);
  const auto with_fields =
      only_record(of(R"({"type":"contact.deleted","data":{"id":"c","first_name":"A"}})"));
  EXPECT_TRUE(with_fields.removed);
  EXPECT_TRUE(with_fields.fields.empty());
}

TEST(GenericInbound, TakesTheOptOutOfAConsentEventByItsAddress) {
  const auto body = file("consent.changed.json");
  const auto translation = of(body);
  const auto& record = only_record(translation);
  ASSERT_EQ(record.signs.size(), 1U);
  EXPECT_EQ(record.signs[0].channels, std::vector{events::Channel::sms});
  EXPECT_EQ(record.signs[0].stated_at, "2026-01-05T10:09:58.000000Z");
  EXPECT_TRUE(record.opt_out_seen);
  EXPECT_EQ(record.remote_id.value, "c_1");
  EXPECT_TRUE(record.fields == (events::FieldSet{{Field::phone, "+15550100001"}}));
  EXPECT_TRUE(peeked(body).maybe_opt_out);
  EXPECT_EQ(peeked(body).addresses, (std::vector{PeekedAddress{Field::phone, "+15550100001"}}));
  const auto mail =
      R"({"type":"consent.changed","data":{"address":"Ada@Example.com","state":"revoked"}})";
  EXPECT_TRUE(only_record(of(mail)).fields.has_value(Field::email));
  EXPECT_EQ(peeked(mail).addresses, (std::vector{PeekedAddress{Field::email, "ada@example.com"}}));
  const auto yes =
      R"({"type":"consent.changed","data":{"address":"+15550100001","state":"opted_in"}})";
  EXPECT_EQ(only_record(of(yes)).signs.at(0).change, events::ConsentChange::granted);
  EXPECT_FALSE(only_record(of(yes)).opt_out_seen);
  EXPECT_FALSE(peeked(yes).maybe_opt_out);
  const auto nothing =
      R"({"type":"consent.changed","data":{"address":"+15550100001","state":"never_said"}})";
  EXPECT_EQ(reasons(of(nothing)), "says_nothing_about_consent");
  const auto* misfit = R"({"type":"consent.changed","data":{"address":"ada@example.com",)"
                       R"("channel":"sms","state":"opted_in"}})";
  EXPECT_EQ(reasons(of(misfit)), "says_nothing_about_consent");
  const auto nobody = R"({"type":"consent.changed","data":{"state":"opted_out"}})";
  EXPECT_EQ(reasons(of(nobody)), "missing_address");
}

TEST(GenericInbound, ClosesNobodyUnderAnAddressThatIsNone) {
  for (const std::string address :
       {"2025550", "+1202", "12345", "call me", "+999123456789012345", "@", "nobody@"}) {
    const auto says = [&](const std::string& state, const std::string& more = {}) {
      return R"({"type":"consent.changed","data":{"address":")" + address + R"(","state":")" + state
             + "\"" + more + "}}";
    };
    EXPECT_EQ(reasons(of(says("opted_out"))), "opt_out_unreadable") << address;
    EXPECT_TRUE(of(says("opted_out")).commands.empty()) << address;
    EXPECT_EQ(reasons(of(says("opted_in"))), "missing_address") << address;
    const auto known = of(says("opted_out", R"(,"contact_id":"c_1")"));
    EXPECT_TRUE(only_record(known).fields.empty()) << address;
    EXPECT_EQ(only_record(known).signs.at(0).address.reveal(), "") << address;
    const auto nameless =
        of(R"({"type":"contact.updated","data":{"dnd":true,"phone":")" + address + R"("}})");
    EXPECT_TRUE(nameless.commands.empty()) << address;
  }
}

TEST(GenericInbound, SeesAnOptOutWhereverItIsKnownToStand) {
  for (const std::string flag :
       {R"("dnd":true)", R"("is_dnc":1)", R"("is_opted_out":"yes")", R"("opted_out":true)",
        R"("unsubscribed":true)", R"("tags":["STOP"])"}) {
    for (const auto& body :
         {R"({"type":"contact.updated","data":{"id":"c","phone":"+15550100001",)" + flag + "}}",
          R"({"type":"contact.updated",)" + flag
              + R"(,"data":{"id":"c","phone":"+15550100001"}})"}) {
      EXPECT_TRUE(only_record(of(body)).opt_out_seen) << body;
      EXPECT_TRUE(peeked(body).maybe_opt_out) << body;
      EXPECT_EQ(peeked(body).addresses.size(), 1U) << body;
    }
  }
  const auto mapped = settings({{"map.opt_out", "data.prefs.silent"}});
  const auto body = R"({"type":"contact.updated","data":{"id":"c","prefs":{"silent":true}}})";
  EXPECT_TRUE(only_record(of(body, mapped)).opt_out_seen);
  EXPECT_TRUE(peeked(body, mapped).maybe_opt_out);
}

TEST(GenericInbound, ReadsABodyWithoutEnvelopeByItsMap) {
  const auto body = file("no-envelope.json");
  EXPECT_EQ(reasons(of(body)), "no_event_type");
  const auto mapped = settings({{"map.id", "contact.id"}, {"map.email", "contact.email"}});
  const auto record = only_record(of(body, mapped));
  EXPECT_EQ(record.remote_id.value, "c_1");
  EXPECT_TRUE(record.fields == (events::FieldSet{{Field::email, "ada@example.com"}}));
  EXPECT_EQ(record.source_version, "");
}

TEST(GenericInbound, ATimeFarInTheFutureIsNoVersion) {
  const auto version = [](const std::string& at) {
    return only_record(
               of(R"({"type":"contact.updated","data":{"id":"c","company":"x","updated_at":")" + at
                  + R"("}})"))
        .source_version;
  };
  EXPECT_EQ(version("2026-08-14T16:30:00Z"), "2026-08-14T16:30:00.000000Z") << "clocks differ";
  EXPECT_EQ(version("2099-01-01T00:00:00Z"), "");
}

TEST(GenericInbound, FollowsTheMapForNamesEventsAndVersions) {
  auto mapped = settings({{"map.type", "event.name"},
                          {"map.id", "person.key"},
                          {"map.name", "person.display"},
                          {"map.phone", "person.phones.1.number"},
                          {"map.version", "event.revision"},
                          {"contact_events", "person.changed\nperson.added"},
                          {"deletion_events", "person.gone"}});
  const std::string body =
      R"({"event":{"name":"person.changed","revision":12},"person":{"key":7,"display":"Ana Maria Lopez",
      "phones":[{"number":"+15550100001"},{"number":"(202) 555-0142"}]}})";
  const auto record = only_record(of(body, mapped));
  EXPECT_EQ(record.remote_id.value, "7");
  EXPECT_EQ(record.source_version, "00000000000000000012");
  const events::FieldSet expected{{Field::first_name, "Ana Maria"},
                                  {Field::last_name, "Lopez"},
                                  {Field::phone, "+12025550142"}};
  EXPECT_TRUE(record.fields == expected);
  EXPECT_TRUE(
      only_record(of(R"({"event":{"name":"person.gone"},"person":{"key":7}})", mapped)).removed);
}

TEST(GenericInbound, ReadsAnAddressFlatOrNested) {
  const auto record =
      only_record(of(R"({"type":"contact.created","data":{"id":"c","address_city":"Bonn",
      "address":{"line1":"Am Ring 1","postal_code":53111}}})"));
  const events::FieldSet expected{{Field::address_line1, "Am Ring 1"},
                                  {Field::address_city, "Bonn"},
                                  {Field::address_postal_code, "53111"}};
  EXPECT_TRUE(record.fields == expected);
}

TEST(GenericInbound, KeepsWhatItCannotUse) {
  EXPECT_EQ(reasons(of(file("unknown-type.json"))), "unknown_event_type");
  EXPECT_EQ(reasons(of("")), "body_empty");
  EXPECT_EQ(reasons(of("{\"a\":1}}")), "body_not_json");
  EXPECT_EQ(reasons(of("7")), "body_not_an_object");
  EXPECT_EQ(reasons(of(R"({"type":"contact.created","data":{"email":"a@example.com"}})")),
            "missing_record_id");
  EXPECT_EQ(reasons(of(R"({"type":"contact.created","data":{"id":"c","email":[]}})")),
            "wrong_type");
  for (const auto& name : webhook_files("standard-webhooks")) {
    const auto translation = of(file(name));
    EXPECT_FALSE(translation.commands.empty() && translation.skipped.empty()) << name;
  }
}

TEST(GenericInbound, AppliesOnlyTheOptOutOfAStaleBody) {
  const auto plain = of(file("contact.created.json"), settings(), true);
  EXPECT_EQ(reasons(plain), "stale");
  EXPECT_TRUE(plain.commands.empty());
  const auto stop =
      of(R"({"type":"contact.updated","data":{"id":"c","phone":"+15550100001","first_name":"A",
      "opted_out":true}})",
         settings(), true);
  EXPECT_EQ(reasons(stop), "stale");
  EXPECT_TRUE(only_record(stop).fields == (events::FieldSet{{Field::phone, "+15550100001"}}));
  EXPECT_TRUE(only_record(of(file("consent.changed.json"), settings(), true)).opt_out_seen);
}

events::DeliveryIntended intent(events::Operation operation) {
  events::DeliveryIntended out;
  out.delivery = DeliveryId("d0123456789abcdef0123");
  out.contact = ContactId("c0123456789abcdef0123");
  out.operation = operation;
  out.fields = {{Field::email, "ada@example.com"}, {Field::company, ""}};
  out.context = {{Field::phone, "+15550100001"}};
  return out;
}

NextStep next(const events::DeliveryIntended& intent, std::string_view remote_id,
              std::vector<Exchange> exchanges, std::int64_t now = 1767607200,
              std::uint32_t attempt = 1) {
  const DeliveryWork work{intent,      RemoteId(std::string(remote_id)),     attempt,
                          attempt > 1, Timestamp(std::chrono::seconds(now)), exchanges};
  return generic_connector.next(work, settings());
}

TEST(GenericOutbound, SendsASignedCreateThatItsOwnVerifierAccepts) {
  const auto made = intent(events::Operation::create);
  const auto step = std::get<Send>(next(made, "", {}));
  EXPECT_TRUE(step.effect);
  EXPECT_EQ(step.request.method, "POST");
  EXPECT_EQ(step.request.url, "https://partner.example.com/hooks/in");
  const nlohmann::json expected{{"type", "contact.created"},
                                {"timestamp", "2026-01-05T10:00:00.000000Z"},
                                {"data",
                                 {{"id", nullptr},
                                  {"contact_id", "c0123456789abcdef0123"},
                                  {"delivery_id", "d0123456789abcdef0123"},
                                  {"phone", "+15550100001"},
                                  {"email", "ada@example.com"}}}};
  EXPECT_EQ(nlohmann::json::parse(step.request.body), expected);
  const auto verified =
      generic_connector.verify(request(step.request.headers, step.request.body), settings(),
                               Timestamp(std::chrono::seconds(1767607200)));
  EXPECT_TRUE(std::holds_alternative<Verified>(verified));
}

TEST(GenericOutbound, SendsOnlyTheChangeToAReceiverThatNamedItsRecord) {
  const auto made = intent(events::Operation::update);
  const auto data =
      nlohmann::json::parse(std::get<Send>(next(made, "r-1", {})).request.body)["data"];
  EXPECT_EQ(data["id"], "r-1");
  EXPECT_EQ(data["email"], "ada@example.com");
  EXPECT_EQ(data["company"], "") << "an update may empty a field";
  EXPECT_FALSE(data.contains("phone"));
}

TEST(GenericOutbound, RepeatsWithTheSameIdAndANewSignature) {
  const auto made = intent(events::Operation::create);
  const auto first = std::get<Send>(next(made, "", {})).request;
  const auto second = std::get<Send>(next(made, "", {}, 1767607205, 2)).request;
  EXPECT_EQ(header_of(first, "webhook-id"), "d0123456789abcdef0123");
  EXPECT_EQ(header_of(second, "webhook-id"), "d0123456789abcdef0123");
  EXPECT_EQ(header_of(second, "webhook-timestamp"), "1767607205");
  EXPECT_NE(header_of(first, "webhook-signature"), header_of(second, "webhook-signature"));
}

TEST(GenericOutbound, SignsWithAPrivateKeyToo) {
  auto with = settings();
  const auto seed = from_hex(std::string(64, '4')).value();
  with.secrets["send_secret"] = SecretText("whsk_" + to_base64(seed));
  with.secrets["webhook_secret"] = SecretText("whpk_" + to_base64(ed25519_public_key(seed)));
  const auto made = intent(events::Operation::create);
  const DeliveryWork work{made, {}, 1, false, Timestamp(std::chrono::seconds(1767607200)), {}};
  const auto sent = std::get<Send>(generic_connector.next(work, with)).request;
  EXPECT_TRUE(header_of(sent, "webhook-signature").starts_with("v1a,"));
  EXPECT_TRUE(std::holds_alternative<Verified>(
      generic_connector.verify(request(sent.headers, sent.body), with, work.now)));
}

std::string judged(HttpAnswer answer, std::string_view known = "") {
  static constexpr std::array words{"accepted", "rejected", "retry", "unauthorized", "unknown"};
  const auto step =
      next(intent(events::Operation::create), known, {{"webhook", std::move(answer)}});
  const auto& delivery_result = std::get<Conclude>(step).delivery_result;
  return std::string(words[static_cast<std::size_t>(delivery_result.verdict)]) + " "
         + std::string(name_of(delivery_result.reason_code)) + " "
         + delivery_result.remote_id.value;
}

TEST(GenericOutbound, FollowsTheContractForEveryAnswer) {
  const auto answers = nlohmann::json::parse(file("receiver-responses.json"));
  for (const auto& vector : answers["cases"]) {
    const std::string sender = vector["sender"];
    if (vector["response"].is_null()) {
      EXPECT_EQ(judged(no_answer(Reason::timeout, true)), "unknown timeout ")
          << "repeated with the same id";
      continue;
    }
    const auto got = judged(answer(vector["response"]["status"], ""));
    if (sender == "done")
      EXPECT_EQ(got, "accepted accepted ");
    else if (sender.find("disabled") != std::string::npos)
      EXPECT_EQ(got, "rejected endpoint_gone ");
    else
      EXPECT_TRUE(got.starts_with("retry ") || got.starts_with("unauthorized ")) << got;
  }
  EXPECT_EQ(judged(answer(422, "")), "retry validation_failed ");
  EXPECT_EQ(judged(answer(500, "")), "retry vendor_failed ");
  EXPECT_EQ(judged(answer(308, "")), "retry redirected ");
  EXPECT_EQ(judged(no_answer(Reason::connect_failed, false)), "retry connect_failed ");
}

TEST(GenericOutbound, LearnsTheReceiversIdWhenItTellsOne) {
  EXPECT_EQ(judged(answer(201, R"({"id":"r-9"})")), "accepted accepted r-9");
  EXPECT_EQ(judged(answer(200, R"({"data":{"id":12}})")), "accepted accepted 12");
  EXPECT_EQ(judged(answer(200, "<html>", "text/html"), "r-1"), "accepted accepted r-1");
  EXPECT_EQ(judged(answer(204, ""), "r-1"), "accepted accepted r-1");
}

} // namespace
} // namespace tidemark::connectors::testing::generic_test
