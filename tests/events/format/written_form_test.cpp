#include "events/codec.hpp"
#include "tests/events/arbitrary.hpp"
#include "tests/events/samples.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace tidemark::events::written_form_test {
namespace {

using nlohmann::json;

/// Payload of an event with a text, a number and a time, each as JSON.
std::string started(const std::string& epoch, const std::string& version) {
  return "{\"epoch\":" + epoch + ",\"version\":" + version
         + ",\"rules\":1,\"incarnation\":\"0011223344556677\"}";
}

TEST(WrittenForm, ADecoderThatIsUsedAgainForgetsTheEventBefore) {
  for (const auto& sample : test::all_samples()) {
    const Decoder decoder(type_of(sample));
    Event event;
    ASSERT_TRUE(decoder(encode(sample), event).ok());
    // An event with everything at its default must leave nothing of the sample behind.
    const auto nothing =
        std::visit([](const auto& e) -> Event { return std::decay_t<decltype(e)>{}; }, sample);
    ASSERT_TRUE(decoder(encode(nothing), event).ok());
    EXPECT_EQ(event, nothing) << type_of(sample);
    ASSERT_TRUE(decoder(encode(sample), event).ok());
    EXPECT_EQ(event, sample) << type_of(sample);
  }
}

TEST(WrittenForm, MeansTheSameAsTheGeneralForm) {
  for (const auto& sample : test::all_samples()) {
    const auto spaced = json::parse(encode(sample)).dump(2);
    EXPECT_EQ(*decode(type_of(sample), spaced), sample) << type_of(sample);
  }
}

RC_GTEST_PROP(WrittenForm, ReadsAnyContactBackAfterAnyOther, ()) {
  const Decoder decoder(ContactObserved::name);
  Event event;
  for (int i = 0; i < 3; ++i) {
    const Event written = test::any<ContactObserved>();
    RC_ASSERT(decoder(encode(written), event).ok());
    RC_ASSERT(event == written);
  }
}

TEST(WrittenForm, RefusesWhatIsNoJson) {
  const std::string type(EngineStarted::name);
  ASSERT_TRUE(decode(type, started("1", "\"0.1.0\"")));
  for (const auto& broken :
       {started("01", "\"0.1.0\""), started("1.5", "\"0.1.0\""), started("-1", "\"0.1.0\""),
        started("4294967296", "\"0.1.0\""), started("1", "\"a\nb\""), started("1", "\"\xC3\""),
        started("1", "\"long enough for eight bytes \xFF\""), started("1", "\"a"),
        started("", "\"a\""), started("1", "\"0.1.0\"") + "x", started("1", "\"0.1.0\"") + "{}",
        started("1", "\"0.1.0\"").substr(0, 40), std::string{}})
    EXPECT_FALSE(decode(type, broken)) << broken;
}

TEST(WrittenForm, ReadsEscapesAndOtherScripts) {
  const auto event = decode(EngineStarted::name, started("1", "\"a\\\"b\\u0041 \xC3\xA9\""));
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<EngineStarted>(*event).version, "a\"bA \xC3\xA9");
}

} // namespace
} // namespace tidemark::events::written_form_test
