#include "app/service/secrets.hpp"

#include "app/credentials/secret_list.hpp"
#include "app/service_log/service_log.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::app {
namespace {

/// Is it what the log said last of the secret?
Result<bool> is_on_record(const storage::LogStore& log, const KeyedHasher& hasher,
                          const storage::StoredCredential& one) {
  TRY(positions, log.tagged(one.tenant, storage::stream_tag(events::admin_stream()), {}, SIZE_MAX));
  for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
    TRY(said, storage::recorded_event(log, *at));
    const auto is_about = [&](const auto* e) {
      return e && e->connector == one.connector && e->setting == one.setting;
    };
    if (is_about(std::get_if<events::CredentialRemoved>(&said.event)))
      return one.values.empty();
    if (const auto* set = std::get_if<events::CredentialSet>(&said.event); is_about(set))
      return !one.values.empty()
             && set->key_id
                    == secret_key_id(hasher, one.tenant, one.connector, one.values.front().value);
  }
  return false;
}

} // namespace

Result<std::shared_ptr<CredentialBook>> open_credentials(const storage::SecretFiles& files,
                                                         const storage::LogStore& log,
                                                         const KeyedHasher& hasher) {
  TRY(book, CredentialBook::open(storage::CredentialFiles(files)));
  TRYV(book->settle_staged([&](const auto& one) { return is_on_record(log, hasher, one); }));
  return std::move(book);
}

Result<gateway::StoreKeyChange>
Secrets::rotate_store_key(const std::string& from, const SecretText& to, const std::string& by) {
  const std::lock_guard one(rotating_);
  const auto& files = from_.files;
  TRY(next, storage::StoreKey::read(to.reveal()));
  // Asked for again after it was cut off, it goes on: the new key is in use by then.
  if (files.key_id() != from && files.key_id() != next.id())
    return Error{"store_key_wrong",
                 "the service's secrets are sealed under "
                     + (files.key_id().empty() ? "no store key" : "the store key " + files.key_id())
                     + ", not under " + from};
  const auto id = next.id();
  TRY(sealed, files.rotate(std::move(next)));
  log_line(Part::service, Level::info, "store_key_rotated",
           {{"from", from}, {"to", id}, {"by", by}});
  return gateway::StoreKeyChange{from, id, sealed};
}

std::optional<config::ConnectorConfig> Secrets::find(const TenantId& tenant,
                                                     const ConnectorName& name) const {
  if (auto found = from_.tenants.tenant(tenant))
    for (auto& connector : found->connectors)
      if (connector.settings.name == name)
        return std::move(connector);
  return std::nullopt;
}

/// Whether webhooks are held against the secret, so that two can be in use at a time.
bool checks_webhooks(const connectors::Connector& connector, std::string_view setting) {
  const auto is_it = [&](const connectors::Setting& one) {
    return one.key == setting && one.checks_webhooks;
  };
  return std::ranges::any_of(connector.settings, is_it)
         || std::ranges::any_of(connectors::common_settings(), is_it);
}

Status Secrets::check_credential(const gateway::CredentialChange& change) const {
  const auto connector = find(change.tenant, change.connector);
  if (!connector)
    return Error{"not_found", "there is no such connector; GET /api/v1/connectors lists them"};
  if (!from_.book->can_write())
    return Error{"store_key_missing", "credentials are kept sealed only: give the service a store "
                                      "key (serve --store-key FILE)"};
  auto settings = from_.book->over(change.tenant, connector->settings);
  const auto at = settings.secrets.find(change.setting);
  if (at == settings.secrets.end()) {
    std::string known;
    for (const auto& [name, secret] : settings.secrets)
      known += (known.empty() ? "" : ", ") + name;
    return Error{"not_configured",
                 "the configuration has no secret of this name for the connector, and what its "
                 "requests hold must be known from there; it has: "
                     + known};
  }
  if (change.overlap_until && !checks_webhooks(*connector->connector, change.setting))
    return Error{"bad_overlap",
                 "this secret is only sent, and one is sent at a time: set it, which "
                 "needs no overlap"};
  // Headers are made of it: a line break would end one, and nothing that holds it ever leaves.
  constexpr auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  };
  if (std::ranges::any_of(change.value.reveal(), is_control))
    return Error{"bad_value", "the secret holds a line break or another control character: give it "
                              "in one line"};
  at->second = change.value;
  const auto faults = connector->connector->check(settings);
  return faults.empty() ? Status(Done{}) : Error{"bad_value", faults.front().text};
}

gateway::SecretsPort::Told Secrets::told_of(const gateway::CredentialChange& change) const {
  return {secret_key_id(from_.hasher, change.tenant, change.connector, change.value),
          last_four_of(change.value)};
}

/// Whoever sends uses them at once.
void Secrets::use(const TenantId& tenant, const config::ConnectorConfig& connector) {
  from_.engine.set_settings(tenant, from_.book->over(tenant, connector.settings));
}

Result<Position> Secrets::set_credential(const gateway::CredentialChange& change,
                                         const Record& record) {
  const auto connector = find(change.tenant, change.connector);
  if (!connector)
    return Error{"not_found", "there is no such connector"};
  const auto& secrets = connector->settings.secrets;
  const auto configured = secrets.find(change.setting);
  TRY(position, from_.book->put(change.tenant, change.connector, change.setting,
                                {change.value, change.at, change.by, {}},
                                configured == secrets.end() ? SecretText() : configured->second,
                                change.overlap_until, record));
  use(change.tenant, *connector);
  log_line(Part::access, Level::info, "credential_set",
           {{"tenant", change.tenant.value},
            {"connector", change.connector.value},
            {"setting", change.setting}});
  return position;
}

bool Secrets::has_credential(const TenantId& tenant, const ConnectorName& connector,
                             const std::string& setting) const {
  return from_.book->holds(tenant, connector, setting);
}

Result<Position> Secrets::remove_credential(const TenantId& tenant, const ConnectorName& name,
                                            const std::string& setting, const Record& record) {
  TRY(position, from_.book->remove(tenant, name, setting, record));
  if (const auto connector = find(tenant, name))
    use(tenant, *connector);
  log_line(Part::access, Level::info, "credential_removed",
           {{"tenant", tenant.value}, {"connector", name.value}, {"setting", setting}});
  return position;
}

std::vector<gateway::SecretFact> Secrets::secrets_of(const std::optional<TenantId>& tenant) const {
  return SecretList(from_.loaded, from_.tenants.tenants(), *from_.book, from_.files, from_.hasher,
                    from_.data_dir)
      .of(tenant);
}

std::vector<gateway::AcceptedSettings>
Secrets::accepted(const TenantId& tenant, const connectors::Settings& configured) const {
  return from_.book->accepted(tenant, configured);
}

void Secrets::end_overlaps(Timestamp now) {
  const auto ended = from_.book->end_overlaps(now);
  if (!ended && !overlaps_stay_)
    log_line(Part::access, Level::error, "overlap_not_ended", {{"text", ended.error().text}});
  overlaps_stay_ = !ended;
}

} // namespace tidemark::app
