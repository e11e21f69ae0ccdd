#include "domain/delivery/connection_evidence.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::connection_evidence_test {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
constexpr ConnectionSign accepted{.http_status = 200, .reason_code = {}, .understood = true};
constexpr ConnectionSign refused{.http_status = 401, .reason_code = Reason::unauthorized};

struct Evidence : ::testing::Test {
  ConnectionWord after(ConnectionSign sign) {
    evidence.take(sign, start);
    return word_of(evidence, start);
  }
  ConnectionEvidence evidence;
};

TEST_F(Evidence, NobodyHasAskedSoNothingIsKnown) {
  EXPECT_EQ(word_of(evidence, start), ConnectionWord::unknown);
}

TEST_F(Evidence, AnAcceptanceShowsAConnectionForAMinute) {
  EXPECT_EQ(after(accepted), ConnectionWord::connected);
  EXPECT_EQ(word_of(evidence, start + 60s), ConnectionWord::connected);
  EXPECT_EQ(word_of(evidence, start + 61s), ConnectionWord::unknown);
  evidence.answered(start + 90s);
  EXPECT_EQ(word_of(evidence, start + 91s), ConnectionWord::connected) << "any answer shows a way";
}

TEST_F(Evidence, AnAnswerInTheFutureOfAClockThatWasSetBackShowsNothing) {
  after(accepted);
  EXPECT_EQ(word_of(evidence, start - 1s), ConnectionWord::unknown);
}

TEST_F(Evidence, OnlyAnAnswerThatTheConnectorUnderstoodShowsThatTheKeyIsAccepted) {
  for (const auto& sign :
       {ConnectionSign{.http_status = 200, .reason_code = Reason::answer_not_json},
        ConnectionSign{.http_status = 404, .reason_code = {}, .understood = true},
        ConnectionSign{.http_status = 503, .reason_code = Reason::vendor_failed},
        ConnectionSign{.http_status = 0, .reason_code = Reason::timeout}})
    EXPECT_EQ(after(sign), ConnectionWord::unknown) << sign.http_status;
}

TEST_F(Evidence, ARefusalLastsUntilTheKeyIsAccepted) {
  after(accepted);
  EXPECT_EQ(after(refused), ConnectionWord::refused);
  EXPECT_EQ(after({.http_status = 503, .reason_code = Reason::vendor_failed}),
            ConnectionWord::refused);
  EXPECT_EQ(after({.http_status = 0, .reason_code = Reason::timeout}), ConnectionWord::refused);
  EXPECT_EQ(word_of(evidence, start + 24h), ConnectionWord::refused);
  evidence.take({.http_status = 402, .reason_code = Reason::payment_required}, start + 1min);
  EXPECT_EQ(evidence.refusal()->refused, start) << "since when";
  EXPECT_EQ(evidence.refusal()->reason_code, Reason::payment_required) << "the newest";
  EXPECT_EQ(after(accepted), ConnectionWord::connected);
}

TEST_F(Evidence, A401AboutSomethingElseRefusesNoKey) {
  after(accepted);
  EXPECT_EQ(after({.http_status = 401, .reason_code = Reason::status_needs_a_provider}),
            ConnectionWord::connected);
}

TEST_F(Evidence, ATokenThatIsBeingRenewedIsNotRefusedYet) {
  auto sign = refused;
  sign.renewing = true;
  after(accepted);
  EXPECT_EQ(after(sign), ConnectionWord::connected);
  EXPECT_EQ(after(refused), ConnectionWord::refused);
}

TEST_F(Evidence, AForwardedBodySaysNothingOfTheToken) {
  auto forwarded = accepted;
  forwarded.forwarded = true;
  after(refused);
  EXPECT_EQ(after(forwarded), ConnectionWord::refused);
  after(accepted);
  forwarded = refused;
  forwarded.forwarded = true;
  EXPECT_EQ(after(forwarded), ConnectionWord::refused);
  EXPECT_EQ(after(accepted), ConnectionWord::refused);
}

} // namespace
} // namespace tidemark::domain::connection_evidence_test
