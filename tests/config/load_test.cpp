#include "config/load.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace tidemark::config::load_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> faults_of(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& fault : load_config(text, "t.toml", FakeEnvironment()).faults)
    out.push_back(to_text(fault));
  return out;
}

const std::string tenant = "[[tenants]]\nid = \"acme\"\n";
const std::string aloware =
    "[[tenants.connectors]]\nname = \"aloware\"\ntype = \"aloware\"\n"
    "token = { env = \"TOKEN\" }\nwebhook_password = { env = \"PASSWORD\" }\n";
const std::string good = tenant + aloware; // 7 lines

struct FaultyFile {
  std::string text;
  std::vector<std::string> faults;
};

TEST(SendLimits, HavePacingOnlyWhereItIsConfigured) {
  const auto limits = [](const std::string& sending) {
    const auto loaded =
        load_config(good + "[sync.sending]\n" + sending, "t.toml", FakeEnvironment());
    EXPECT_TRUE(loaded.ok()) << sending;
    return loaded.config.sync.conversation.limits;
  };
  EXPECT_FALSE(limits("per_day = 3\n").pacing);
  const auto paced = limits("per_week = 5\ncool_down_minutes = 240\n"
                            "holidays = [\"2026-12-25\"]\nzones = [\"Europe/London\"]\n");
  ASSERT_TRUE(paced.pacing);
  EXPECT_EQ(paced.pacing->per_week, 5U);
  EXPECT_EQ(paced.pacing->cool_down_minutes, 240U);
  EXPECT_THAT(paced.pacing->holidays, ElementsAre("2026-12-25"));
  EXPECT_THAT(paced.zones, ElementsAre("Europe/London"));
  EXPECT_EQ(paced.from, paced.until) << "zones beside holidays are no hours";
}

class RefusesWithAMessage : public testing::TestWithParam<FaultyFile> {};

TEST_P(RefusesWithAMessage, ThatSaysWhereWhatAndWhatToDo) {
  EXPECT_EQ(faults_of(GetParam().text), GetParam().faults);
}

INSTANTIATE_TEST_SUITE_P(
    TopLevel, RefusesWithAMessage,
    testing::Values(
        FaultyFile{"",
                   {"t.toml:1: tenants: there is no tenant: add [[tenants]] with id = \"...\""}},
        FaultyFile{good + "[sever]\n",
                   {"t.toml:8: sever: there is no such key: did you mean server?"}},
        FaultyFile{good + "[server]\nlisen = \"127.0.0.1:1\"\n",
                   {"t.toml:9: server.lisen: there is no such key: did you mean listen?"}},
        FaultyFile{good + "[server]\nzzz = 1\n",
                   {"t.toml:9: server.zzz: there is no such key: remove it; docs/configuration.md "
                    "lists all keys"}},
        FaultyFile{good + "[server]\nlisten = \"localhost:8080\"\n",
                   {"t.toml:9: server.listen: it does not begin with an IP address: write an "
                    "address and a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\""}},
        FaultyFile{good + "[server]\nlisten = \"127.0.0.1:70000\"\n",
                   {"t.toml:9: server.listen: its port is not a number from 0 to 65535: write an "
                    "address and a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\""}},
        FaultyFile{good + "[server]\npublic_url = \"http://sync.example.com\"\n",
                   {"t.toml:9: server.public_url: plain http would show webhooks to everyone on "
                    "the way: use https://"}},
        FaultyFile{good + "[server]\ntrusted_proxies = [\"proxy\"]\n",
                   {"t.toml:9: server.trusted_proxies: an entry is not an IP address: write "
                    "literal addresses, such as [\"127.0.0.1\"]"}},
        FaultyFile{good + "[log]\nlevel = \"loud\"\n[health]\nprobes_per_second = 10001\n"
                       + "[alerts]\nmany = 0\n",
                   {"t.toml:9: log.level: it is no level: write \"info\", \"debug\", "
                    "\"warning\" or \"error\"",
                    "t.toml:11: health.probes_per_second: it is out of range: write a whole "
                    "number from 0 to 10000",
                    "t.toml:13: alerts.many: it is out of range: write a whole number from 1 to "
                    "1000000"}},
        FaultyFile{good + "[alerts]\nmany = 500\ncritical = 100\nerror_percent = 101\n"
                       + "disk_free_percent = 10\nmemory_limit_mb = 8\ncool_down_seconds = -1\n"
                       + "silence_minutes = 43201\n",
                   {"t.toml:10: alerts.critical: it is less than alerts.many: write at least as "
                    "much: what waits is a warning first",
                    "t.toml:11: alerts.error_percent: it is out of range: write a whole number "
                    "from 0 to 100",
                    "t.toml:12: alerts.disk_free_percent: deliveries have stopped by then: write "
                    "15 or more, or 0 for no warning before",
                    "t.toml:13: alerts.memory_limit_mb: it is less than the service needs to "
                    "start: write 64 or more, or 0 for what the machine or the control group gives",
                    "t.toml:14: alerts.cool_down_seconds: it is out of range: write a whole "
                    "number from 0 to 86400",
                    "t.toml:15: alerts.silence_minutes: it is out of range: write a whole number "
                    "from 0 to 43200"}},
        FaultyFile{good + "[log]\ndir = 7\n",
                   {"t.toml:9: log.dir: it is not a text: write it as \"...\""}},
        FaultyFile{"log = 3\n" + good,
                   {"t.toml:1: log: it is not a table: write [log] and its keys below"}}));

INSTANTIATE_TEST_SUITE_P(
    Sync, RefusesWithAMessage,
    testing::Values(
        FaultyFile{good + "[sync]\nprecedence = [\"aloware\", \"zoho\"]\n",
                   {"t.toml:9: sync.precedence: it names a connector that no tenant has: use one "
                    "of: aloware"}},
        FaultyFile{good + "[sync]\nprecedence = [\"aloware\", \"aloware\"]\n",
                   {"t.toml:9: sync.precedence: it names a connector twice: name each once"}},
        FaultyFile{good + "[sync]\nsource_of_truth = \"newest\"\n",
                   {"t.toml:9: sync.source_of_truth: it names a connector that no tenant has: use "
                    "one of: merge, aloware"}},
        FaultyFile{good + "[sync.fields]\nfirstname = [\"aloware\"]\n",
                   {"t.toml:9: sync.fields.firstname: there is no such key: did you mean "
                    "first_name?"}},
        FaultyFile{good + "[sync.sending]\nfrom = \"8:00\"\nuntil = \"24:00\"\nzones = [\"EST\"]\n",
                   {"t.toml:9: sync.sending.from: it is no time of day: write it like 08:00",
                    "t.toml:10: sync.sending.until: it is no time of day: write it like 08:00",
                    "t.toml:11: sync.sending.zones: it has a name that the machine's time zone "
                    "database does not know: use names such as America/New_York"}},
        FaultyFile{good + "[sync.sending]\nholidays = [\"2026-12-25\", \"2026-02-30\"]\n",
                   {"t.toml:9: sync.sending.holidays: \"2026-02-30\" is no date: write each like "
                    "2026-12-25"}},
        FaultyFile{
            good + "[[sync.dispositions]]\ndisposition = \"Hot\"\ntags = [\"a\"]\nlists = \"\"\n",
            {"t.toml:8: sync.dispositions[1].connector: it is missing: add connector = "
             "\"...\"",
             "t.toml:11: sync.dispositions[1].lists: it is not a list of texts: write "
             "[\"...\", \"...\"]"}},
        FaultyFile{good + "[[sync.dispositions]]\ndisposition = \"Hot\"\ntags = [\"a\"]\n"
                       + "connector = \"aloware\"\nlist = [\"L\"]\n",
                   {"t.toml:11: sync.dispositions[1].connector: there are no lists: write lists = "
                    "[\"...\"] or leave it out",
                    "t.toml:12: sync.dispositions[1].list: there is no such key: did you mean "
                    "lists?"}},
        FaultyFile{good + "[[sync.dispositions]]\ndisposition = \"Hot\"\ntags = [\"Called\"]\n"
                       + "connector = \"zoho\"\nlists = [\"L\"]\n[[sync.dispositions]]\n"
                       + "disposition = \"Cold\"\ntags = [\"called\", \"cold\"]\n",
                   {"t.toml:11: sync.dispositions[1].connector: it names a connector that no "
                    "tenant has: use one of: aloware",
                    "t.toml:12: sync.dispositions[1].lists: no tag of at most 200 bytes is the "
                    "disposition's alone, to put on them: give it a tag that no other disposition "
                    "brings"}},
        FaultyFile{good + "[sync.fields]\nphone = []\n",
                   {"t.toml:9: sync.fields.phone: it is empty: nobody could write the field: name "
                    "the connectors that may, or remove the line for everyone"}},
        FaultyFile{good + "[sync.fields]\nphone = 7\n",
                   {"t.toml:9: sync.fields.phone: it is not a list of texts: write "
                    "[\"...\", \"...\"]"}},
        FaultyFile{good + "[sync.fields]\nphone = [\"hubspot\"]\n",
                   {"t.toml:9: sync.fields.phone: it names a connector that no tenant has: use one "
                    "of: aloware"}}));

const std::string crm = "[[tenants.connectors]]\nname = \"crm\"\ntype = \"gohighlevel\"\n"
                        "token = { env = \"TOKEN\" }\nlocation_id = \"LOC\"\n"; // 5 lines

INSTANTIATE_TEST_SUITE_P(
    WhatASystemCannotDo, RefusesWithAMessage,
    testing::Values(
        FaultyFile{good + crm + "[[sync.tag_lists]]\ntag = \"a\"\nconnector = \"crm\"\n"
                       + "list = \"L\"\n",
                   {"t.toml:15: sync.tag_lists[1].connector: its system has no call lists: use one "
                    "of: aloware"}},
        FaultyFile{tenant + crm + "[[sync.tag_lists]]\ntag = \"a\"\nconnector = \"crm\"\n"
                       + "list = \"L\"\n",
                   {"t.toml:10: sync.tag_lists[1].connector: its system has no call lists: remove "
                    "the rule; no configured system has any"}},
        FaultyFile{good + crm + "[[sync.sequences]]\nstatus = \"a\"\nconnector = \"crm\"\n"
                       + "sequence = \"7\"\n",
                   {"t.toml:15: sync.sequences[1].connector: its system has no sequences: use one "
                    "of: aloware"}},
        FaultyFile{good + crm + "[[sync.dispositions]]\ndisposition = \"Hot\"\ntags = [\"a\"]\n"
                       + "connector = \"crm\"\nlists = [\"L\"]\n",
                   {"t.toml:16: sync.dispositions[1].connector: its system has no call lists: use "
                    "one of: aloware"}},
        FaultyFile{good + "[log]\ndir = \"/dev/null\"\n",
                   {"t.toml:9: log.dir: it is, or lies below, something that is no folder: write a "
                    "folder; one that does not exist is made"}},
        FaultyFile{good + "[log]\ndir = \"/dev/null/data\"\n",
                   {"t.toml:9: log.dir: it is, or lies below, something that is no folder: write a "
                    "folder; one that does not exist is made"}}));

INSTANTIATE_TEST_SUITE_P(
    Tenants, RefusesWithAMessage,
    testing::Values(
        FaultyFile{tenant,
                   {"t.toml:1: tenants[acme].connectors: the tenant has no connector: add "
                    "[[tenants.connectors]] with name and type"}},
        FaultyFile{"[[tenants]]\nid = \"Acme Inc\"\n" + aloware,
                   {"t.toml:2: tenants[1].id: it is not a name: use 1 to 40 of a-z, 0-9 and -"}},
        FaultyFile{"[[tenants]]\n" + aloware,
                   {"t.toml:1: tenants[1].id: it is missing: add id = \"...\""}},
        FaultyFile{good + good,
                   {"t.toml:9: tenants[2].id: another tenant has the same id: give "
                    "each tenant its own"}},
        FaultyFile{good + aloware,
                   {"t.toml:9: tenants[acme].connectors[aloware].name: another connector of the "
                    "tenant has the same name: give each its own"}},
        FaultyFile{tenant + "[[tenants.connectors]]\nname = \"log\"\ntype = \"alowear\"\n",
                   {"t.toml:4: tenants[acme].connectors[log].name: /health/log is another part: "
                    "use another name",
                    "t.toml:5: tenants[acme].connectors[log].type: there is no such connector "
                    "type: did you mean aloware?"}},
        FaultyFile{
            tenant + "[[tenants.connectors]]\nname = \"import\"\ntype = \"alowear\"\n",
            {"t.toml:4: tenants[acme].connectors[import].name: lists from elsewhere are told "
             "of under it: use another name",
             "t.toml:5: tenants[acme].connectors[import].type: there is no such connector "
             "type: did you mean aloware?"}},
        FaultyFile{tenant + "[[tenants.connectors]]\nname = \"test\"\ntype = \"alowear\"\n",
                   {"t.toml:4: tenants[acme].connectors[test].name: /webhooks/test is taken by the "
                    "signature test: use another name",
                    "t.toml:5: tenants[acme].connectors[test].type: there is no such connector "
                    "type: did you mean aloware?"}}));

INSTANTIATE_TEST_SUITE_P(
    Connectors, RefusesWithAMessage,
    testing::Values(
        FaultyFile{good + "tokn = 1\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].tokn: there "
                    "is no such key: did you mean token?"}},
        FaultyFile{good + "burst = 0\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].burst: it is out of range: write "
                    "a whole number from 1 to 10000"}},
        FaultyFile{good + "refused_status = 500\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].refused_status: it is no status "
                    "of a refusal: write 401, 403 or 404, or remove it"}},
        FaultyFile{good + "timeout_ms = \"1s\"\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].timeout_ms: it is not a whole "
                    "number: write a whole number from 100 to 120000"}},
        FaultyFile{good + "receives = \"no\"\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].receives: it is neither true nor "
                    "false: write true or false, without quotes"}},
        FaultyFile{good + "default_region = \"usa\"\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].default_region: it is not a "
                    "country: write two capital letters (ISO 3166), such as US"}},
        FaultyFile{good + "default_region = \"XX\"\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].default_region: it is not a "
                    "country: write two capital letters (ISO 3166), such as US"}},
        FaultyFile{good + "base_url = \"ftp://x\"\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].base_url: it does not begin with "
                    "https://: write it as https://host, with a path if it has one"}},
        FaultyFile{good + "base_url = \"http://127.0.0.1:9\"\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].base_url: plain http is refused, "
                    "even to the own machine: use https://, or set allow_loopback_http = true for "
                    "a test"}},
        FaultyFile{good + "base_url = \"http://api.example.com\"\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].base_url: plain http would show "
                    "contacts and secrets to everyone on the way: use https://"}},
        FaultyFile{good + "base_url = \"https://api.example.com\"\nallow_loopback_http = true\n",
                   {"t.toml:9: tenants[acme].connectors[aloware].allow_loopback_http: it holds "
                    "only for literal loopback addresses: write base_url = "
                    "\"http://127.0.0.1:PORT\", or remove it"}}));

INSTANTIATE_TEST_SUITE_P(
    Tokens, RefusesWithAMessage,
    testing::Values(
        FaultyFile{good + "[[api.tokens]]\nname = \"n\"\nrole = \"root\"\ntoken = {env=\"LONG\"}\n",
                   {"t.toml:10: api.tokens[1].role: there is no such role: use viewer, auditor, "
                    "operator or admin"}},
        FaultyFile{good + "[[api.tokens]]\nname = \"n\"\nrole = \"viewer\"\n",
                   {"t.toml:8: api.tokens[1].token: it is missing: set token_sha256 or token, as { "
                    "env = \"NAME\" } or { file = \"PATH\" }"}},
        FaultyFile{good + "[[api.tokens]]\nname=\"n\"\nrole=\"viewer\"\ntoken={env=\"SHORT\"}\n",
                   {"t.toml:11: api.tokens[1].token: it is shorter than 20 characters: make one "
                    "with: openssl rand -hex 32"}},
        FaultyFile{
            good + "[[api.tokens]]\nname=\"n\"\nrole=\"viewer\"\ntoken_sha256={env=\"LONG\"}\n",
            {"t.toml:11: api.tokens[1].token_sha256: it is not a SHA-256 in hex: write 64 "
             "hex digits, from: printf %s TOKEN | sha256sum"}}));

INSTANTIATE_TEST_SUITE_P(
    People, RefusesWithAMessage,
    testing::Values(
        FaultyFile{good + "[sync]\nparking_timeout = \"soon\"\n",
                   {"t.toml:9: sync.parking_timeout: it is no time between a second and a year: "
                    "write seconds, minutes, hours or days, such as 90m, 24h or 7d"}},
        FaultyFile{good + "[sync]\nprotected_fields = [\"fone\"]\n",
                   {"t.toml:9: sync.protected_fields: an entry is no contact field: use "
                    "first_name, last_name, phone, email, company and so on, as in [sync.fields]"}},
        FaultyFile{good + "on_delete = \"erase\"\n",
                   {"t.toml:8: tenants[acme].connectors[aloware].on_delete: there is no such "
                    "action: write \"nothing\", \"archive\" or \"mark_do_not_call\""}}));

TEST(Config, TakesZeroRequestsPerSecondAsNoLimitAndRefusesMoreThanTenThousand) {
  const auto loaded = load_config(good + "requests_per_second = 0\n", "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  EXPECT_EQ(loaded.config.tenants.at(0).connectors.at(0).requests_per_second, 0U);
  EXPECT_THAT(faults_of(good + "requests_per_second = 10001\n"),
              ElementsAre(HasSubstr("t.toml:8: tenants[acme].connectors[aloware]."
                                    "requests_per_second: ")));
  EXPECT_THAT(faults_of(good + "burst = 0\n"), ElementsAre(HasSubstr("burst: ")));
}

TEST(Config, ReadsHowOftenASystemIsReconciled) {
  const auto every = [](const std::string& text) {
    const auto loaded =
        load_config(good + "reconcile_every = \"" + text + "\"\n", "t.toml", FakeEnvironment());
    return loaded.ok() ? loaded.config.tenants.at(0).connectors.at(0).reconcile_every
                       : std::chrono::seconds{-1};
  };
  using namespace std::chrono_literals;
  EXPECT_EQ(every("90m"), 90min);
  EXPECT_EQ(every("24h"), 24h);
  EXPECT_EQ(every("7d"), 168h);
  EXPECT_EQ(every("never"), 0s);
  EXPECT_EQ(every(""), 168h) << "the dialer is asked number by number, and tells nothing twice";
  for (const auto* bad : {"24", "h", "9m", "24 h", "-1h", "24hh", "1y", "366d", "99999999999h"})
    EXPECT_EQ(every(bad), -1s) << bad;
}

TEST(Config, NamesAllFaultsAtOnceInTheOrderOfTheFile) {
  const auto faults = faults_of("[server]\nlisten = 1\nx = 2\n[[tenants]]\nid = \"A\"\n"
                                "[[tenants.connectors]]\nname = \"b c\"\ntype = \"nothing\"\n");
  EXPECT_THAT(faults,
              ElementsAre(HasSubstr("t.toml:2: server.listen"), HasSubstr("t.toml:3: server.x"),
                          HasSubstr("t.toml:5: tenants[1].id"),
                          HasSubstr("t.toml:7: tenants[1].connectors[1].name"),
                          HasSubstr("t.toml:8: tenants[1].connectors[1].type")));
}

TEST(Config, SaysTheLineOfASyntaxError) {
  EXPECT_THAT(faults_of("[server]\nlisten = = 1\n"), ElementsAre(HasSubstr("t.toml:2: TOML: ")));
  EXPECT_THAT(faults_of("[log]\ndir = \"a\"\ndir = \"b\"\n"),
              ElementsAre(HasSubstr("t.toml:3: TOML: ")));
}

TEST(Config, PassesOnWhatTheConnectorSaysAtTheKeyItNames) {
  EXPECT_THAT(faults_of(good + "webhook_auth = \"digest\"\n"),
              ElementsAre(HasSubstr("t.toml:8: tenants[acme].connectors[aloware].webhook_auth: ")));
}

TEST(Config, TheConnectorIsHeardBesideOtherFaultsButNotAboutThem) {
  EXPECT_THAT(faults_of(good + "webhook_auth = \"digest\"\nburst = 0\n"),
              ElementsAre(HasSubstr("t.toml:8: tenants[acme].connectors[aloware].webhook_auth: "),
                          HasSubstr("t.toml:9: tenants[acme].connectors[aloware].burst: ")));
  EXPECT_THAT(faults_of(good + "webhook_auth = 7\n"),
              ElementsAre(HasSubstr("webhook_auth: it is not a text")));
}

TEST(Config, SaysThatAFileIsMissing) {
  const auto loaded = load_config_file("/nowhere/t.toml", FakeEnvironment());
  ASSERT_EQ(loaded.faults.size(), 1U);
  EXPECT_THAT(to_text(loaded.faults[0]), HasSubstr("/nowhere/t.toml:1: file: it cannot be read"));
}

TEST(Config, TakesAGoodFileWithDefaultsFilledIn) {
  const auto loaded = load_config(good, "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  EXPECT_EQ(loaded.config.server.address, "127.0.0.1");
  EXPECT_EQ(loaded.config.server.port, 8080);
  EXPECT_EQ(loaded.config.log_dir, "data");
  const auto& own = loaded.config.tenants.at(0).connectors.at(0);
  EXPECT_EQ(own.settings.name, ConnectorName("aloware"));
  EXPECT_EQ(own.timeout_ms, 10'000U);
  EXPECT_EQ(own.settings.get("webhook_auth"), "bearer");
  EXPECT_EQ(own.settings.secret("token"), FakeEnvironment::canary);
}

/// What the example's secrets stand for.
class ExampleEnvironment final : public Environment {
public:
  std::optional<SecretText> variable(const std::string& name) const override {
    if (name.starts_with("CRM_"))
      return SecretText("whsec_" + std::string(43, 'A') + "=");
    return SecretText(std::string(64, 'a'));
  }
  Result<SecretText> secret_file(const std::string&) const override {
    return Error{"not_found", "none"};
  }
};

TEST(Config, RefusesTheTenantOfTheEngineItself) {
  EXPECT_THAT(
      faults_of("[[tenants]]\nid = \"engine\"\n" + aloware),
      ElementsAre("t.toml:2: tenants[1].id: engine is taken by the engine's own events: use "
                  "another id"));
}

TEST(Config, DocumentsEverySettingOfEveryConnector) {
  std::ifstream stream(TIDEMARK_SOURCE "/docs/configuration.md");
  const std::string page{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  for (const auto& setting : connectors::common_settings())
    EXPECT_THAT(page, HasSubstr("`" + std::string(setting.key) + "`"));
  for (const auto& connector : connectors::all())
    for (const auto& setting : connector.settings)
      EXPECT_THAT(page, HasSubstr("`" + std::string(setting.key) + "`")) << connector.type;
}

TEST(Config, TakesTheExampleInDeploy) {
  const auto loaded =
      load_config_file(TIDEMARK_SOURCE "/deploy/tidemark.toml.example", ExampleEnvironment());
  for (const auto& fault : loaded.faults)
    ADD_FAILURE() << to_text(fault);
  EXPECT_EQ(loaded.config.tenants.at(0).connectors.size(), 4U);
}

TEST(Config, KeepsOnlyTheHashOfAToken) {
  const auto loaded = load_config(
      good + "[[api.tokens]]\nname = \"n\"\nrole = \"viewer\"\ntoken = { env = \"LONG\" }\n",
      "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  // printf %s 0123456789012345678901234567890123456789 | sha256sum
  EXPECT_EQ(loaded.config.tokens.at(0).sha256,
            "fb526cd4ad0ec978c1a9e78f7c0728711139978424d618eb228be59e21188970");
}

TEST(Config, ATokenNamesItsTenantWhereThereAreSeveral) {
  const std::string token =
      "[[api.tokens]]\nname = \"n\"\nrole = \"viewer\"\ntoken = { env = \"LONG\" }\n";
  const std::string two = good + "[[tenants]]\nid = \"beta\"\n";
  const auto fault_of = [](const std::string& text) {
    const auto loaded = load_config(text, "t.toml", FakeEnvironment());
    for (const auto& fault : loaded.faults)
      if (to_text(fault).find("api.tokens[1].tenant") != std::string::npos)
        return to_text(fault);
    return std::string("none");
  };
  EXPECT_THAT(fault_of(two + token), HasSubstr("there are several tenants"));
  EXPECT_THAT(fault_of(two + token + "tenant = \"gamma\"\n"),
              HasSubstr("there is none of this id"));
  EXPECT_EQ(fault_of(two + token + "tenant = \"beta\"\n"), "none");
  EXPECT_EQ(fault_of(good + token), "none");
}

TEST(Config, NamesAFolderThatIsNoFile) {
  const auto loaded = load_config_file("/", FakeEnvironment());
  ASSERT_EQ(loaded.faults.size(), 1U);
  EXPECT_THAT(to_text(loaded.faults[0]), HasSubstr("it is no file"));
}

TEST(Config, RecordsHowLongCommandsWaitAndWhichEditsStay) {
  const auto loaded = load_config(good
                                      + "[sync]\nparking_timeout = \"90s\"\n"
                                        "preserve_manual_edits = true\n"
                                        "protected_fields = [\"phone\"]\n",
                                  "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok());
  const auto applied = to_applied(loaded.config, loaded.config.tenants[0]);
  EXPECT_EQ(applied.parking_timeout_seconds, 90U);
  EXPECT_TRUE(applied.manual_edits.preserve);
  EXPECT_THAT(applied.manual_edits.fields, ElementsAre("phone"));
  const auto defaults = load_config(good, "t.toml", FakeEnvironment());
  EXPECT_EQ(defaults.config.sync.parking_timeout, std::chrono::hours{24});
  EXPECT_FALSE(defaults.config.sync.manual_edits.preserve);
}

TEST(Config, RecordsWhatHoldsForATenantWithoutSecrets) {
  const auto loaded =
      load_config(good
                      + "[sync]\nsource_of_truth = \"aloware\"\n[sync.fields]\nphone = "
                        "[\"aloware\"]\n",
                  "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  const auto applied = to_applied(loaded.config, loaded.config.tenants[0]);
  EXPECT_EQ(applied.source_of_truth, "aloware");
  EXPECT_THAT(applied.precedence, ElementsAre(ConnectorName("aloware")));
  EXPECT_THAT(applied.field_writers.at("phone"), ElementsAre(ConnectorName("aloware")));
  ASSERT_EQ(applied.connectors.size(), 1U);
  EXPECT_EQ(applied.connectors[0].settings.at("webhook_auth"), "bearer");
  EXPECT_EQ(applied.connectors[0].settings.at("default_region"), "US");
  for (const auto& [key, value] : applied.connectors[0].settings)
    EXPECT_NE(value, FakeEnvironment::canary) << key;
  EXPECT_THAT(applied.connectors[0].secrets, ElementsAre("token", "webhook_password"));
}

} // namespace
} // namespace tidemark::config::load_test
