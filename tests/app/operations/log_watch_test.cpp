#include "app/operations/log_watch.hpp"
#include "app/service_log/service_log.hpp"
#include "tests/app/operations/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace tidemark::app::log_watch_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

struct Watching : testing::Test, test::House {
  void interpreted(const std::string& kind, Reason reason = Reason::unknown_event_type) {
    events::WebhookInterpreted e;
    e.connector = test::crm;
    e.kind = kind;
    e.skipped.push_back({events::Outcome::skipped, reason, {}});
    put(events::webhook_stream(test::crm), e);
  }
  static events::AnswerFacts facts(Position intent, Reason reason = Reason::vendor_failed) {
    events::AnswerFacts out;
    out.delivery = DeliveryId("d1");
    out.intent = intent;
    out.attempt = 3;
    out.reason_code = reason;
    out.answer.http_status = 503;
    out.detail = "Hot Leads";
    out.refused = events::Refusal{};
    return out;
  }
  Position intend() {
    events::ActionIntended e;
    e.delivery = DeliveryId("d1");
    e.contact = test::ana;
    e.target = test::crm;
    e.action = events::Action::opt_out;
    return put(events::contact_stream(test::ana), e);
  }
  void fail(Reason reason = Reason::vendor_failed) {
    put(stream, events::DeliveryRetryScheduled{facts(intent, reason), clock.at + 30s, false});
  }
  std::vector<json> lines() {
    testing::internal::CaptureStderr();
    watch.read_on();
    std::istringstream text(testing::internal::GetCapturedStderr());
    std::vector<json> out;
    for (std::string line; std::getline(text, line);)
      out.push_back(json::parse(line));
    return out;
  }
  std::vector<std::string> kinds() {
    watch.read_on();
    std::vector<std::string> out;
    for (const auto& each : watch.kinds().seen(clock.at, 24h))
      out.push_back(each.kind + " " + std::to_string(each.count));
    return out;
  }

  StreamName stream = events::delivery_stream(test::crm, test::ana);
  Position intent = intend();
  SlowOperations slow;
  LogWatch watch{log, slow};
};

TEST_F(Watching, AFailureIsALineThatNamesWhatWasTried) {
  fail();
  const auto seen = lines();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0]["event"], "vendor_failure");
  EXPECT_EQ(seen[0]["connector"], "crm");
  EXPECT_EQ(seen[0]["operation"], "opt_out");
  EXPECT_EQ(seen[0]["state"], "retrying");
  EXPECT_EQ(seen[0]["reason"], "vendor_failed");
  EXPECT_EQ(seen[0]["status"], "503");
  EXPECT_EQ(seen[0]["attempt"], "3");
  EXPECT_EQ(seen[0]["next_try"], to_rfc3339(clock.at + 30s));
  EXPECT_THAT(seen[0].dump(), Not(HasSubstr("Hot Leads"))) << "vendors and people wrote it";
}

TEST_F(Watching, OneAMinuteIsALineForEachReason) {
  fail();
  fail();
  fail(Reason::unauthorized);
  EXPECT_EQ(lines().size(), 2U);
  clock.at += 61s;
  fail();
  const auto later = lines();
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0]["left_out_before"], "1");
}

TEST_F(Watching, WhatFailedBeforeTheStartIsNoNews) {
  fail();
  LogWatch later{log, slow};
  testing::internal::CaptureStderr();
  later.read_on();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty());
}

TEST_F(Watching, WhatSomebodyEndedIsNoFailureOfTheSystem) {
  put(stream, events::DeliveryDied{facts(intent, Reason::purged)});
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(Watching, UnknownKindsAreCountedForADay) {
  EXPECT_THAT(kinds(), IsEmpty());
  interpreted("InvoicePaid");
  interpreted("InvoicePaid");
  interpreted("ContactUpdate", Reason::kind_of_later_work);
  EXPECT_THAT(kinds(), ElementsAre("InvoicePaid 2"));
  clock.at += 23h;
  EXPECT_THAT(kinds(), ElementsAre("InvoicePaid 2"));
  clock.at += 1h;
  EXPECT_THAT(kinds(), IsEmpty());
  interpreted("InvoicePaid");
  EXPECT_THAT(kinds(), ElementsAre("InvoicePaid 3"));
}

TEST_F(Watching, AKindThatIsNoWordIsNotShown) {
  interpreted("Call Marisol Tennerby");
  interpreted("2025550142");
  EXPECT_THAT(kinds(), ElementsAre("(no word) 2"));
}

TEST_F(Watching, TimesAreMeasuredSinceTheStartAndAlsoOfWhatWasIntendedBefore) {
  put(stream, events::DeliveryRejected{facts(intent)});
  LogWatch later{log, slow};
  later.read_on();
  EXPECT_TRUE(later.flows().tenants().empty());
  clock.at += 7s;
  put(stream, events::DeliveryRejected{facts(intent)});
  testing::internal::CaptureStderr(); // the failure is a line
  later.read_on();
  later.read_on();
  testing::internal::GetCapturedStderr();
  const auto& flow = later.flows().tenants().at(test::acme).targets.at(test::crm);
  EXPECT_EQ(flow.delivery.all, 1U);
  EXPECT_DOUBLE_EQ(flow.delivery.seconds, 7);
}

TEST_F(Watching, MadeUpKindsAreToldAsOne) {
  for (int i = 0; i < 150; ++i)
    interpreted("k" + std::to_string(i));
  EXPECT_EQ(kinds().size(), 101U);
}

TEST_F(Watching, AnAnswerThatTookLongIsALineAndCounted) {
  auto answered = facts(intent, Reason::none);
  for (const auto took : {1'000U, 1'001U, 9'000U}) {
    answered.answer.milliseconds = took;
    events::DeliveryAccepted accepted;
    accepted.facts = answered;
    put(stream, accepted);
  }
  const auto seen = lines();
  ASSERT_EQ(seen.size(), 1U) << "the third within a minute is counted alone";
  EXPECT_EQ(seen[0]["event"], "slow_operation");
  EXPECT_EQ(seen[0]["kind"], "vendor");
  EXPECT_EQ(seen[0]["subject"], "crm opt_out");
  EXPECT_EQ(seen[0]["milliseconds"], "1001");
  EXPECT_THAT(slow.metrics(), testing::HasSubstr("{kind=\"vendor\"} 2"));
  EXPECT_THAT(slow.metrics(), testing::HasSubstr("{kind=\"request\"} 0"));
}

TEST_F(Watching, EachEventIsALineWhereItsPartIsWanted) {
  EXPECT_TRUE(lines().empty());
  log_levels().set(Part::contacts, LogLevels::Said{Level::debug, {}});
  put(events::contact_stream(test::ana), events::ContactMentioned{});
  fail();
  const auto seen = lines();
  log_levels().set(Part::contacts, std::nullopt);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0]["event"], "recorded");
  EXPECT_EQ(seen[0]["type"], "contact.mentioned.v1");
  EXPECT_EQ(seen[0]["part"], "contacts");
  EXPECT_EQ(seen[1]["event"], "vendor_failure") << "delivery is as configured";
}

} // namespace
} // namespace tidemark::app::log_watch_test
