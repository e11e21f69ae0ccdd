#include "actors/engine/idle_tenants.hpp"

#include "actors/connector/custom_field_check.hpp"
#include "base/contains.hpp"
#include "events/codec.hpp"

#include <algorithm>
#include <iterator>

namespace tidemark::actors {
namespace {

constexpr std::size_t records_in_a_slice = 8'192;

/// Nothing of it is due by time alone.
bool may_rest(const TenantContext& tenant) {
  return std::ranges::none_of(tenant.destinations, [](const auto& named) {
    const auto& destination = named.second;
    return destination.oauth || destination.reconcile_every.count() > 0
           || checks_custom_fields(destination);
  });
}

bool tells_nothing(std::string_view type) {
  return contains(
      words(events::EngineStarted::name, events::ConfigApplied::name, events::ConfigReloaded::name),
      type);
}

} // namespace

void IdleTenants::take(std::vector<Context>& tenants) {
  if (tenants.size() <= above)
    return;
  const auto& log = tenants.front()->log();
  if (log.durable().value > log_max)
    return;
  std::vector<Context> all;
  all.swap(tenants);
  for (auto& tenant : all)
    if (may_rest(*tenant))
      resting_.emplace(tenant->tenant.value, std::move(tenant));
    else
      tenants.push_back(std::move(tenant));
  std::ranges::move(woken(), std::back_inserter(tenants));
}

std::vector<IdleTenants::Context> IdleTenants::woken() {
  std::vector<Context> out;
  if (resting_.empty())
    return out;
  const auto& log = resting_.begin()->second->log();
  while (!resting_.empty() && read_to_ < log.durable()) {
    bool readable = true;
    const auto read = log.read(read_to_, records_in_a_slice, [&](std::string_view record) {
      const auto header = events::read_header(record);
      readable = header.ok();
      if (!readable)
        return false;
      read_to_ = header->position;
      const auto found =
          tells_nothing(header->type) ? resting_.end() : resting_.find(header->tenant);
      if (found != resting_.end()) {
        out.push_back(std::move(found->second));
        resting_.erase(found);
      }
      return true;
    });
    if (!read || !readable) { // they find out themselves, and it is told
      std::ranges::move(wake_all(), std::back_inserter(out));
      break;
    }
    read_to_ = std::max(read_to_, *read);
  }
  return out;
}

std::vector<IdleTenants::Context> IdleTenants::wake_all() {
  std::vector<Context> out;
  for (auto& [id, context] : resting_)
    out.push_back(std::move(context));
  resting_.clear();
  return out;
}

IdleTenants::Context* IdleTenants::with(const TenantId& tenant, const ConnectorName& connector) {
  const auto found = resting_.find(tenant.value);
  return found != resting_.end() && found->second->destinations.contains(connector) ? &found->second
                                                                                    : nullptr;
}

void IdleTenants::set_pace(const NewPace& message) {
  if (auto* context = with(message.tenant, message.connector))
    *context = with_changed(**context, message.connector,
                            [&](Destination& its) { its.set(message.pace); });
}

void IdleTenants::set_settings(const NewSettings& message) {
  if (auto* context = with(message.tenant, message.connector))
    *context = with_changed(**context, message.connector,
                            [&](Destination& its) { its.configured.settings = message.settings; });
}

} // namespace tidemark::actors
