#include "config/load.hpp"
#include "connectors/connector.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>

/// docs/configuration.md against what is read: each key stands there, and no other.
namespace tidemark::config::documented_keys_test {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// The words of a text that stand in backticks; of `a = 1` only the first.
std::vector<std::string> quoted(const std::string& text) {
  static const std::regex word("`([^`]+?)( = [^`]*)?`");
  return {std::sregex_token_iterator(text.begin(), text.end(), word, 1), {}};
}

/// One row of a table of the page.
struct Row {
  std::string heading;           ///< it stands below, such as "aloware"; "" for the first table
  std::vector<std::string> keys; ///< whole; of `a.from`, `until` the second is a.until
  std::string text;
};

std::vector<Row> page() {
  std::vector<Row> out;
  std::ifstream stream(TIDEMARK_SOURCE "/docs/configuration.md");
  std::string heading;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("## "))
      heading = line.substr(3, line.find(' ', 3) - 3);
    auto keys = quoted(line.substr(0, line.find(" | ")));
    if (!line.starts_with("| `") || keys.empty())
      continue;
    const auto folder = keys.front().substr(0, keys.front().rfind('.') + 1);
    for (auto& key : keys)
      if (key.find('.') == std::string::npos)
        key.insert(0, folder);
    out.push_back({heading, std::move(keys), line});
  }
  return out;
}

const std::string connector = "[[tenants.connectors]]\nname = \"aloware\"\ntype = \"aloware\"\n"
                              "token = { env = \"TOKEN\" }\nwebhook_password = { env = "
                              "\"PASSWORD\" }\n";

/// A file in which every table occurs: keys of a table are shown once it does.
const std::string every_table =
    "[[tenants]]\nid = \"acme\"\n" + connector
    + "[sync.fields]\nphone = \"aloware\"\n[sync.sending]\nfrom = \"08:00\"\nuntil = \"21:00\"\n"
      "[[sync.dispositions]]\ndisposition = \"Hot\"\ntags = [\"a\"]\nlists = [\"L\"]\n"
      "connector = \"aloware\"\n"
      "[[sync.tag_lists]]\ntag = \"b\"\nconnector = \"aloware\"\nlist = \"L\"\n"
      "[[sync.stages]]\nstage = \"s\"\nconnector = \"aloware\"\nlist = \"L\"\n"
      "[[sync.agents]]\nkey = \"k\"\ntag = \"t\"\n"
      "[[sync.sequences]]\nstatus = \"s\"\nconnector = \"aloware\"\noptional = true\n"
      "[[alerts.receivers]]\nname = \"w\"\nkind = \"webhook\"\nurl = \"https://a.example\"\n"
      "secret = { env = \"SIGNING\" }\n"
      "[[alerts.receivers]]\nname = \"m\"\nkind = \"mail\"\nurl = \"smtps://a.example\"\n"
      "from = \"a@a.example\"\nto = [\"b@a.example\"]\nusername = \"u\"\n"
      "password = { env = \"PASSWORD\" }\n"
      "[[api.tokens]]\nname = \"n\"\nrole = \"viewer\"\ntoken = { env = \"LONG\" }\n";

TEST(DocumentedKeys, AreAllThatAreRead) {
  std::set<std::string> documented;
  std::map<std::string, std::vector<std::string>> words; // in the row of a `[[table]]`
  for (const auto& row : page())
    for (const auto& key : row.keys) {
      documented.insert(row.heading == "Every" ? "tenants[].connectors[]." + key : key);
      words[key] = quoted(row.text);
    }
  documented.insert("sync.fields.phone"); // the page says <field> and lists them
  const auto loaded = load_config(every_table, "t.toml", FakeEnvironment());
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.faults[0]);
  for (const auto& value : loaded.effective) {
    const auto key = std::regex_replace(value.key, std::regex("\\[[^\\]]*\\]"), "[]");
    const auto own = key.rfind("[].");
    const auto name = key.substr(key.rfind('.') + 1);
    if ((key.starts_with("sync.") || key.starts_with("alerts.")) && own != key.npos) {
      EXPECT_THAT(words["[[" + key.substr(0, own) + "]]"], Contains(name)) << key;
    } else if (documented.contains(key)) {
      continue;
    } else { // of one type
      EXPECT_THAT(key, HasSubstr("[].connectors[]."));
      EXPECT_THAT(words, Contains(testing::Key(name)));
    }
  }
}

/// What is wrong with a file that has the key; its value is right nowhere.
std::string faults_with(std::string key) {
  key = std::regex_replace(key, std::regex("<field>"), "phone");
  const auto split = key.rfind('.');
  auto table = key.substr(0, split);
  const bool repeated = table.ends_with("[]");
  table = std::regex_replace(table, std::regex("\\[\\]"), "");
  const auto header = repeated ? "[[" + table + "]]" : "[" + table + "]";
  std::string out;
  for (const auto& fault :
       load_config(header + "\n" + key.substr(split + 1) + " = 7\n", "t.toml", FakeEnvironment())
           .faults)
    out += to_text(fault) + "\n";
  return out;
}

TEST(DocumentedKeys, AreNoOthersThanThoseThatAreRead) {
  EXPECT_THAT(faults_with("server.lisen"), HasSubstr("there is no such key"));
  std::map<std::string, std::size_t> looked_at; // keys, by heading
  for (const auto& row : page())
    for (const auto& key : row.keys) {
      const auto* type = connectors::find(row.heading);
      const auto is_it = [&](const connectors::Setting& setting) { return setting.key == key; };
      bool known = false;
      if (row.heading.empty())
        known = key.find("[[") == 0 || key.ends_with("[]")
                || faults_with(key).find("there is no such key") == std::string::npos;
      else if (type != nullptr)
        known = std::ranges::any_of(type->settings, is_it);
      else
        known = key == "name" || key == "type" || key == "[[custom_fields]]"
                || std::ranges::any_of(connectors::common_settings(), is_it);
      EXPECT_TRUE(known) << row.heading << ": " << key;
      ++looked_at[row.heading];
    }
  EXPECT_EQ(looked_at.size(), 2 + connectors::all().size()) << "the page has another form";
  EXPECT_GT(looked_at[""], 20U);
}

} // namespace
} // namespace tidemark::config::documented_keys_test
