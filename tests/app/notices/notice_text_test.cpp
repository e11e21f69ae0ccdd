#include "app/notices/notice_text.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::app::notice_text_test {
namespace {

using config::ReceiverConfig;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

const Timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1} + 12h};

/// python3: base64(hmac(key, "msg_p5jXN8AQM9LWM0D4loKWxJek.1788264000." + body, sha256)).
const std::string signature = "v1,3dd1HDczqQz28j5RqGauMAiMXlz7OTH4Rot3Ui5e430=";

Notice of_rule() {
  return {Notice::Kind::group,
          "msg_p5jXN8AQM9LWM0D4loKWxJek",
          {{{TenantId("acme"), "backlog", "crm"}, "critical", noon - 5min, "1000 wait", {}},
           {{TenantId("acme"), "backlog", "dialer"}, "warning", noon - 9min, "200 wait", noon}}};
}

ReceiverConfig webhook() {
  ReceiverConfig out;
  out.name = "ops";
  out.url = "https://hooks.example/x";
  out.secret = SecretText("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  return out;
}

std::string header(const OutgoingNotice& notice, const std::string& name) {
  for (const auto& one : notice.headers)
    if (one.starts_with(name + ": "))
      return one.substr(name.size() + 2);
  return {};
}

TEST(NoticeText, WhatIsAboutTheInstallationNamesNoTenant) {
  auto notice = of_rule();
  for (auto& alert : notice.alerts)
    alert.key.tenant = {};
  const auto hook = json::parse(outgoing(webhook(), notice, "tidemark", noon).body);
  EXPECT_TRUE(hook["data"]["tenant"].is_null());
}

TEST(NoticeText, AWebhookIsSignedAsStandardWebhooksSay) {
  const auto out = outgoing(webhook(), of_rule(), "https://sync.example", noon);
  EXPECT_EQ(out.url, "https://hooks.example/x");
  EXPECT_EQ(header(out, "webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
  EXPECT_EQ(header(out, "webhook-timestamp"), "1788264000");
  const auto body = json::parse(out.body);
  EXPECT_EQ(body["type"], "tidemark.alert");
  EXPECT_EQ(body["timestamp"], "2026-09-01T12:00:00.000000Z");
  const auto& data = body["data"];
  EXPECT_EQ(data["service"], "https://sync.example");
  EXPECT_EQ(data["tenant"], "acme");
  EXPECT_EQ(data["rule"], "backlog");
  EXPECT_EQ(data["severity"], "critical");
  EXPECT_EQ(data["active"], 1);
  ASSERT_EQ(data["alerts"].size(), 2U);
  EXPECT_EQ(data["alerts"][0]["subject"], "crm");
  EXPECT_TRUE(data["alerts"][0]["resolved_at"].is_null());
  EXPECT_EQ(data["alerts"][1]["resolved_at"], "2026-09-01T12:00:00.000000Z");
  EXPECT_EQ(header(out, "webhook-signature"), signature);
}

TEST(NoticeText, WhatIsOverMakesTheRestNoWorse) {
  auto notice = of_rule();
  notice.alerts[0].over = noon;
  notice.alerts[1].over.reset();
  EXPECT_EQ(json::parse(outgoing(webhook(), notice, "s", noon).body)["data"]["severity"],
            "warning");
  notice.alerts[1].over = noon;
  EXPECT_EQ(json::parse(outgoing(webhook(), notice, "s", noon).body)["data"]["severity"],
            "critical");
}

TEST(NoticeText, ManyOfARuleAreNotAllListed) {
  auto notice = of_rule();
  for (int i = 0; i < 40; ++i)
    notice.alerts.push_back(notice.alerts[0]);
  const auto data = json::parse(outgoing(webhook(), notice, "s", noon).body)["data"];
  EXPECT_EQ(data["alerts"].size(), 20U);
  EXPECT_EQ(data["not_listed"], 22);
  EXPECT_EQ(data["active"], 41);
}

TEST(NoticeText, AlertmanagerGetsLabelsTimesAndThatWeLive) {
  ReceiverConfig receiver;
  receiver.kind = ReceiverConfig::Kind::alertmanager;
  receiver.url = "http://127.0.0.1:9093";
  auto notice = of_rule();
  notice.kind = Notice::Kind::all;
  const auto out = outgoing(receiver, notice, "s", noon);
  EXPECT_EQ(out.url, "http://127.0.0.1:9093/api/v2/alerts");
  const auto body = json::parse(out.body);
  ASSERT_EQ(body.size(), 3U);
  EXPECT_EQ(body[0]["labels"], (json{{"alertname", "backlog"},
                                     {"severity", "critical"},
                                     {"service", "s"},
                                     {"tenant", "acme"},
                                     {"subject", "crm"}}));
  EXPECT_EQ(body[0]["startsAt"], "2026-09-01T11:55:00.000000Z");
  EXPECT_EQ(body[0]["endsAt"], "2026-09-01T12:04:00.000000Z") << "unless it is told again";
  EXPECT_EQ(body[1]["endsAt"], "2026-09-01T12:00:00.000000Z") << "it is over";
  EXPECT_EQ(body[2]["labels"]["alertname"], "tidemark_alive");
}

TEST(NoticeText, AMailHasAHeadThatNobodyElseChooses) {
  ReceiverConfig receiver;
  receiver.kind = ReceiverConfig::Kind::mail;
  receiver.url = "smtps://mail.example:465";
  receiver.from = "tidemark@example.com";
  receiver.to = {"a@example.com", "b@example.com"};
  auto notice = of_rule();
  notice.alerts[0].key.tenant = TenantId("acme\r\nBcc: c@example.com");
  notice.alerts[0].text = "first\r\n.\r\nsecond";
  const auto out = outgoing(receiver, notice, "sync", noon);
  EXPECT_THAT(out.to, ElementsAre("a@example.com", "b@example.com"));
  EXPECT_TRUE(out.must_be_encrypted);
  EXPECT_THAT(out.body, HasSubstr("Date: Tue, 01 Sep 2026 12:00:00 +0000\r\n"));
  EXPECT_THAT(out.body, HasSubstr("Subject: [Tidemark] critical backlog (acme"));
  EXPECT_THAT(out.body, Not(HasSubstr("\r\nBcc")));
  EXPECT_THAT(out.body, HasSubstr("critical since 2026-09-01T11:55:00.000000Z: first  .  second"));
  EXPECT_THAT(out.body, HasSubstr("over at 2026-09-01T12:00:00.000000Z"));
  notice.alerts.erase(notice.alerts.begin());
  EXPECT_THAT(outgoing(receiver, notice, "sync", noon).body,
              HasSubstr("Subject: [Tidemark] over: backlog (acme): nothing is active any more"));
}

} // namespace
} // namespace tidemark::app::notice_text_test
