#include "app/operations/request_log.hpp"
#include "app/operations/state_log.hpp"
#include "tests/app/operations/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <sstream>

namespace tidemark::app::service_log_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

std::vector<json> lines_of(const std::function<void()>& what) {
  testing::internal::CaptureStderr();
  what();
  std::istringstream text(testing::internal::GetCapturedStderr());
  std::vector<json> out;
  for (std::string line; std::getline(text, line);)
    out.push_back(json::parse(line));
  return out;
}

struct States : testing::Test {
  States() {
    report.tenant = test::acme;
    report.connector = test::crm;
  }
  std::vector<std::string> look() {
    std::vector<std::string> out;
    for (const auto& line : lines_of([&] { log.look({report}); }))
      out.push_back(line.value("what", "") + ": " + line.value("before", "") + " -> "
                    + line.value("state", "") + " " + line.value("reason", ""));
    return out;
  }
  StateLog log;
  domain::ConnectorReport report;
};

TEST_F(States, EachChangeIsOneLine) {
  EXPECT_THAT(look(), IsEmpty()) << "all is as it should be";
  report.circuit = domain::CircuitState::open;
  report.failures = 5;
  report.connection.take({.reason_code = Reason::timeout}, {});
  EXPECT_THAT(look(), ElementsAre("circuit: ok -> open ", "system: ok -> fails timeout"));
  EXPECT_THAT(look(), IsEmpty());
  report.circuit = domain::CircuitState::closed;
  report.failures = 0;
  report.pause.emplace();
  report.connection.take({.http_status = 401, .reason_code = Reason::unauthorized}, {});
  EXPECT_THAT(look(), ElementsAre("circuit: open -> ok ", "key: ok -> refused unauthorized",
                                  "pause: ok -> paused ", "system: fails -> ok "));
}

TEST_F(States, ATokenThatIsRenewedIsNoNews) {
  report.account.emplace();
  report.account->state = domain::AccountState::connected;
  EXPECT_THAT(look(), IsEmpty());
  report.account->state = domain::AccountState::renewing;
  EXPECT_THAT(look(), IsEmpty());
  report.account->state = domain::AccountState::reconnect_needed;
  EXPECT_THAT(look(), ElementsAre("account: ok -> reconnect_needed "));
}

struct Requests : testing::Test {
  Requests() {
    source.tenant = test::acme;
    source.settings.name = test::crm;
  }
  std::vector<json> refuse(std::string_view client, std::string_view reason = "bad_signature") {
    return lines_of([&] { log.refused({&source, reason, std::string(client), "r1"}); });
  }
  test::SetClock clock;
  gateway::WebhookSource source;
  SlowOperations slow;
  RequestLog log{clock, slow};
};

TEST_F(Requests, ARefusedWebhookIsALineOncePerMinuteAddressAndReason) {
  const auto first = refuse("192.0.2.1");
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0]["event"], "webhook_refused");
  EXPECT_EQ(first[0]["connector"], "crm");
  EXPECT_EQ(first[0]["reason"], "bad_signature");
  EXPECT_EQ(first[0]["client"], "192.0.2.1");
  EXPECT_THAT(refuse("192.0.2.1"), IsEmpty());
  EXPECT_EQ(refuse("192.0.2.1", "missing_signature").size(), 1U);
  EXPECT_EQ(refuse("192.0.2.2").size(), 1U);
  clock.at += 61s;
  const auto later = refuse("192.0.2.1");
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0]["left_out_before"], "1");
}

TEST_F(Requests, ManyAddressesAtATimeAreToldAsOne) {
  std::size_t lines = 0;
  for (int i = 0; i < 3000; ++i)
    lines += refuse(std::to_string(i)).size();
  EXPECT_LE(lines, 1001U);
}

TEST_F(Requests, AnAnsweredRequestIsALineAtLevelDebugOnly) {
  EXPECT_THAT(lines_of([&] { log.answered({"r1", "GET", "/health", 200, 5us}); }), IsEmpty());
}

} // namespace
} // namespace tidemark::app::service_log_test
