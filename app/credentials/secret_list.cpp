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

std::string SecretList::source_of(const std::string& key) const {
  const auto at = std::ranges::find(loaded_.effective, key, &config::EffectiveValue::key);
  return at == loaded_.effective.end() ? "configuration" : at->source;
}

void SecretList::add_configured(const TenantId& tenant, const connectors::Settings& settings,
                                Facts& out) const {
  for (const auto& [name, value] : settings.secrets) {
    const auto source =
        source_of("tenants[" + tenant.value + "].connectors[" + settings.name.value + "]." + name);
    out.push_back({.kind = "connector",
                   .tenant = tenant,
                   .connector = settings.name,
                   .name = name,
                   .source = source,
                   .state = book_.holds(tenant, settings.name, name) ? "replaced" : "in_use",
                   .last_four = last_four_of(value),
                   .key_id = secret_key_id(hasher_, tenant, settings.name, value),
                   .set_at = source_written_at(source)});
  }
}

void SecretList::add_set(const TenantId& tenant, const connectors::Settings& settings,
                         Facts& out) const {
  for (const auto& one : book_.all()) {
    if (one.tenant != tenant || one.connector != settings.name)
      continue;
    for (const auto& value : one.values) {
      SecretFact fact{.kind = "connector",
                      .tenant = tenant,
                      .connector = settings.name,
                      .name = one.setting,
                      .source = "run_time",
                      .state = value.accepted_until ? "overlap" : "in_use",
                      .last_four = last_four_of(value.value),
                      .key_id = secret_key_id(hasher_, tenant, settings.name, value.value),
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
  for (const auto& one : loaded_.config.tenants) {
    if (tenant && one.id != *tenant)
      continue;
    for (const auto& connector : one.connectors) {
      add_configured(one.id, connector.settings, out);
      add_set(one.id, connector.settings, out);
      if (connector.uses_oauth())
        add_account(one.id, connector.settings.name, out);
    }
  }
  if (!tenant)
    add_shared(out);
  return out;
}

} // namespace tidemark::app
