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

TEST_F(Evidence, ALackingRightIsNoRefusalOfTheKey) {
  after(accepted);
  EXPECT_EQ(after({.http_status = 403, .reason_code = Reason::forbidden}), ConnectionWord::limited);
  EXPECT_EQ(evidence.refusal(), nullptr);
  EXPECT_EQ(evidence.accepted(), start);
  EXPECT_EQ(after(accepted), ConnectionWord::connected);
}

TEST_F(Evidence, AProbeShowsOfTheKeyWhatHoldsEverywhereAndOfCreditsAndRightsOnlyItsOwn) {
  auto probe = accepted;
  probe.probe = true;
  after(refused);
  EXPECT_EQ(after(probe), ConnectionWord::connected);
  after({.http_status = 402, .reason_code = Reason::payment_required});
  EXPECT_EQ(after(probe), ConnectionWord::refused) << "a delivery saw that there are no credits";
  EXPECT_EQ(after(accepted), ConnectionWord::connected);
  after({.http_status = 403, .reason_code = Reason::forbidden});
  EXPECT_EQ(after(probe), ConnectionWord::limited);
  EXPECT_EQ(after(accepted), ConnectionWord::connected);
  after({.http_status = 402, .reason_code = Reason::payment_required, .probe = true});
  EXPECT_EQ(after(probe), ConnectionWord::connected);
}

TEST_F(Evidence, AProbeMayBeAnsweredThatThereIsNoSuchThing) {
  EXPECT_EQ(
      after(
          {.http_status = 404, .reason_code = Reason::accepted, .understood = true, .probe = true}),
      ConnectionWord::connected);
}

TEST_F(Evidence, AnAnswerThatTellsNothingClearsNoFailure) {
  after({.http_status = 0, .reason_code = Reason::name_not_resolved});
  after({.http_status = 502, .reason_code = {}, .understood = false, .probe = true});
  EXPECT_EQ(evidence.failure, Reason::name_not_resolved);
}

struct Journal : Evidence {
  std::vector<events::CredentialChanged> noted(const std::string& key = "k1") {
    return journal.note(ConnectorName("crm"), key, evidence);
  }
  CredentialJournal journal;
};

TEST_F(Journal, NotesEachChangeOfTheJudgementOnce) {
  EXPECT_TRUE(noted().empty()) << "nothing was judged";
  after(accepted);
  const auto first = noted();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].state, events::CredentialState::accepted);
  EXPECT_EQ(first[0].key_id, "k1");
  after(accepted);
  EXPECT_TRUE(noted().empty());
  after(refused);
  const auto second = noted();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].state, events::CredentialState::refused);
  EXPECT_EQ(second[0].reason_code, Reason::unauthorized);
  EXPECT_EQ(second[0].http_status, 401U);
  after(refused);
  EXPECT_TRUE(noted().empty());
  EXPECT_EQ(noted("k2").size(), 1U) << "another key";
}

TEST(ConnectionEvidence, KeepsTheLastSuccessAndTheLastError) {
  ConnectionEvidence evidence;
  evidence.take({.reason_code = Reason::timeout}, start);
  EXPECT_FALSE(evidence.last_success);
  ASSERT_TRUE(evidence.last_error);
  EXPECT_EQ(evidence.last_error->reason_code, Reason::timeout);
  evidence.take({.http_status = 200, .understood = true}, start + 1s);
  EXPECT_EQ(evidence.last_success, start + 1s);
  EXPECT_EQ(evidence.last_error->at, start) << "it stays";
  evidence.take({.http_status = 422, .reason_code = Reason::refused}, start + 2s);
  EXPECT_EQ(evidence.last_error->http_status, 422U);
  evidence.take({.http_status = 404, .understood = true, .probe = true}, start + 3s);
  EXPECT_EQ(evidence.last_error->at, start + 2s) << "nobody had that number: no error";
  EXPECT_EQ(evidence.last_success, start + 1s);
}

TEST_F(Journal, ARefusalSurvivesARestartAsLongAsTheKeyIsTheSame) {
  const events::CredentialChanged said{.connector = ConnectorName("crm"),
                                       .key_id = "k1",
                                       .state = events::CredentialState::refused,
                                       .http_status = 401,
                                       .reason_code = Reason::unauthorized};
  journal.restore(said, start, "k1", evidence);
  EXPECT_EQ(word_of(evidence, start + 1h), ConnectionWord::refused);
  EXPECT_EQ(evidence.refusal()->refused, start) << "since when";
  EXPECT_TRUE(noted().empty()) << "the log has it";
  after(accepted);
  EXPECT_EQ(noted().size(), 1U);

  ConnectionEvidence fresh;
  CredentialJournal().restore(said, start, "k2", fresh);
  EXPECT_EQ(word_of(fresh, start), ConnectionWord::unknown) << "the key is another one";
}

TEST_F(Journal, TheLastWordOfTheLogCountsAndWhatThisStartHasSeenMore) {
  events::CredentialChanged said{.connector = ConnectorName("crm"),
                                 .key_id = "k1",
                                 .state = events::CredentialState::refused,
                                 .reason_code = Reason::unauthorized};
  journal.restore(said, start, "k1", evidence);
  said.state = events::CredentialState::accepted;
  said.reason_code = Reason::none;
  journal.restore(said, start + 1s, "k1", evidence);
  EXPECT_EQ(evidence.refusal(), nullptr);
  ASSERT_TRUE(evidence.acceptance());
  EXPECT_TRUE(evidence.acceptance()->from_log);
  after(refused);
  journal.restore(said, start + 1s, "k1", evidence);
  EXPECT_TRUE(evidence.refusal());
}

} // namespace
} // namespace tidemark::domain::connection_evidence_test
