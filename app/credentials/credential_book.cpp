#include "app/credentials/credential_book.hpp"

#include <algorithm>

namespace tidemark::app {

Result<std::shared_ptr<CredentialBook>> CredentialBook::open(storage::CredentialFiles files) {
  TRY(kept, files.read_all());
  std::shared_ptr<CredentialBook> out(new CredentialBook(std::move(files)));
  for (auto& one : kept) {
    Key key{one.tenant, one.connector, one.setting};
    out->held_.emplace(std::move(key), std::move(one));
    out->any_ = true;
  }
  return out;
}

/// A secret that the configuration does not have any more would change what requests hold, and is
/// left out.
connectors::Settings CredentialBook::over(const TenantId& tenant,
                                          connectors::Settings configured) const {
  const std::lock_guard lock(guard_);
  for (auto& [setting, secret] : configured.secrets)
    if (const auto at = held_.find({tenant, configured.name, setting}); at != held_.end())
      secret = at->second.values.front().value;
  return configured;
}

std::vector<gateway::AcceptedSettings>
CredentialBook::accepted(const TenantId& tenant, const connectors::Settings& configured) const {
  std::vector<gateway::AcceptedSettings> out;
  if (!any_) // as nearly always
    return out;
  const auto current = over(tenant, configured);
  const std::lock_guard lock(guard_);
  for (const auto& [setting, secret] : configured.secrets) {
    const auto at = held_.find({tenant, configured.name, setting});
    if (at == held_.end())
      continue;
    if (out.empty())
      out.push_back({current, std::nullopt});
    for (const auto& value : at->second.values) {
      if (!value.accepted_until)
        continue;
      auto& older = out.emplace_back(gateway::AcceptedSettings{current, value.accepted_until});
      older.settings.secrets.insert_or_assign(setting, value.value);
    }
  }
  return out;
}

std::vector<storage::StoredCredential> CredentialBook::all() const {
  const std::lock_guard lock(guard_);
  std::vector<storage::StoredCredential> out;
  for (const auto& [key, one] : held_)
    out.push_back(one);
  return out;
}

bool CredentialBook::holds(const TenantId& tenant, const ConnectorName& connector,
                           const std::string& setting) const {
  const std::lock_guard lock(guard_);
  return held_.contains({tenant, connector, setting});
}

Status CredentialBook::put(const TenantId& tenant, const ConnectorName& connector,
                           const std::string& setting, storage::CredentialValue value,
                           const SecretText& configured,
                           const std::optional<Timestamp>& overlap_until) {
  const std::lock_guard alone(writing_);
  const Key key{tenant, connector, setting};
  storage::StoredCredential next{tenant, connector, setting, {}};
  if (overlap_until) {
    const std::lock_guard lock(guard_);
    if (const auto before = held_.find(key); before != held_.end())
      next.values = before->second.values;
    else
      next.values.push_back({configured, {}, "configuration", {}});
    next.values.front().accepted_until = overlap_until;
    std::erase_if(next.values, [&](const auto& one) { return one.accepted_until < value.set_at; });
  }
  next.values.insert(next.values.begin(), std::move(value));
  TRYV(files_.write(next));
  const std::lock_guard lock(guard_);
  held_.insert_or_assign(key, std::move(next));
  any_ = true;
  return Done{};
}

Status CredentialBook::remove(const TenantId& tenant, const ConnectorName& connector,
                              const std::string& setting) {
  const std::lock_guard alone(writing_);
  TRYV(files_.remove(tenant, connector, setting));
  const std::lock_guard lock(guard_);
  held_.erase({tenant, connector, setting});
  any_ = !held_.empty();
  return Done{};
}

Status CredentialBook::remove_all(const TenantId& tenant) {
  for (const auto& one : all())
    if (one.tenant == tenant) {
      TRYV(remove(tenant, one.connector, one.setting));
    }
  return Done{};
}

Status CredentialBook::end_overlaps(Timestamp now) {
  if (!any_)
    return Done{};
  const std::lock_guard alone(writing_);
  for (auto& one : all()) {
    const auto is_over = [&](const auto& value) {
      return value.accepted_until && *value.accepted_until <= now;
    };
    if (std::erase_if(one.values, is_over) == 0)
      continue;
    TRYV(files_.write(one));
    const std::lock_guard lock(guard_);
    held_.insert_or_assign({one.tenant, one.connector, one.setting}, std::move(one));
  }
  return Done{};
}

} // namespace tidemark::app
