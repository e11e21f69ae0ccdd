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

/// From now on it counts; without values the configuration's does.
void CredentialBook::take(storage::StoredCredential next) {
  const std::lock_guard lock(guard_);
  Key key{next.tenant, next.connector, next.setting};
  if (next.values.empty())
    held_.erase(key);
  else
    held_.insert_or_assign(std::move(key), std::move(next));
  any_ = !held_.empty();
}

/// With `writing_` held.
Result<Position> CredentialBook::change(storage::StoredCredential next, const Record& record) {
  TRYV(files_.stage(next));
  // Where it is not known whether it was recorded, the next start sees whether it holds.
  TRY(position, record());
  const Key key{next.tenant, next.connector, next.setting};
  if (files_.finish(next))
    late_.erase(key);
  else
    late_.insert_or_assign(key, next);
  take(std::move(next));
  return position;
}

Status CredentialBook::settle_staged(
    const std::function<Result<bool>(const storage::StoredCredential&)>& holds) {
  const std::lock_guard alone(writing_);
  TRY(staged, files_.staged());
  for (auto& one : staged) {
    TRY(counts, holds(one));
    if (!counts) {
      TRYV(files_.forget_staged(one));
      continue;
    }
    TRYV(files_.finish(one));
    take(std::move(one));
  }
  return Done{};
}

/// With `writing_` held.
Status CredentialBook::finish_late() {
  while (!late_.empty()) {
    TRYV(files_.finish(late_.begin()->second));
    late_.erase(late_.begin());
  }
  return Done{};
}

Result<Position> CredentialBook::put(const TenantId& tenant, const ConnectorName& connector,
                                     const std::string& setting, storage::CredentialValue value,
                                     const SecretText& configured,
                                     const std::optional<Timestamp>& overlap_until,
                                     const Record& record) {
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
  return change(std::move(next), record);
}

Result<Position> CredentialBook::remove(const TenantId& tenant, const ConnectorName& connector,
                                        const std::string& setting, const Record& record) {
  const std::lock_guard alone(writing_);
  return change({tenant, connector, setting, {}}, record);
}

Status CredentialBook::remove_all(const TenantId& tenant) {
  const std::lock_guard alone(writing_);
  for (auto& one : all())
    if (one.tenant == tenant) {
      one.values.clear();
      TRYV(files_.finish(one));
      late_.erase({one.tenant, one.connector, one.setting});
      take(std::move(one));
    }
  return Done{};
}

Status CredentialBook::end_overlaps(Timestamp now) {
  const std::lock_guard alone(writing_);
  TRYV(finish_late());
  if (!any_)
    return Done{};
  for (auto& one : all()) {
    const auto is_over = [&](const auto& value) {
      return value.accepted_until && *value.accepted_until <= now;
    };
    if (std::erase_if(one.values, is_over) == 0)
      continue;
    TRYV(files_.write(one));
    take(std::move(one));
  }
  return Done{};
}

} // namespace tidemark::app
