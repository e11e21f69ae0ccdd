#include "config/load.hpp"
#include "config/sections.hpp"

#include <algorithm>
#include <set>
#include <sstream>

namespace tidemark::config {
namespace {

constexpr std::size_t tenant_name_max = 100;

/// The table of one tenant, whether it stands by itself or as the only one of `[[tenants]]`.
Result<toml::table> only_table(toml::table& root) {
  const auto* named = root.get("tenants");
  if (!named)
    return std::move(root);
  auto* list = root["tenants"].as_array();
  auto* table = list && list->size() == 1 && root.size() == 1 ? list->get(0)->as_table() : nullptr;
  if (!table)
    return Error{"bad_settings", "there is more than one table of a tenant"};
  return std::move(*table);
}

void read_only_tenant(toml::table table, const TenantId& id, Loading& loading, LoadedTenant& out) {
  if (const auto own = table["id"].value<std::string>(); own && *own != id.value)
    loading.fault(table["id"].node()->source().begin.line, "id", "it is another than the one given",
                  "leave it away, or write " + id.value);
  table.insert_or_assign("id", id.value);
  std::vector<Section> one;
  one.emplace_back(loading, &table, "tenants[1]");
  out.tenant = read_tenants(std::move(one), loading).front();
  std::ostringstream text; // without the comments, where anything may stand
  text << toml::toml_formatter(table);
  out.tenant.recorded = text.str();
}

} // namespace

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

std::vector<TenantConfig> read_tenants(std::vector<Section> sections, Loading& loading) {
  std::vector<TenantConfig> tenants;
  std::set<std::string> ids;
  for (auto& section : sections) {
    auto& tenant = tenants.emplace_back();
    tenant.id = TenantId(section.text("id", "", true));
    const auto& id = tenant.id.value;
    if (!id.empty() && section.check("id", is_name(id), "it is not a name", how_to_name)
        && section.check("id", id != "engine", "engine is taken by the engine's own events",
                         "use another id"))
      section.check("id", ids.insert(id).second, "another tenant has the same id",
                    "give each tenant its own");
    if (is_name(id))
      section.rename(id);
    const auto quiet = section.text("quiet_hours");
    section.check(
        "quiet_hours", quiet.empty() || quiet == "table" || quiet == "off",
        "it is neither table nor off",
        "write off to send at any hour, or leave it away: sync.sending.quiet_hours holds");
    if (!quiet.empty())
      tenant.quiet_table = quiet == "table";
    tenant.name = section.text("name");
    section.check("name", tenant.name.size() <= tenant_name_max, "it is too long",
                  "use 100 bytes at most");
    tenant.drop_when_suspended = section.boolean("drop_when_suspended", false);
    tenant.public_page = section.boolean("public_page", true);
    tenant.connectors = read_connectors(section, loading);
    section.refuse_unknown_keys();
  }
  return tenants;
}

LoadedTenant load_tenant(std::string_view toml, const TenantId& id, const std::string& file,
                         const Environment& environment) {
  LoadedTenant out;
  Loading loading{file, environment};
  try { // as in load_config
    auto root = toml::parse(toml);
    auto table = only_table(root);
    if (table)
      read_only_tenant(std::move(*table), id, loading, out);
    else
      loading.fault(1, "tenants", table.error().text,
                    "write one [[tenants]] and nothing beside it");
  } catch (const toml::parse_error& fault) {
    loading.fault(fault.source().begin.line, "TOML", without_quotations(fault.description()),
                  "correct the syntax; the other checks come after it");
  }
  out.faults = std::move(loading.faults);
  for (auto& fault : out.faults)
    fault.file = "tenant " + id.value;
  out.effective = std::move(loading.effective);
  return out;
}

} // namespace tidemark::config
