#include "events/codec.hpp"
#include "tests/events/arbitrary.hpp"
#include "tests/events/golden.hpp"
#include "tests/events/samples.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <set>

namespace tidemark::events::codec_test {
namespace {

using nlohmann::json;

TEST(Codec, EveryKnownTypeHasASample) {
  std::set<std::string_view> sampled;
  for (const auto& sample : test::all_samples())
    sampled.insert(type_of(sample));
  for (const auto type : known_types())
    EXPECT_TRUE(sampled.contains(type)) << "add one to tests/events/samples.cpp: " << type;
}

TEST(Codec, SamplesAreStoredByteForByteAsTheyOnceWere) {
  for (const auto& sample : test::all_samples()) {
    const std::string type(type_of(sample));
    const auto stored = tidemark::test::golden(type + ".json", encode(sample));
    ASSERT_TRUE(stored) << type << " has no golden sample; write it with TIDEMARK_BLESS=1";
    EXPECT_EQ(encode(sample), *stored)
        << "the stored form of " << type << " changed: add a new version and an upcast instead";
  }
}

TEST(Codec, EveryGoldenSampleIsReadAndWrittenBackUnchanged) {
  std::size_t read = 0;
  for (const auto& file : std::filesystem::directory_iterator(tidemark::test::golden_path(""))) {
    if (file.path().extension() != ".json")
      continue;
    const auto type = file.path().stem().string();
    const auto stored = *tidemark::test::golden(file.path().filename().string(), "");
    const auto event = decode(type, stored);
    ASSERT_TRUE(event) << type << ": " << event.error().text;
    EXPECT_FALSE(std::holds_alternative<Unknown>(*event)) << type;
    if (type_of(*event) == type) { // an older version is lifted, so it is written differently
      EXPECT_EQ(encode(*event), stored) << type;
    }
    ++read;
  }
  EXPECT_GE(read, known_types().size());
}

TEST(Codec, SamplesSayTheSameToAnotherJsonReader) {
  for (const auto& sample : test::all_samples()) {
    const auto document = json::parse(encode(sample), nullptr, false);
    ASSERT_TRUE(document.is_object()) << type_of(sample);
    EXPECT_EQ(*decode(type_of(sample), document.dump()), sample)
        << "members in another order must mean the same";
  }
}

TEST(Codec, AMissingMemberIsRefused) {
  for (const auto& sample : test::all_samples()) {
    const auto document = json::parse(encode(sample));
    for (const auto& [name, value] : document.items()) {
      auto less = document;
      less.erase(name);
      const auto event = decode(type_of(sample), less.dump());
      ASSERT_FALSE(event) << type_of(sample) << " without " << name;
      EXPECT_EQ(event.error().code, "payload_unfit");
    }
  }
}

TEST(Codec, AMemberOfAnotherKindIsRefused) {
  for (const auto& sample : test::all_samples()) {
    const auto document = json::parse(encode(sample));
    for (const auto& [name, value] : document.items()) {
      auto other = document;
      other[name] = value.is_object() ? json(7) : json::object();
      EXPECT_FALSE(decode(type_of(sample), other.dump())) << type_of(sample) << " " << name;
    }
  }
}

TEST(Codec, ATypeNobodyKnowsIsUnknownWhateverItsPayload) {
  for (const auto* payload : {"{}", "", "not json", "[1]"}) {
    const auto event = decode("contact.teleported.v9", payload);
    ASSERT_TRUE(event);
    EXPECT_EQ(*event, Event{Unknown{"contact.teleported.v9"}});
  }
}

TEST(Codec, BytesThatAreNotJsonAreRefusedWithoutShowingThem) {
  for (const auto* payload : {"", "{", "{\"fields\":{}}}", "secret-value"}) {
    const auto event = decode(ContactChanged::name, payload);
    ASSERT_FALSE(event) << payload;
    EXPECT_EQ(event.error().code, "payload_not_json");
    EXPECT_EQ(event.error().text.find("secret-value"), std::string::npos);
  }
}

TEST(Codec, NumbersThatDoNotFitTheirMemberAreRefused) {
  const auto started = [](const std::string& epoch) {
    return decode(EngineStarted::name,
                  R"({"epoch":)" + epoch + R"(,"version":"1","rules":1,"incarnation":"00"})");
  };
  EXPECT_TRUE(started("4294967295"));
  for (const auto* epoch : {"4294967296", "-1", "1.5", "\"1\"", "true", "99999999999999999999"})
    EXPECT_FALSE(started(epoch)) << epoch;
}

TEST(Codec, EnumAndFieldNamesMustBeKnown) {
  EXPECT_FALSE(decode(ContactChanged::name, R"({"fields":{"shoe_size":"44"},"source":"crm"})"));
  EXPECT_FALSE(decode(ContactChanged::name, R"({"fields":{"email":44},"source":"crm"})"));
  auto observed = json::parse(encode(ContactObserved{}));
  observed["outcome"] = "invented";
  EXPECT_FALSE(decode(ContactObserved::name, observed.dump()));
}

/// One alternative of Event, all its members arbitrary.
template <std::size_t I = 1>
Event any_event(std::size_t index) {
  if constexpr (I + 1 < std::variant_size_v<AnyEvent>) {
    if (index != I)
      return any_event<I + 1>(index);
  }
  return test::any<std::variant_alternative_t<I, AnyEvent>>();
}

TEST(Codec, AHashThatCannotBeReadIsRefusedInEitherForm) {
  const ConsentChanged change;
  const auto whole = encode(change);
  const std::string zeros(32, '0'), own = "\"address_hash\":\"" + zeros + "\"";
  for (const auto* bad : {"", "0", "aa", "000000000000000000000000000000000g", "+12025550142"}) {
    auto damaged = whole;
    damaged.replace(damaged.find(own), own.size(), "\"address_hash\":\"" + std::string(bad) + "\"");
    EXPECT_EQ(decode(ConsentChanged::name, damaged).error().code, "payload_unfit") << bad;
    EXPECT_FALSE(decode(ConsentChanged::name, json::parse(damaged).dump(1))) << bad;
  }
}

TEST(Codec, WhereThereIsNoHashAnEmptyTextIsStored) {
  const ConsentChanged change;
  const auto stored = encode(change);
  EXPECT_NE(stored.find("\"alias_of\":\"\""), std::string::npos) << stored;
  EXPECT_EQ(std::get<ConsentChanged>(*decode(ConsentChanged::name, stored)), change);
  EXPECT_EQ(std::get<ConsentChanged>(*decode(ConsentChanged::name, json::parse(stored).dump(1))),
            change);
  auto damaged = stored;
  damaged.replace(damaged.find("\"alias_of\":\"\""), 13, "\"alias_of\":\"aa\"");
  EXPECT_FALSE(decode(ConsentChanged::name, damaged));
}

RC_GTEST_PROP(Codec, AnyEventIsReadBackAsItWasWritten, ()) {
  const auto index = *rc::gen::inRange<std::size_t>(1, std::variant_size_v<AnyEvent>);
  const auto event = any_event(index);
  const auto back = decode(type_of(event), encode(event));
  RC_ASSERT(back.ok());
  RC_ASSERT(*back == event);
}

RC_GTEST_PROP(Codec, DamagedPayloadsNeverCrash, ()) {
  static const auto samples = test::all_samples();
  const auto& sample = samples[*rc::gen::inRange<std::size_t>(0, samples.size())];
  auto payload = encode(sample);
  const auto at = *rc::gen::inRange<std::size_t>(0, payload.size());
  if (*rc::gen::arbitrary<bool>())
    payload.resize(at);
  else
    payload[at] = *rc::gen::arbitrary<char>();
  const auto back = decode(type_of(sample), payload);
  RC_ASSERT((back.ok() || !back.error().code.empty()));
}

/// Events of before it have no such member.
TEST(Codec, WhatAVendorSaidIsWrittenOnlyWhereItSaidSomething) {
  DeliveryRejected refused;
  refused.facts.delivery = DeliveryId("d0123456789abcdef0123");
  const auto without = encode(Event(refused));
  EXPECT_EQ(without.find("refused"), std::string::npos) << without;
  EXPECT_EQ(*decode(DeliveryRejected::name, without), Event(refused));
  refused.facts.refused = Refusal{"phone", "is too short"};
  const auto with = encode(Event(refused));
  EXPECT_NE(with.find(R"("refused":{"field":"phone","words":"is too short"})"), std::string::npos)
      << with;
  EXPECT_EQ(*decode(DeliveryRejected::name, with), Event(refused));
}

/// Logs of before hold no proof, and say so by leaving it out.
TEST(Codec, AWebhooksProofIsWrittenOnlyWhereOneWasKept) {
  WebhookReceived webhook;
  webhook.connector = ConnectorName("crm");
  const auto without = encode(Event(webhook));
  EXPECT_EQ(without.find("proof"), std::string::npos) << without;
  EXPECT_EQ(*decode(WebhookReceived::name, without), Event(webhook));
  webhook.proof =
      ReceiptProof{"hmac-sha256", "0123456789ab", {{"x-signature", "00ff"}}, "192.0.2.7"};
  const auto with = encode(Event(webhook));
  EXPECT_NE(with.find(R"("proof":{"scheme":"hmac-sha256","key_id":"0123456789ab")"
                      R"(,"headers":{"x-signature":"00ff"},"source_address":"192.0.2.7"})"),
            std::string::npos)
      << with;
  EXPECT_EQ(*decode(WebhookReceived::name, with), Event(webhook));
}

TEST(Codec, WhatABodyShowsOrWaitsForIsWrittenOnlyWhereItDoes) {
  DeliveryIntended body;
  const auto without = encode(Event(body));
  EXPECT_EQ(without.find("awaits"), std::string::npos) << without;
  body.awaits = AwaitedMark{Position{41}};
  const auto waits = encode(Event(body));
  EXPECT_NE(waits.find(R"("awaits":{"opt_out":41})"), std::string::npos) << waits;
  EXPECT_EQ(*decode(DeliveryIntended::name, waits), Event(body));
  EXPECT_FALSE(shows_text_mark(body));
  body.mark = ForwardedMark{{Channel::call}};
  EXPECT_FALSE(shows_text_mark(body));
  body.mark->channels.push_back(Channel::sms);
  EXPECT_TRUE(shows_text_mark(body));
  ConsentApplied applied;
  EXPECT_EQ(encode(Event(applied)).find("held"), std::string::npos);
  applied.held = HeldBodies{{ConnectorName("texting")}};
  EXPECT_EQ(*decode(ConsentApplied::name, encode(Event(applied))), Event(applied));
}

} // namespace
} // namespace tidemark::events::codec_test
