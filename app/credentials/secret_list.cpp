#include "app/credentials/secret_list.hpp"

#include "base/bytes.hpp"
#include "connectors/shared/oauth.hpp"
#include "storage/sealing/token_files.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace tidemark::app {
namespace {

using gateway::SecretFact;

/// When the file was written; nothing where that cannot be seen.
std::optional<Timestamp> written_at(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return std::nullopt;
  return Timestamp{std::chrono::seconds{info.st_mtim.tv_sec}};
}

/// Of a secret that the configuration reads from a file.
std::optional<Timestamp> source_written_at(std::string_view source) {
  constexpr std::string_view file = "file ";
  return source.starts_with(file) ? written_at(std::string(source.substr(file.size())))
                                  : std::nullopt;
}

} // namespace

std::string last_four_of(const SecretText& value) {
  constexpr std::size_t shown = 4, long_enough = 12;
  const auto& text = value.reveal();
  return text.size() < long_enough ? std::string() : text.substr(text.size() - shown);
}

std::string secret_key_id(const KeyedHasher& hasher, const TenantId& tenant,
                          const ConnectorName& connector, const SecretText& value) {
  constexpr std::size_t id_digits = 12;
  return to_hex(hasher(HashedKind::credential, tenant, connector.value, value.reveal()))
      .substr(0, id_digits);
}

std::string SecretList::source_of(const config::TenantConfig& tenant,
                                  const std::string& key) const {
  if (!tenant.recorded.empty())
    return "tenant_settings";
  const auto at = std::ranges::find(loaded_.effective, key, &config::EffectiveValue::key);
  return at == loaded_.effective.end() ? "configuration" : at->source;
}

void SecretList::add_configured(const config::TenantConfig& tenant,
                                const connectors::Settings& settings, Facts& out) const {
  const auto& id = tenant.id;
  for (const auto& [name, value] : settings.secrets) {
    const auto source = source_of(tenant, "tenants[" + id.value + "].connectors["
                                              + settings.name.value + "]." + name);
    out.push_back({.kind = "connector",
                   .tenant = id,
                   .connector = settings.name,
                   .name = name,
                   .source = source,
                   .state = book_.holds(id, settings.name, name) ? "replaced" : "in_use",
                   .last_four = last_four_of(value),
                   .key_id = secret_key_id(hasher_, id, settings.name, value),
                   .set_at = source_written_at(source)});
  }
}

bool SecretList::is_configured(const storage::StoredCredential& one) const {
  for (const auto& tenant : tenants_)
    if (tenant.id == one.tenant)
      return std::ranges::any_of(tenant.connectors, [&](const auto& connector) {
        return connector.settings.name == one.connector
               && connector.settings.secrets.contains(one.setting);
      });
  return false;
}

/// Also of connectors that are in the configuration no more: the file has them still.
void SecretList::add_set(const std::optional<TenantId>& tenant, Facts& out) const {
  for (const auto& one : book_.all()) {
    if (tenant && one.tenant != *tenant)
      continue;
    const bool configured = is_configured(one);
    for (const auto& value : one.values) {
      SecretFact fact{.kind = "connector",
                      .tenant = one.tenant,
                      .connector = one.connector,
                      .name = one.setting,
                      .source = "run_time",
                      .state = !configured            ? "unused"
                               : value.accepted_until ? "overlap"
                                                      : "in_use",
                      .last_four = last_four_of(value.value),
                      .key_id = secret_key_id(hasher_, one.tenant, one.connector, value.value),
                      .set_at = value.set_at,
                      .ends_at = value.accepted_until,
                      .by = value.by};
      if (value.set_at == Timestamp{}) // the configuration's, from before it was replaced
        fact.set_at.reset();
      out.push_back(std::move(fact));
    }
  }
}

void SecretList::add_account(const TenantId& tenant, const ConnectorName& connector,
                             Facts& out) const {
  const auto kept = storage::TokenFiles(files_).read(tenant, connector);
  if (!kept || !*kept)
    return;
  const auto tokens = connectors::read_tokens((*kept)->reveal());
  if (!tokens)
    return;
  const auto& grant = tokens->grant;
  const auto add = [&](std::string name, const SecretText& value, const connectors::Grant& of,
                       std::optional<Timestamp> ends) {
    out.push_back({.kind = "account",
                   .tenant = tenant,
                   .connector = connector,
                   .name = std::move(name),
                   .source = "data_folder",
                   .state = "in_use",
                   .last_four = last_four_of(value),
                   .key_id = connectors::key_id(of),
                   .set_at = of.issued_at,
                   .ends_at = ends});
  };
  add("access_token", grant.access, grant, grant.expires_at);
  if (!grant.refresh.empty())
    add("refresh_token", grant.refresh, grant, std::nullopt);
  if (tokens->narrowed)
    add("access_token", tokens->narrowed->access, *tokens->narrowed, tokens->narrowed->expires_at);
}

/// What belongs to all tenants.
void SecretList::add_shared(Facts& out) const {
  const auto add = [&](std::string kind, std::string name, std::string source, std::string key_id,
                       std::optional<Timestamp> at) {
    out.push_back({.kind = std::move(kind),
                   .tenant = {},
                   .connector = {},
                   .name = std::move(name),
                   .source = std::move(source),
                   .state = "in_use",
                   .last_four = {},
                   .key_id = std::move(key_id),
                   .set_at = at});
  };
  // Its mark is written once; the file itself anew whenever it is sealed.
  add("pepper", "keys/pepper", "data_folder", {}, written_at(data_dir_ + "/pepper.mark"));
  if (const auto id = files_.key_id(); !id.empty())
    add("store_key", "store key", "start", id, std::nullopt);
  for (const auto& value : loaded_.effective)
    if (value.value == "***" && !value.key.starts_with("tenants["))
      add("configuration", value.key, value.source, {}, source_written_at(value.source));
}

std::vector<SecretFact> SecretList::of(const std::optional<TenantId>& tenant) const {
  Facts out;
  for (const auto& one : tenants_) {
    if (tenant && one.id != *tenant)
      continue;
    for (const auto& connector : one.connectors) {
      add_configured(one, connector.settings, out);
      if (connector.uses_oauth())
        add_account(one.id, connector.settings.name, out);
    }
  }
  add_set(tenant, out);
  if (!tenant)
    add_shared(out);
  return out;
}

} // namespace tidemark::app
