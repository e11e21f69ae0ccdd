#include "config/load.hpp"

#include "base/contains.hpp"
#include "config/address.hpp"
#include "config/sections.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tidemark::config {
namespace {

/// Or nothing.
bool is_domain(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) {
                               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'
                                      || c == '.';
                             })
         && !text.starts_with('.') && !text.ends_with('.');
}

void read_server(Section section, ServerConfig& server) {
  const auto listen = read_listen_address(section.text("listen", "127.0.0.1:8080"));
  if (listen) {
    server.address = listen->address;
    server.port = listen->port;
  } else {
    section.fault("listen", listen.error().text,
                  "write an address and a port, such as "
                  "\"127.0.0.1:8080\" or \"[::1]:8080\"");
  }
  server.public_url = section.text("public_url");
  if (!server.public_url.empty()) {
    const auto url = read_url(server.public_url);
    if (!url)
      section.fault("public_url", url.error().text, "write it as https://host");
    else
      section.check("public_url", url->https || url->loopback,
                    "plain http would show webhooks to everyone on the way", "use https://");
  }
  server.trusted_proxies = section.list("trusted_proxies");
  for (const auto& proxy : server.trusted_proxies)
    section.check("trusted_proxies", is_ip_address(proxy), "an entry is not an IP address",
                  "write literal addresses, such as [\"127.0.0.1\"]");
  server.tenant_subdomains = section.text("tenant_subdomains");
  section.check("tenant_subdomains", is_domain(server.tenant_subdomains), "it is no domain",
                "write what stands behind the tenant's id in a host, such as \"example.org\"");
  server.refused_webhooks_per_minute =
      section.integer("refused_webhooks_per_minute", 0, 0, 1'000'000);
  section.refuse_unknown_keys();
}

/// A folder cannot be made there. One that does not exist yet can.
bool is_no_folder(const std::string& path) {
  std::error_code why;
  const auto found = std::filesystem::status(path, why);
  return why == std::errc::not_a_directory
         || (std::filesystem::exists(found) && !std::filesystem::is_directory(found));
}

std::string read_log(Section section, std::string& level) {
  constexpr auto levels = words("debug", "info", "warning", "error");
  level = section.text("level", level);
  section.check("level", contains(levels, level), "it is no level",
                "write \"info\", \"debug\", \"warning\" or \"error\"");
  auto dir = section.text("dir", "data");
  if (section.check("dir", !dir.empty(), "it is empty", "write the folder that holds the log"))
    section.check("dir", !is_no_folder(dir), "it is, or lies below, something that is no folder",
                  "write a folder; one that does not exist is made");
  section.refuse_unknown_keys();
  return dir;
}

std::string read_service_log(Section section) {
  auto dir = section.text("dir");
  section.check("dir", dir.empty() || !is_no_folder(dir),
                "it is, or lies below, something that is no folder",
                "write a folder; one that does not exist is made");
  section.refuse_unknown_keys();
  return dir;
}

HealthConfig read_health(Section section) {
  HealthConfig out;
  constexpr std::uint32_t most = 10'000;
  out.probes_per_second = section.integer("probes_per_second", out.probes_per_second, 0, most);
  section.refuse_unknown_keys();
  return out;
}

BackupConfig read_backup(Section section) {
  BackupConfig out;
  constexpr std::uint32_t most = 24 * 366;
  out.dir = section.text("dir");
  out.verified_within_hours =
      section.integer("verified_within_hours", out.verified_within_hours, 1, most);
  section.refuse_unknown_keys();
  return out;
}

TracesConfig read_traces(Section section) {
  TracesConfig out;
  out.endpoint = section.text("endpoint");
  const bool may_be_plain = section.boolean("allow_plain", false);
  section.refuse_unknown_keys();
  if (out.endpoint.empty())
    return out;
  const auto url = read_url(out.endpoint);
  if (!url) {
    section.fault("endpoint", url.error().text, "write it as http://127.0.0.1:4318/v1/traces");
    return out;
  }
  section.check("endpoint", url->https || url->loopback || may_be_plain, "http sends unencrypted",
                "write https, or allow_plain = true where the way is your own network");
  const auto path = out.endpoint.find('/', out.endpoint.find("://") + 3);
  section.check("endpoint", path != std::string::npos && path + 1 < out.endpoint.size(),
                "it has no path: collectors take OTLP below one",
                "write it whole, such as http://127.0.0.1:4318/v1/traces");
  return out;
}

void read_all(const toml::table& table, Loading& loading, Config& config) {
  Section root(loading, &table, "");
  read_server(root.at("server"), config.server);
  config.log_dir = read_log(root.at("log"), config.log_level);
  config.service_log_dir = read_service_log(root.at("service_log"));
  config.health = read_health(root.at("health"));
  config.backup = read_backup(root.at("backup"));
  config.traces = read_traces(root.at("traces"));
  auto tenants = root.each("tenants");
  root.check("tenants", !tenants.empty(), "there is no tenant",
             "add [[tenants]] with id = \"...\"");
  config.tenants = read_tenants(std::move(tenants), loading);
  config.alerts = read_alerts(root.at("alerts"), config.tenants);
  config.sync = read_sync(root.at("sync"), config.tenants);
  config.tokens = read_tokens(root.at("api"), config.tenants);
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

Result<std::string> configured_service_log_dir(const std::string& file) {
  TRY(root, parsed(file));
  return root["service_log"]["dir"].value_or(std::string());
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
