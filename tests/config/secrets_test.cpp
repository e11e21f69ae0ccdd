#include "config/check_config.hpp"
#include "config/environment.hpp"
#include "config/load.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tidemark::config::secrets_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string with_token(const std::string& token) {
  return "[[tenants]]\nid = \"acme\"\n[[tenants.connectors]]\nname = \"aloware\"\ntype = "
         "\"aloware\"\n"
         "webhook_password = { env = \"PASSWORD\" }\ntoken = "
         + token + "\n";
}

std::vector<std::string> faults_of(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& fault : load_config(text, "conf/t.toml", FakeEnvironment()).faults)
    out.push_back(to_text(fault));
  return out;
}

const std::string at_token = "conf/t.toml:7: tenants[acme].connectors[aloware].token: ";

TEST(Secrets, AreRefusedInTheFileItself) {
  EXPECT_THAT(faults_of(with_token("\"canary-5f1d7c\"")),
              ElementsAre(at_token
                          + "a secret must not stand in this file: write { env = \"NAME\" } or { "
                            "file = \"PATH\" } and replace the secret, since others may have read "
                            "it"));
}

TEST(Secrets, NeedAVariableOrFileThatHoldsThem) {
  EXPECT_THAT(faults_of(with_token("{ env = \"NOT_THERE\" }")),
              ElementsAre(at_token
                          + "the environment variable NOT_THERE is not set: set it before the "
                            "start, or use { file = \"PATH\" }"));
  EXPECT_THAT(faults_of(with_token("{ env = \"EMPTY\" }")),
              ElementsAre(HasSubstr("the environment variable EMPTY is empty")));
  EXPECT_THAT(faults_of(with_token("{ file = \"missing\" }")),
              ElementsAre(HasSubstr("the secret file cannot be used, No such file or directory")));
  EXPECT_THAT(faults_of(with_token("{ file = \"open\" }")),
              ElementsAre(at_token
                          + "the secret file cannot be used, other users may read it: give it the "
                            "mode 0600 (chmod 600) and replace the secret"));
  EXPECT_THAT(faults_of(with_token("{ file = \"empty\" }")),
              ElementsAre(HasSubstr("the secret file is empty")));
  EXPECT_THAT(faults_of(with_token("{ env = \"TOKEN\", file = \"good\" }")),
              ElementsAre(HasSubstr("it does not say where the secret is")));
  EXPECT_THAT(faults_of(with_token("{ file = \"good\" }")), ElementsAre());
}

/// Wherever a secret may have been pasted by mistake, no fault repeats it.
TEST(Secrets, AreNeverInAFault) {
  const auto canary = std::string(FakeEnvironment::canary);
  for (const auto& text :
       {with_token("\"" + canary + "\""), with_token("{ env = \"" + canary + "\" }"),
        with_token("[\"" + canary + "\"]"), with_token("{ \"env\" = [\"" + canary + "\"] }"),
        with_token(canary), with_token("'" + canary),
        with_token("{ env = \"TOKEN\" " + canary + " }"),
        with_token("{ env = \"TOKEN\" }\nbase_url = \"http://user:" + canary + "@host\""),
        with_token("{ env = \"TOKEN\" }\nwebhook_auth = \"" + canary + "\""),
        with_token("{ env = \"TOKEN\" }\nreceives = \"" + canary + "\"")}) {
    const auto faults = faults_of(text);
    EXPECT_FALSE(faults.empty()) << text;
    for (const auto& fault : faults)
      EXPECT_THAT(fault, Not(HasSubstr(canary)));
  }
}

/// A folder of its own for each test, removed at its end.
class Files : public testing::Test {
protected:
  void SetUp() override {
    auto name = (std::filesystem::temp_directory_path() / "tidemark-config-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const auto path = (folder_ / name).string();
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  std::filesystem::path folder_;
};

TEST_F(Files, GiveTheirTextWithoutTheFinalLineEnd) {
  const auto secret = process_environment()->secret_file(write("s", "abc\n"));
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret.value().reveal(), "abc");
}

TEST_F(Files, OpenToOthersAreRefused) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0700U, 0644U}) {
    const auto path = write("s", "abc", mode);
    const auto secret = process_environment()->secret_file(path);
    ASSERT_FALSE(secret.ok()) << std::oct << mode;
    EXPECT_EQ(secret.error().code, "open_to_others");
  }
  EXPECT_TRUE(process_environment()->secret_file(write("s", "abc", 0400)).ok());
}

TEST_F(Files, ThatAreNoFilesOrTooLargeAreRefused) {
  EXPECT_EQ(process_environment()->secret_file(folder_.string()).error().code, "unreadable");
  EXPECT_EQ(process_environment()->secret_file(folder_ / "none").error().code, "not_found");
  const auto large = write("large", std::string(64 * 1024 + 1, 'x'));
  EXPECT_EQ(process_environment()->secret_file(large).error().code, "too_large");
}

TEST_F(Files, CheckConfigShowsSourcesAndMasksSecrets) {
  CheckConfigOptions options{write("t.toml", with_token("{ env = \"TOKEN\" }\nburst = 7")), true};
  std::ostringstream out;
  EXPECT_EQ(run_check_config(options, FakeEnvironment(), out), 0);
  EXPECT_THAT(out.str(),
              HasSubstr("tenants[acme].connectors[aloware].token = ***  (environment TOKEN)"));
  EXPECT_THAT(out.str(),
              HasSubstr("tenants[acme].connectors[aloware].burst = 7  (" + options.file + ":8)"));
  EXPECT_THAT(out.str(), HasSubstr("log.dir = data  (default)"));
  EXPECT_THAT(out.str(), Not(HasSubstr(FakeEnvironment::canary)));
  options.format = OutputFormat::json;
  EXPECT_EQ(run_check_config(options, FakeEnvironment(), out), 0);
  EXPECT_THAT(out.str(), Not(HasSubstr(FakeEnvironment::canary)));
}

TEST_F(Files, CheckConfigSaysThatThereIsNoStoreKey) {
  const auto said = [&](const std::string& store_key) {
    std::ostringstream out;
    const CheckConfigOptions options{write("t.toml", with_token("{ env = \"TOKEN\" }")), false,
                                     OutputFormat::text, store_key};
    EXPECT_EQ(run_check_config(options, FakeEnvironment(), out), 0) << out.str();
    return out.str();
  };
  EXPECT_THAT(said(""), HasSubstr("warning: no store key is given"));
  EXPECT_THAT(said("/etc/tidemark/store.key"), Not(HasSubstr("store key")));
}

TEST(StoreKeySource, IsTheOptionThenTheVariableThenTheManagersCredential) {
  struct Given final : Environment {
    std::map<std::string, std::string> all;
    std::optional<SecretText> variable(const std::string& name) const override {
      const auto at = all.find(name);
      return at == all.end() ? std::nullopt : std::optional(SecretText(at->second));
    }
    Result<SecretText> secret_file(const std::string&) const override {
      return Error{"not_found", ""};
    }
  } given;
  EXPECT_EQ(store_key_source("", given).file, "");
  const auto folder = std::filesystem::temp_directory_path() / "tidemark-credentials-test";
  std::filesystem::create_directories(folder);
  given.all["CREDENTIALS_DIRECTORY"] = folder.string();
  EXPECT_EQ(store_key_source("", given).file, "") << "other credentials may stand there only";
  std::ofstream(folder / "tidemark-store-key") << "x";
  EXPECT_EQ(store_key_source("", given).file, (folder / "tidemark-store-key").string());
  EXPECT_TRUE(store_key_source("", given).of_the_manager);
  given.all["TIDEMARK_STORE_KEY_FILE"] = "/of/variable";
  EXPECT_EQ(store_key_source("", given).file, "/of/variable");
  EXPECT_EQ(store_key_source("/of/option", given).file, "/of/option");
  std::filesystem::remove_all(folder);
}

TEST_F(Files, CheckConfigNamesAReceiverThatIsToldUnencrypted) {
  const auto said = [&](const std::string& more) {
    std::ostringstream out;
    const CheckConfigOptions options{
        write("t.toml", with_token("{ env = \"TOKEN\" }")
                            + "\n[[alerts.receivers]]\nname = \"am\"\nkind = \"alertmanager\"\n"
                              "url = \"http"
                            + more),
        false};
    EXPECT_EQ(run_check_config(options, FakeEnvironment(), out), 0) << out.str();
    return out.str();
  };
  EXPECT_THAT(said("://127.0.0.1:9093\"\nallow_plain = true\n"),
              HasSubstr("warning: alerts.receivers[am].allow_plain is set"));
  EXPECT_THAT(said("s://am.example\"\n"), Not(HasSubstr("allow_plain is")));
}

TEST_F(Files, CheckConfigNamesTheTenantWhoseTextsLeaveAtAnyHour) {
  const auto said = [&](const std::string& more) {
    std::ostringstream out;
    const CheckConfigOptions options{write("t.toml", with_token("{ env = \"TOKEN\" }") + more),
                                     false};
    EXPECT_EQ(run_check_config(options, FakeEnvironment(), out), 0) << out.str();
    return out.str();
  };
  EXPECT_THAT(said("\n[sync.sending]\nquiet_hours = \"off\"\n"),
              HasSubstr("warning: quiet_hours is off for acme: "));
  EXPECT_THAT(said(""), Not(HasSubstr("quiet_hours")));
  const auto loaded = load_config("[[tenants]]\nid = \"night\"\nquiet_hours = \"off\"\n"
                                  "[[tenants.connectors]]\nname = \"verity\"\ntype = \"verity\"\n"
                                  "[[tenants]]\nid = \"day\"\n"
                                  "[[tenants.connectors]]\nname = \"verity\"\ntype = \"verity\"\n",
                                  "two.toml", FakeEnvironment());
  ASSERT_EQ(loaded.config.tenants.size(), 2U);
  const auto table_of = [&](std::size_t n) {
    return to_applied(loaded.config, loaded.config.tenants[n])
        .conversation.limits.table.has_value();
  };
  EXPECT_FALSE(table_of(0));
  EXPECT_TRUE(table_of(1)) << "one tenant's word is its own";
}

TEST_F(Files, CheckConfigNamesAllowedEventsThatNothingActsOn) {
  std::ostringstream out;
  const CheckConfigOptions options{
      write("t.toml", with_token("{ env = \"TOKEN\" }\n"
                                 "allowed_events = [\"Contact*\", \"Coll-*\", \"voicemail\"]")),
      false};
  EXPECT_EQ(run_check_config(options, FakeEnvironment(), out), 0) << out.str();
  EXPECT_THAT(out.str(),
              HasSubstr("warning: tenants[acme].connectors[aloware].allowed_events: Coll-* fits no "
                        "event that Aloware's connector acts on"));
  EXPECT_THAT(out.str(), Not(HasSubstr("Contact* fits")));
  EXPECT_THAT(out.str(), Not(HasSubstr("voicemail fits")));
}

TEST_F(Files, CheckConfigEndsWith64WhenThereIsAFault) {
  CheckConfigOptions options{write("t.toml", with_token("{ env = \"NOT_THERE\" }")), false};
  std::ostringstream text;
  EXPECT_EQ(run_check_config(options, FakeEnvironment(), text), 64);
  EXPECT_THAT(text.str(), HasSubstr("1 fault\n"));
  options.format = OutputFormat::json;
  std::ostringstream json;
  EXPECT_EQ(run_check_config(options, FakeEnvironment(), json), 64);
  EXPECT_THAT(json.str(), HasSubstr("\"line\":7}\n{\"summary\":{\"faults\":1,"));
}

TEST_F(Files, TellTheLogFolderWithoutAnySecret) {
  const auto path =
      write("t.toml", with_token("{ env = \"NOT_THERE\" }") + "[log]\ndir = \"here\"\n");
  const auto dir = configured_log_dir(path);
  ASSERT_TRUE(dir.ok());
  EXPECT_EQ(dir.value(), "here");
  EXPECT_EQ(configured_log_dir(write("b.toml", "= 1\n")).error().code, "bad_configuration");
}

} // namespace
} // namespace tidemark::config::secrets_test
