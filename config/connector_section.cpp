#include "config/connector_section.hpp"

#include "base/contains.hpp"
#include "base/text/joined.hpp"
#include "base/text/phone.hpp"
#include "config/address.hpp"
#include "config/duration.hpp"
#include "config/nearest.hpp"
#include "domain/rules/rules.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace tidemark::config {
namespace {

using connectors::Setting;
using connectors::SettingKind;

/// Limits of the common numbers. A setting of a connector's own takes any 32-bit number.
struct Range {
  std::string_view key;
  std::uint32_t least;
  std::uint32_t most;
  std::uint32_t ConnectorConfig::*value;
};
constexpr Range ranges[] = {
    {"requests_per_second", 0, 10'000,
     &ConnectorConfig::requests_per_second}, // 0: no limit of ours
    {"burst", 1, 10'000, &ConnectorConfig::burst},
    {"concurrency", 1, 1'024, &ConnectorConfig::concurrency},
    {"timeout_ms", 100, 120'000, &ConnectorConfig::timeout_ms},
    {"breaker_failures", 1, 1'000, &ConnectorConfig::breaker_failures},
    {"breaker_pause_ms", 100, 3'600'000, &ConnectorConfig::breaker_pause_ms},
    {"breaker_successes", 1, 100, &ConnectorConfig::breaker_successes}};

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Reads one connector's table.
class ConnectorReader {
public:
  ConnectorReader(Section& section, Loading& loading) : section_(section), loading_(loading) {}

  ConnectorConfig read() {
    ConnectorConfig own;
    own.settings.name = ConnectorName(read_name());
    own.type = section_.text("type", "", true);
    own.connector = connectors::find(own.type);
    if (own.connector == nullptr) {
      refuse_type(own.type);
      return own;
    }
    const auto faults_before = loading_.faults.size();
    for (const auto& setting : connectors::common_settings())
      read_setting(section_, setting, own.settings);
    for (const auto& setting : own.connector->settings)
      if (setting.key.find('.') == std::string_view::npos)
        read_setting(section_, setting, own.settings);
    read_oauth(own);
    check_loopback(own.settings.is_true("allow_loopback_http"));
    section_.refuse_unknown_keys();
    check_region(own.settings.get("default_region"));
    check_on_delete(own.settings.get("on_delete"));
    check_together(own, faults_before);
    own.receives = own.settings.is_true("receives");
    for (const auto& range : ranges)
      own.*range.value = number_of(own.settings.get(range.key));
    own.allow_loopback_http = own.settings.is_true("allow_loopback_http");
    own.reconcile_every = read_interval("reconcile_every", own.settings);
    return own;
  }

private:
  std::string read_name() {
    auto name = section_.text("name", "", true);
    if (!name.empty() && !is_name(name))
      section_.fault("name", "it is not a name", std::string(how_to_name));
    else if (name == "test")
      section_.fault("name", "/webhooks/test is taken by the signature test", "use another name");
    return name;
  }

  void refuse_type(const std::string& type) {
    if (type.empty())
      return; // already said
    std::vector<std::string> known;
    for (const auto& one : connectors::all())
      known.emplace_back(one.type);
    const auto meant = nearest(type, known);
    section_.fault("type", "there is no such connector type",
                   meant.empty() ? "use one of: " + joined(known, ", ")
                                 : "did you mean " + meant + "?");
  }

  /// Settings called `oauth.<name>` stand in a table of their own.
  void read_oauth(ConnectorConfig& own) {
    constexpr std::string_view prefix = "oauth.";
    const auto settings = own.connector->settings;
    const auto is_oauth = [&](const Setting& one) { return one.key.starts_with(prefix); };
    if (std::ranges::none_of(settings, is_oauth))
      return;
    const auto* table = section_.table("oauth");
    if (table == nullptr)
      return;
    if (!table->contains("client_id") && !table->contains("client_secret"))
      section_.fault("oauth", "it names no app", "write client_id and client_secret, or remove it");
    Section inner(loading_, table, section_.path_of("oauth"));
    connectors::Settings found;
    for (auto setting : settings)
      if (is_oauth(setting)) {
        setting.key.remove_prefix(prefix.size());
        read_setting(inner, setting, found);
      }
    inner.refuse_unknown_keys();
    for (auto& [key, value] : found.values)
      own.settings.values.emplace(std::string(prefix) + key, std::move(value));
    for (auto& [key, value] : found.secrets)
      own.settings.secrets.emplace(std::string(prefix) + key, std::move(value));
  }

  void read_setting(Section& from, const Setting& setting, connectors::Settings& settings) {
    const std::string key(setting.key);
    std::string value;
    switch (setting.kind) {
    case SettingKind::text:
      value = from.text(key, setting.default_value, setting.required);
      break;
    case SettingKind::url:
      value = read_url_setting(setting);
      break;
    case SettingKind::boolean:
      value = from.boolean(key, setting.default_value == "true") ? "true" : "false";
      break;
    case SettingKind::integer:
      value = std::to_string(read_integer(setting));
      break;
    case SettingKind::list:
      value = joined(from.list(key, default_list(setting)), "\n");
      break;
    case SettingKind::secret:
      if (auto secret = from.secret(key, setting.required))
        settings.secrets.emplace(key, std::move(*secret));
      return;
    case SettingKind::table:
      for (auto& [name, text] : from.texts(key))
        settings.values.emplace(key + "." + name, std::move(text));
      return;
    }
    if (!value.empty())
      settings.values.emplace(key, std::move(value));
  }

  /// `90m`, `24h` or `7d`; between ten minutes and a year, since each means all contacts.
  std::chrono::seconds read_interval(std::string_view key, const connectors::Settings& settings) {
    constexpr std::chrono::hours most{24 * 365};
    const auto& text = settings.get(key);
    if (text.empty())
      return {};
    const auto out = read_duration(text);
    if (out && *out >= std::chrono::minutes{10} && *out <= most)
      return *out;
    section_.fault(key, "it is no time between ten minutes and a year",
                   "write minutes, hours or days, such as 90m, 24h or 7d");
    return {};
  }

  static std::vector<std::string> default_list(const Setting& setting) {
    if (setting.default_value.empty())
      return {};
    return {std::string(setting.default_value)};
  }

  std::uint32_t read_integer(const Setting& setting) {
    const auto* range =
        std::ranges::find_if(ranges, [&](const Range& one) { return one.key == setting.key; });
    const auto otherwise = number_of(setting.default_value);
    if (range == std::end(ranges))
      return section_.integer(setting.key, otherwise, 0, UINT32_MAX);
    return section_.integer(setting.key, otherwise, range->least, range->most);
  }

  std::string read_url_setting(const Setting& setting) {
    auto text = section_.text(setting.key, setting.default_value, setting.required);
    if (text.empty())
      return text;
    const auto url = read_url(text);
    if (!url) {
      section_.fault(setting.key, url.error().text,
                     "write it as https://host, with a path if it "
                     "has one");
      return {};
    }
    urls_.push_back({std::string(setting.key), *url});
    return text;
  }

  /// Plain http only to the own machine, and only when it is asked for.
  void check_loopback(bool allowed) {
    const bool all_loopback = !urls_.empty() && std::ranges::all_of(urls_, [](const auto& url) {
      return url.second.loopback;
    });
    for (const auto& [key, url] : urls_)
      if (!url.https && !url.loopback)
        section_.fault(key, "plain http would show contacts and secrets to everyone on the way",
                       "use https://");
      else if (!url.https && !allowed)
        section_.fault(key, "plain http is refused, even to the own machine",
                       "use https://, or set allow_loopback_http = true for a test");
    if (allowed && !all_loopback)
      section_.fault("allow_loopback_http", "it holds only for literal loopback addresses",
                     "write base_url = \"http://127.0.0.1:PORT\", or remove it");
  }

  void check_region(const std::string& region) {
    if (!is_region(region))
      section_.fault("default_region", "it is not a country",
                     "write two capital letters (ISO 3166), such as US");
  }

  void check_on_delete(const std::string& word) {
    const auto& words = domain::on_delete_names;
    if (!contains(words, word))
      section_.fault("on_delete", "there is no such action",
                     "write \"nothing\", \"archive\" or \"mark_do_not_call\"");
  }

  /// What the connector itself has to say about its settings, at the key that it names first; not
  /// what is about a key that has a fault already, whose value is therefore not known.
  void check_together(const ConnectorConfig& own, std::size_t faults_before) {
    std::vector<std::string> faulty;
    for (auto i = faults_before; i < loading_.faults.size(); ++i)
      faulty.push_back(loading_.faults[i].key);
    for (const auto& error : own.connector->check(own.settings)) {
      if (names_one_of(*own.connector, error.text, faulty))
        continue;
      auto end = error.text.find(". ");
      const bool one_sentence = end == error.text.npos;
      auto what = error.text.substr(0, end);
      while (!what.empty() && what.back() == '.')
        what.pop_back();
      const auto key = key_named_in(*own.connector, error.text);
      const auto line = key.empty() ? section_.line() : section_.line_of(key);
      loading_.fault(line, key.empty() ? section_.path() : section_.path_of(key), what,
                     one_sentence ? "change it; docs/configuration.md tells what it takes"
                                  : error.text.substr(end + 2));
    }
  }

  bool names_one_of(const connectors::Connector& connector, std::string_view text,
                    const std::vector<std::string>& paths) const {
    const auto is_faulty = [&](const Setting& setting) {
      return text.find(setting.key) != text.npos && contains(paths, section_.path_of(setting.key));
    };
    return std::ranges::any_of(connector.settings, is_faulty)
           || std::any_of(connectors::common_settings().begin(),
                          connectors::common_settings().end(), is_faulty);
  }

  static std::string key_named_in(const connectors::Connector& connector, std::string_view text) {
    std::string best;
    for (const auto& setting : connector.settings)
      if (text.starts_with(setting.key) && setting.key.size() > best.size())
        best = setting.key;
    return best;
  }

  Section& section_;
  Loading& loading_;
  std::vector<std::pair<std::string, UrlFacts>> urls_;
};

} // namespace

bool is_name(std::string_view text) {
  constexpr std::size_t name_bytes_max = 40;
  return !text.empty() && text.size() <= name_bytes_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::vector<ConnectorConfig> read_connectors(Section& tenant, Loading& loading) {
  std::vector<ConnectorConfig> out;
  std::set<std::string> names;
  const auto tables = tenant.tables("connectors");
  if (tables.empty())
    tenant.fault("connectors", "the tenant has no connector",
                 "add [[tenants.connectors]] with name and type");
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto base = tenant.path() + ".connectors[";
    Section section(loading, tables[i], base + std::to_string(i + 1) + "]");
    const auto* name = tables[i]->get_as<std::string>("name");
    if (name != nullptr && is_name(name->get()))
      section.rename(base + name->get() + "]");
    auto own = ConnectorReader(section, loading).read();
    if (!own.settings.name.value.empty() && !names.insert(own.settings.name.value).second)
      section.fault("name", "another connector of the tenant has the same name",
                    "give each its own");
    out.push_back(std::move(own));
  }
  return out;
}

} // namespace tidemark::config
