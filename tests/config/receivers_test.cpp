#include "config/load.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>

namespace tidemark::config::receivers_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = ReceiverConfig::Kind;

const std::string house =
    "[[tenants]]\nid = \"acme\"\n[[tenants.connectors]]\nname = \"aloware\"\ntype = \"aloware\"\n"
    "token = { env = \"TOKEN\" }\nwebhook_password = { env = \"PASSWORD\" }\n";
const std::string signing = "secret = { env = \"SIGNING\" }\n";

auto load(const std::string& receivers) {
  return load_config(receivers + house, "t.toml", FakeEnvironment());
}

std::string faults(const std::string& receiver) {
  std::string out;
  for (const auto& fault : load("[[alerts.receivers]]\n" + receiver).faults)
    out += to_text(fault) + "\n";
  return out;
}

TEST(Receivers, AreReadByTheirKinds) {
  const auto loaded = load("[[alerts.receivers]]\nname = \"ops\"\nkind = \"webhook\"\n"
                           "url = \"https://hooks.example/x\"\nheartbeat = true\n"
                           + signing
                           + "[[alerts.receivers]]\nname = \"am\"\nkind = \"alertmanager\"\n"
                             "url = \"http://127.0.0.1:9093\"\nallow_plain = true\n"
                             "[[alerts.receivers]]\nname = \"mail\"\nkind = \"mail\"\n"
                             "url = \"smtp://mail.example:587\"\nfrom = \"t@example.com\"\n"
                             "to = [\"a@example.com\"]\nsecond_way = true\n"
                             "severity = \"critical\"\ntenants = [\"acme\"]\n");
  ASSERT_THAT(loaded.faults, IsEmpty()) << to_text(loaded.faults[0]);
  const auto& all = loaded.config.alerts.receivers;
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].kind, Kind::webhook);
  EXPECT_EQ(all[0].secret->reveal(), "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
  EXPECT_TRUE(all[0].heartbeat);
  EXPECT_EQ(all[1].kind, Kind::alertmanager);
  EXPECT_TRUE(all[1].plain);
  EXPECT_EQ(all[2].kind, Kind::mail);
  EXPECT_THAT(all[2].to, ElementsAre("a@example.com"));
  EXPECT_THAT(all[2].tenants, ElementsAre(TenantId("acme")));
  EXPECT_TRUE(all[2].second_way && all[2].critical_only && !all[2].plain);
}

TEST(TraceEndpoint, IsAnAddressWithAPath) {
  const auto read = [](const std::string& lines) {
    const auto loaded = load("[traces]\n" + lines);
    return loaded.ok() ? loaded.config.traces.endpoint : "fault " + to_text(loaded.faults[0]);
  };
  EXPECT_EQ(read(""), "");
  for (const std::string good :
       {"http://127.0.0.1:4318/v1/traces", "https://otel.example/v1/traces"})
    EXPECT_EQ(read("endpoint = \"" + good + "\"\n"), good);
  EXPECT_EQ(read("endpoint = \"http://otel:4318/v1/traces\"\nallow_plain = true\n"),
            "http://otel:4318/v1/traces");
  for (const auto* bad :
       {"http://otel:4318/v1/traces", "127.0.0.1:4318", "grpc://127.0.0.1:4317/x",
        "http://127.0.0.1:4318", "http://127.0.0.1:4318/", "https://me:pw@otel.example/v1/traces"})
    EXPECT_THAT(read("endpoint = \"" + std::string(bad) + "\"\n"),
                testing::AllOf(testing::StartsWith("fault "), HasSubstr("traces.endpoint")))
        << bad;
}

TEST(Receivers, WhatCannotBeIsRefusedByName) {
  const std::string hook = "name = \"ops\"\nkind = \"webhook\"\n";
  EXPECT_THAT(faults(hook + "url = \"https://a.example\"\n"), HasSubstr("secret"));
  EXPECT_THAT(faults(hook + "url = \"https://a.example\"\nsecret = { env = \"SHORT\" }\n"),
              HasSubstr("24 to 64 bytes"));
  EXPECT_THAT(faults(hook + "url = \"http://a.example\"\n" + signing), HasSubstr("unencrypted"));
  EXPECT_THAT(faults(hook + "url = \"ftp://a.example\"\n" + signing), HasSubstr("https://"));
  EXPECT_THAT(faults(hook + "url = \"https://me:pw@a.example\"\n" + signing),
              HasSubstr("username and password"));
  EXPECT_THAT(faults("name = \"ops\"\nkind = \"pager\"\nurl = \"https://a.example\"\n"),
              HasSubstr("use webhook, alertmanager or mail"));
  const std::string mail = "name = \"m\"\nkind = \"mail\"\nurl = \"smtps://a.example\"\n";
  EXPECT_THAT(faults(mail + "from = \"t@example.com\"\n"), HasSubstr("alerts.receivers[m].to"));
  EXPECT_THAT(faults(mail + "from = \"t@example.com\"\nto = [\"a@b.example\\r\\nBcc: c@d.e\"]\n"),
              HasSubstr("no list of mail addresses"));
  EXPECT_THAT(faults(mail + "from = \"t@e.x\"\nto = \"a@b.x\"\nusername = \"u\"\n"),
              HasSubstr("password"));
  EXPECT_THAT(faults(hook + "url = \"https://a.example\"\ntenants = [\"nobody\"]\n" + signing),
              HasSubstr("there is no tenant nobody"));
  EXPECT_THAT(faults(hook + "url = \"https://a.example\"\nsecond_way = true\n" + signing),
              HasSubstr("none is the first"));
  EXPECT_THAT(faults(hook + "url = \"https://a.example\"\nseverity = \"info\"\n" + signing),
              HasSubstr("warning (all alerts) or critical"));
  EXPECT_THAT(faults(hook + "url = \"https://a.example\"\nsecert = 1\n" + signing),
              HasSubstr("there is no such key"));
}

TEST(Receivers, HaveNamesOfTheirOwn) {
  const std::string one = "[[alerts.receivers]]\nname = \"ops\"\nkind = \"alertmanager\"\n"
                          "url = \"https://a.example\"\n";
  EXPECT_THAT(load(one + one).faults, testing::Not(IsEmpty()));
}

} // namespace
} // namespace tidemark::config::receivers_test
