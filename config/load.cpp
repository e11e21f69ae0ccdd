#include "config/load.hpp"

#include "base/contains.hpp"
#include "base/text/pattern.hpp"
#include "base/time_zones.hpp"
#include "config/address.hpp"
#include "config/connector_section.hpp"
#include "config/duration.hpp"
#include "config/lists_section.hpp"
#include "config/token_section.hpp"
#include "config/toml_section.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

namespace tidemark::config {
namespace {

/// Of the states, Washington, D.C., Puerto Rico and the Virgin Islands. With Guam no hour of the
/// day would be left.
const std::vector<std::string> us_zones{
    "America/Puerto_Rico", "America/New_York",    "America/Chicago",   "America/Denver",
    "America/Phoenix",     "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"};

/// toml++ quotes what it found; that may be a piece of a secret.
std::string without_quotations(std::string_view text) {
  std::string out;
  bool inside = false;
  for (const char c : text) {
    if (c == '\'' || c == '"') {
      if (!inside)
        out += "(...)";
      inside = !inside;
    } else if (!inside) {
      out += c;
    }
  }
  return out;
}

void read_server(const toml::table* table, ServerConfig& server, Loading& loading) {
  Section section(loading, table, "server");
  if (auto listen = read_listen_address(section.text("listen", "127.0.0.1:8080"))) {
    server.address = listen->address;
    server.port = listen->port;
  } else {
    section.fault("listen", listen.error().text,
                  "write an address and a port, such as "
                  "\"127.0.0.1:8080\" or \"[::1]:8080\"");
  }
  server.public_url = section.text("public_url", "");
  if (!server.public_url.empty()) {
    const auto url = read_url(server.public_url);
    if (!url)
      section.fault("public_url", url.error().text, "write it as https://host");
    else if (!url->https && !url->loopback)
      section.fault("public_url", "plain http would show webhooks to everyone on the way",
                    "use https://");
  }
  server.trusted_proxies = section.list("trusted_proxies", {});
  for (const auto& proxy : server.trusted_proxies)
    if (!is_ip_address(proxy))
      section.fault("trusted_proxies", "an entry is not an IP address",
                    "write literal addresses, such as [\"127.0.0.1\"]");
  section.refuse_unknown_keys();
}

/// A folder cannot be made there. One that does not exist yet can.
bool is_no_folder(const std::string& path) {
  std::error_code why;
  const auto found = std::filesystem::status(path, why);
  return why == std::errc::not_a_directory
         || (std::filesystem::exists(found) && !std::filesystem::is_directory(found));
}

std::string read_log_dir(const toml::table* table, Loading& loading) {
  Section section(loading, table, "log");
  auto dir = section.text("dir", "data");
  if (dir.empty())
    section.fault("dir", "it is empty", "write the folder that holds the log");
  else if (is_no_folder(dir))
    section.fault("dir", "it is, or lies below, something that is no folder",
                  "write a folder; one that does not exist is made");
  section.refuse_unknown_keys();
  return dir;
}

std::vector<TenantConfig> read_tenants(const std::vector<const toml::table*>& tables,
                                       Loading& loading) {
  std::vector<TenantConfig> tenants;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    Section section(loading, tables[i], "tenants[" + std::to_string(i + 1) + "]");
    TenantConfig tenant;
    tenant.id = TenantId(section.text("id", "", true));
    const auto& id = tenant.id.value;
    if (!id.empty() && !is_name(id))
      section.fault("id", "it is not a name", std::string(how_to_name));
    else if (id == "engine")
      section.fault("id", "engine is taken by the engine's own events", "use another id");
    else if (!id.empty() && !ids.insert(id).second)
      section.fault("id", "another tenant has the same id", "give each tenant its own");
    if (is_name(id))
      section.rename("tenants[" + id + "]");
    tenant.connectors = read_connectors(section, loading);
    section.refuse_unknown_keys();
    tenants.push_back(std::move(tenant));
  }
  return tenants;
}

/// The keys of [sync] name connectors, so they are read when these are known.
class SyncReader {
public:
  SyncReader(Section section, const std::vector<TenantConfig>& tenants)
      : section_(std::move(section)) {
    for (const auto& tenant : tenants)
      for (const auto& own : tenant.connectors) {
        const auto& name = own.settings.name.value;
        targets_.all.insert(name);
        // A type that does not exist has its fault already.
        if (own.connector == nullptr || own.connector->capabilities.keeps_lists)
          targets_.with_lists.insert(name);
        if (own.connector == nullptr || own.connector->capabilities.keeps_sequences)
          targets_.with_sequences.insert(name);
      }
  }

  SyncConfig read(Loading& loading) {
    SyncConfig sync;
    sync.source_of_truth = section_.text("source_of_truth", "merge");
    if (sync.source_of_truth != "merge")
      check(section_, "source_of_truth", sync.source_of_truth, "merge");
    sync.precedence = connectors_at(section_, "precedence");
    Section fields(loading, section_.table("fields"), "sync.fields", section_.line());
    for (std::size_t i = 0; i < events::field_count; ++i) {
      const std::string name(events::field_names[i]);
      // Asked for in any case, so that a misspelt field finds its neighbour; shown only when set.
      if (fields.has(name))
        sync.field_writers[name] = writers(fields, name, loading);
      else
        fields.expect(name);
    }
    fields.refuse_unknown_keys();
    sync.conversation = conversation(loading);
    sync.parking_timeout = parking_timeout();
    sync.manual_edits = manual_edits();
    sync.placement = read_placement(section_, targets_, loading);
    auto& lists = sync.placement.tag_lists;
    lists.insert(lists.end(), disposition_lists_.begin(), disposition_lists_.end());
    section_.refuse_unknown_keys();
    return sync;
  }

private:
  /// Nobody at all would leave the field empty everywhere.
  std::vector<ConnectorName> writers(Section& fields, const std::string& name,
                                     const Loading& loading) const {
    const auto faults_before = loading.faults.size();
    auto out = connectors_at(fields, name);
    if (out.empty() && loading.faults.size() == faults_before)
      fields.fault(name, "it is empty: nobody could write the field",
                   "name the connectors that may, or remove the line for everyone");
    return out;
  }

  /// What is done about calls and messages.
  events::ConversationRules conversation(Loading& loading) {
    events::ConversationRules out;
    out.call_tags = section_.boolean("call_tags", false);
    out.dispositions = dispositions(loading);
    Section replies(loading, section_.table("replies"), "sync.replies", section_.line());
    out.opt_out_confirmation = replies.text("opt_out_confirmation", "");
    out.help = replies.text("help", "");
    replies.refuse_unknown_keys();
    out.limits = send_limits(loading);
    return out;
  }

  std::vector<events::DispositionTags> dispositions(Loading& loading) {
    std::vector<events::DispositionTags> out;
    std::vector<Section> sections;
    const auto tables = section_.tables("dispositions");
    for (std::size_t i = 0; i < tables.size(); ++i) {
      auto& one = sections.emplace_back(loading, tables[i],
                                        "sync.dispositions[" + std::to_string(i + 1) + "]");
      out.push_back({one.text("disposition", "", true), one.list("tags", {})});
      if (out.back().tags.empty())
        one.fault("tags", "it is empty", "write the tags that the disposition brings");
    }
    for (std::size_t i = 0; i < sections.size(); ++i) {
      disposition_lists(sections[i], out, i);
      sections[i].refuse_unknown_keys();
    }
    return out;
  }

  /// The lists of one disposition are those of a tag that only it brings: of two that shared the
  /// tag, the one would put contacts on the lists of the other.
  void disposition_lists(Section& one, const std::vector<events::DispositionTags>& all,
                         std::size_t index) {
    const auto lists = one.list("lists", {});
    if (lists.empty()) {
      if (one.has("connector"))
        one.fault("connector", "there are no lists", "write lists = [\"...\"] or leave it out");
      one.expect("connector");
      return;
    }
    const auto connector = one.text("connector", "", true);
    if (!connector.empty())
      check(one, "connector", connector, "");
    check_list_target(one, connector, targets_);
    const auto tag = own_tag(all, index);
    if (tag.empty() && !all[index].tags.empty())
      one.fault("lists", "no tag of at most 200 bytes is the disposition's alone, to put on them",
                "give it a tag that no other disposition brings");
    for (const auto& list : lists)
      disposition_lists_.push_back(
          {tag, events::TagMatch::ignore_case, ConnectorName(connector), list});
  }

  /// The first tag of a disposition that no other brings, as rules about lists compare tags; ""
  /// when there is none.
  static std::string own_tag(const std::vector<events::DispositionTags>& all, std::size_t index) {
    for (const auto& tag : all[index].tags) {
      const auto same = Pattern::ignoring_case(tag);
      if (!same)
        continue;
      const auto bringing = std::ranges::count_if(all, [&](const auto& rule) {
        return std::ranges::any_of(rule.tags,
                                   [&](const auto& other) { return same->matches(other); });
      });
      if (bringing == 1)
        return tag;
    }
    return {};
  }

  events::SendLimits send_limits(Loading& loading) {
    Section sending(loading, section_.table("sending"), "sync.sending", section_.line());
    events::SendLimits out;
    out.per_day = sending.integer("per_day", 0, 0, 1000);
    if (sending.has("from") || sending.has("until") || sending.has("zones")) {
      out.from = time_of_day(sending, "from");
      out.until = time_of_day(sending, "until");
      out.zones = sending.list("zones", us_zones);
      if (out.from == out.until && out.from != 0)
        sending.fault("until", "it is the same time as from", "write when sending ends");
      if (out.zones.empty())
        sending.fault("zones", "it is empty", "write where people may be whose zone is not known");
      for (const auto& zone : out.zones)
        if (!utc_offset(zone, Timestamp{}))
          sending.fault("zones",
                        "it has a name that the machine's time zone database does not know",
                        "use names such as America/New_York");
    }
    sending.refuse_unknown_keys();
    return out;
  }

  /// `08:00` as minutes after midnight.
  static std::uint32_t time_of_day(Section& section, std::string_view key) {
    const auto text = section.text(key, "", true);
    std::uint32_t hour = 0, minute = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, hour);
    const bool good = text.size() == 5 && read.ec == std::errc{} && read.ptr == text.data() + 2
                      && *read.ptr == ':' && std::from_chars(read.ptr + 1, end, minute).ptr == end
                      && hour < 24 && minute < 60;
    if (!good && !text.empty())
      section.fault(key, "it is no time of day", "write it like 08:00");
    return good ? hour * 60 + minute : 0;
  }

  /// How long calls and messages wait for their person before somebody has to look.
  std::chrono::seconds parking_timeout() {
    constexpr std::chrono::hours most{24 * 365};
    const auto out = read_duration(section_.text("parking_timeout", "24h"));
    if (out && *out >= std::chrono::seconds{1} && *out <= most)
      return *out;
    section_.fault("parking_timeout", "it is no time between a second and a year",
                   "write seconds, minutes, hours or days, such as 90m, 24h or 7d");
    return {};
  }

  events::ManualEditRules manual_edits() {
    events::ManualEditRules out;
    out.preserve = section_.boolean("preserve_manual_edits", false);
    out.fields = section_.list("protected_fields", {});
    for (const auto& name : out.fields)
      if (!events::field_named(name))
        section_.fault("protected_fields", "an entry is no contact field",
                       "use first_name, last_name, phone, email, company and so on, as in "
                       "[sync.fields]");
    return out;
  }

  void check(Section& section, std::string_view key, const std::string& name,
             const std::string& also) const {
    if (targets_.all.contains(name))
      return;
    std::string names = also;
    for (const auto& one : targets_.all)
      names += (names.empty() ? "" : ", ") + one;
    section.fault(key, "it names a connector that no tenant has",
                  names.empty() ? "configure a connector first" : "use one of: " + names);
  }

  std::vector<ConnectorName> connectors_at(Section& section, std::string_view key) const {
    std::vector<ConnectorName> out;
    for (const auto& name : section.list(key, {})) {
      check(section, key, name, "");
      if (contains(out, ConnectorName(name)))
        section.fault(key, "it names a connector twice", "name each once");
      out.emplace_back(name);
    }
    return out;
  }

  Section section_;
  PlacementTargets targets_;
  std::vector<events::TagList> disposition_lists_; ///< list rules that dispositions call for
};

void read_all(const toml::table& table, Loading& loading, Config& config) {
  Section root(loading, &table, "");
  read_server(root.table("server"), config.server, loading);
  config.log_dir = read_log_dir(root.table("log"), loading);
  const auto tenants = root.tables("tenants");
  if (tenants.empty())
    root.fault("tenants", "there is no tenant", "add [[tenants]] with id = \"...\"");
  config.tenants = read_tenants(tenants, loading);
  config.sync =
      SyncReader(Section(loading, root.table("sync"), "sync"), config.tenants).read(loading);
  config.tokens = read_tokens(Section(loading, root.table("api"), "api"), config.tenants, loading);
  root.refuse_unknown_keys();
}

/// A file's tables without looking at what they say.
Result<toml::table> parsed(const std::string& file) {
  try { // as in load_config
    return toml::parse_file(file);
  } catch (const toml::parse_error& fault) {
    return Error{"bad_configuration", file + ":" + std::to_string(fault.source().begin.line)
                                          + ": TOML: " + without_quotations(fault.description())
                                          + ": correct the syntax, see tidemark check-config"};
  }
}

} // namespace

LoadedConfig load_config(std::string_view text, const std::string& file,
                         const Environment& environment) {
  LoadedConfig loaded;
  Loading loading{file, environment};
  try { // toml++ reports bad syntax by exception; it ends here
    read_all(toml::parse(text, file), loading, loaded.config);
  } catch (const toml::parse_error& fault) {
    loading.fault(fault.source().begin.line, "TOML", without_quotations(fault.description()),
                  "correct the syntax; the other checks come after it");
  }
  std::ranges::stable_sort(loading.faults,
                           [](const Fault& a, const Fault& b) { return a.line < b.line; });
  loaded.faults = std::move(loading.faults);
  loaded.effective = std::move(loading.effective);
  return loaded;
}

LoadedConfig load_config_file(const std::string& file, const Environment& environment) {
  errno = 0;
  std::error_code unseen;
  if (!std::filesystem::is_directory(file, unseen)) { // reading one throws
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (stream.is_open() && !stream.bad())
      return load_config(text, file, environment);
  }
  LoadedConfig loaded;
  const auto why =
      errno == 0 ? std::string("it is no file") : std::generic_category().message(errno);
  loaded.faults.push_back(
      {file, 1, "file", "it cannot be read, " + why,
       "name the configuration with --config FILE; deploy/tidemark.toml.example "
       "is one to start from"});
  return loaded;
}

Result<std::string> configured_log_dir(const std::string& file) {
  TRY(root, parsed(file));
  return root["log"]["dir"].value_or(std::string("data"));
}

Result<std::vector<std::string>> configured_tenants(const std::string& file) {
  TRY(root, parsed(file));
  std::vector<std::string> ids;
  if (const auto* tenants = root["tenants"].as_array())
    for (const auto& tenant : *tenants)
      if (const auto* table = tenant.as_table())
        if (auto id = (*table)["id"].value<std::string>())
          ids.push_back(std::move(*id));
  return ids;
}

} // namespace tidemark::config
