#include "base/contains.hpp"
#include "base/text/joined.hpp"
#include "base/text/phone.hpp"
#include "config/address.hpp"
#include "config/duration.hpp"
#include "config/nearest.hpp"
#include "config/sections.hpp"
#include "connectors/shared/custom_fields.hpp"
#include "domain/rules/rules.hpp"

#include <algorithm>
#include <charconv>
#include <map>
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
    {"webhooks_per_minute", 0, 1'000'000, &ConnectorConfig::webhooks_per_minute}, // 0: no limit
    {"silence_minutes", 0, 43'200, &ConnectorConfig::silence_minutes}, // 0: as [alerts] says
    {"burst", 1, 10'000, &ConnectorConfig::burst},
    {"concurrency", 1, 1'024, &ConnectorConfig::concurrency},
    {"timeout_ms", 100, 120'000, &ConnectorConfig::timeout_ms},
    {"breaker_failures", 1, 1'000, &ConnectorConfig::breaker_failures},
    {"breaker_pause_ms", 100, 3'600'000, &ConnectorConfig::breaker_pause_ms},
    {"breaker_successes", 1, 100, &ConnectorConfig::breaker_successes}};

/// Parts of the engine in /health, and its routes beside them.
constexpr auto names_in_health = words("log", "tables", "parking", "live", "ready");

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Of a webhook whose signature does not hold: a server's error would have it sent again and again.
bool is_refusal(std::uint32_t status) {
  return status == 0 || status == 401 || status == 403 || status == 404;
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
    auto& settings = own.settings;
    const auto faults_before = loading_.faults.size();
    for (const auto& setting : connectors::common_settings())
      read_setting(section_, setting.key, setting, settings);
    for (const auto& setting : own.connector->settings)
      if (setting.key.find('.') == std::string_view::npos)
        read_setting(section_, setting.key, setting, settings);
    read_oauth(own);
    read_custom_fields(own);
    own.allow_loopback_http = settings.is_true("allow_loopback_http");
    check_loopback(own.allow_loopback_http);
    section_.refuse_unknown_keys();
    section_.check("default_region", is_region(settings.get("default_region")),
                   "it is not a country", "write two capital letters (ISO 3166), such as US");
    section_.check("on_delete", contains(domain::on_delete_names, settings.get("on_delete")),
                   "there is no such action",
                   "write \"nothing\", \"archive\" or \"mark_do_not_call\"");
    own.refused_status = number_of(settings.get("refused_status"));
    section_.check("refused_status", is_refusal(own.refused_status), "it is no status of a refusal",
                   "write 401, 403 or 404, or remove it");
    check_together(own, faults_before);
    own.receives = settings.is_true("receives");
    for (const auto& range : ranges)
      own.*range.value = number_of(settings.get(range.key));
    own.reconcile_every = reconcile_every(settings.get("reconcile_every"), *own.connector);
    return own;
  }

private:
  std::string read_name() {
    auto name = section_.text("name", "", true);
    if (section_.check("name", name.empty() || is_name(name), "it is not a name", how_to_name))
      section_.check("name", name != "test", "/webhooks/test is taken by the signature test",
                     "use another name");
    section_.check("name", name != "import", "lists from elsewhere are told of under it",
                   "use another name");
    section_.check("name", !contains(names_in_health, name), "/health/" + name + " is another part",
                   "use another name");
    return name;
  }

  void refuse_type(const std::string& type) {
    std::vector<std::string> known;
    for (const auto& one : connectors::all())
      known.emplace_back(one.type);
    const auto meant = nearest(type, known);
    section_.check("type", type.empty(), "there is no such connector type", // empty: already said
                   meant.empty() ? "use one of: " + joined(known, ", ")
                                 : "did you mean " + meant + "?");
  }

  /// Settings called `oauth.<name>` stand in a table of their own.
  void read_oauth(ConnectorConfig& own) {
    constexpr std::string_view prefix = "oauth.";
    std::vector<Setting> of_oauth;
    std::ranges::copy_if(own.connector->settings, std::back_inserter(of_oauth),
                         [&](const Setting& one) { return one.key.starts_with(prefix); });
    if (of_oauth.empty())
      return;
    auto inner = section_.at("oauth");
    if (!inner.is_there())
      return;
    section_.check("oauth", inner.has("client_id") || inner.has("client_secret"), "it names no app",
                   "write client_id and client_secret, or remove it");
    for (const auto& setting : of_oauth)
      read_setting(inner, setting.key.substr(prefix.size()), setting, own.settings);
    inner.refuse_unknown_keys();
  }

  /// One field over there for each name, and one name for each field (requirement C23).
  void read_custom_fields(ConnectorConfig& own) {
    std::set<std::string> names, fields;
    for (auto& one : section_.each("custom_fields")) {
      one.check("name", own.connector->capabilities.keeps_custom_fields,
                "this type of connector has no custom fields", "remove the table");
      const auto name = one.text("name", "", true);
      const auto rule = custom_field_rule(one, own, name);
      one.check("name", name.empty() || names.insert(name).second,
                "another field of the connector has the same name", "give each its own");
      for (const auto& [key, value] : {std::pair("id", rule.id), std::pair("key", rule.key)})
        one.check(key, value.empty() || fields.insert(value).second,
                  "another name of the connector is mapped to the same field over there",
                  "map each field once");
      one.refuse_unknown_keys();
      if (!name.empty())
        own.settings.values.insert_or_assign(std::string(connectors::custom_fields_prefix) + name,
                                             connectors::setting_of(rule));
    }
  }

  static domain::CustomFieldRule custom_field_rule(Section& one, const ConnectorConfig& own,
                                                   const std::string& name) {
    domain::CustomFieldRule out;
    if (one.check("name", name.empty() || events::is_custom_name(name), "it is not a name",
                  "use 1 to 40 of a-z, 0-9 and _")) {
      const auto field = name.empty() ? std::nullopt : events::custom_field(name);
      one.check("name", name.empty() || field,
                "there are too many different names of custom fields",
                "use at most " + std::to_string(events::custom_fields_max));
      out.field = field.value_or(out.field);
    }
    const bool has_ids = own.type == "gohighlevel";
    if (has_ids)
      out.id = one.text("id");
    out.key = one.text("key", "", !has_ids);
    one.check("id", !has_ids || !out.id.empty() || !out.key.empty(),
              "nothing says which field it is over there", "write its id");
    const auto type = domain::custom_type_named(one.text("type", "text"));
    one.check("type", type.has_value(), "there is no such type",
              "write " + joined(domain::custom_type_names, ", "));
    out.type = type.value_or(out.type);
    out.options = one.list("options");
    const bool choice = out.type == domain::CustomType::choice;
    one.check("options", !type || choice == !out.options.empty(),
              choice ? "a choice has options" : "only a choice has options",
              choice ? "write options = [\"...\"]" : "remove them, or write type = \"choice\"");
    for (const auto& text : out.options)
      one.check("options", !text.empty() && text.find('\n') == text.npos,
                "an option is empty or has more than one line", "write each as it is over there");
    return out;
  }

  /// Reads what stands at `key` as the setting.
  void read_setting(Section& from, std::string_view key, const Setting& setting,
                    connectors::Settings& settings) {
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
        settings.secrets.emplace(setting.key, std::move(*secret));
      return;
    case SettingKind::table:
      for (auto& [name, text] : from.texts(key))
        settings.values.emplace(std::string(setting.key) + "." + name, std::move(text));
      return;
    }
    if (!value.empty())
      settings.values.emplace(setting.key, std::move(value));
  }

  /// At least ten minutes, since each means all contacts. A system that is asked number by number
  /// is asked by itself: it repeats no webhook, so a mark that was not heard is never told again.
  std::chrono::seconds reconcile_every(const std::string& text,
                                       const connectors::Connector& connector) {
    if (text == "never")
      return {};
    if (text.empty())
      return connector.look_up ? std::chrono::hours{7 * 24} : std::chrono::seconds{};
    const auto out = read_duration(text, std::chrono::minutes{10});
    section_.check("reconcile_every", out.has_value(),
                   "it is no time between ten minutes and a year",
                   "write minutes, hours or days, such as 90m, 24h or 7d, or never");
    return out.value_or(std::chrono::seconds{});
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
                     "write it as https://host, with a path if it has one");
      return {};
    }
    urls_.emplace_back(setting.key, *url);
    return text;
  }

  /// Plain http only to the own machine, and only when it is asked for.
  void check_loopback(bool allowed) {
    bool all_loopback = !urls_.empty();
    for (const auto& [key, url] : urls_) {
      all_loopback = all_loopback && url.loopback;
      if (section_.check(key, url.https || url.loopback,
                         "plain http would show contacts and secrets to everyone on the way",
                         "use https://"))
        section_.check(key, url.https || allowed, "plain http is refused, even to the own machine",
                       "use https://, or set allow_loopback_http = true for a test");
    }
    section_.check("allow_loopback_http", !allowed || all_loopback,
                   "it holds only for literal loopback addresses",
                   "write base_url = \"http://127.0.0.1:PORT\", or remove it");
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
      const auto end = error.text.find(". ");
      auto what = error.text.substr(0, end);
      while (!what.empty() && what.back() == '.')
        what.pop_back();
      const auto key = key_named_in(*own.connector, error.text);
      loading_.fault(section_.line_of(key), key.empty() ? section_.path() : section_.path_of(key),
                     what,
                     end == error.text.npos ? "change it; docs/configuration.md tells what it takes"
                                            : error.text.substr(end + 2));
    }
  }

  bool names_one_of(const connectors::Connector& connector, std::string_view text,
                    const std::vector<std::string>& paths) const {
    const auto is_faulty = [&](const Setting& setting) {
      return text.find(setting.key) != text.npos && contains(paths, section_.path_of(setting.key));
    };
    return std::ranges::any_of(connector.settings, is_faulty)
           || std::ranges::any_of(connectors::common_settings(), is_faulty);
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
  std::vector<std::pair<std::string_view, UrlFacts>> urls_;
};

} // namespace

bool is_name(std::string_view text) {
  constexpr std::size_t name_bytes_max = 40;
  return !text.empty() && text.size() <= name_bytes_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// What a name means is the same in all systems of a tenant (requirement C23).
void check_types_agree(Section& section, const ConnectorConfig& own,
                       std::map<std::string, domain::CustomType, std::less<>>& types) {
  const auto rules = connectors::custom_fields_in(own.settings);
  if (rules.empty())
    return;
  auto sections = section.each("custom_fields");
  for (const auto& rule : rules) {
    const auto [known, fresh] = types.emplace(name_of(rule), rule.type);
    for (auto& one : sections)
      one.check(
          "type", fresh || known->second == rule.type || one.written("name") != name_of(rule),
          "another connector of the tenant has a field of this name and of type "
              + std::string(domain::custom_type_names[static_cast<std::size_t>(known->second)]),
          "use one type for a name");
  }
}

std::vector<ConnectorConfig> read_connectors(Section& tenant, Loading& loading) {
  std::vector<ConnectorConfig> out;
  std::set<std::string> names;
  std::map<std::string, domain::CustomType, std::less<>> types; ///< of custom fields
  auto sections = tenant.each("connectors");
  tenant.check("connectors", !sections.empty(), "the tenant has no connector",
               "add [[tenants.connectors]] with name and type");
  for (auto& section : sections) {
    if (const auto name = section.written("name"); is_name(name))
      section.rename(name);
    const auto& own = out.emplace_back(ConnectorReader(section, loading).read());
    const auto& name = own.settings.name.value;
    section.check("name", name.empty() || names.insert(name).second,
                  "another connector of the tenant has the same name", "give each its own");
    check_types_agree(section, own, types);
  }
  return out;
}

} // namespace tidemark::config
