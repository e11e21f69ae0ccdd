#pragma once
#include "config/load.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tidemark::config {

/// One key with two values, or with one that is in one place alone.
struct Difference {
  std::string key;
  std::optional<std::string> from, to;
};

/// In the order of `to`, then what is in `from` alone. Of secrets only their place is compared.
std::vector<Difference> differences(const std::vector<EffectiveValue>& from,
                                    const std::vector<EffectiveValue>& to);

/// Can its value be another while the service runs? Others need a restart.
bool is_reloadable(std::string_view key);

/// Between two settings of one tenant: also another order of its connectors, which decides where
/// systems differ. Without its name and id.
std::vector<Difference> tenant_differences(const LoadedTenant& from, const LoadedTenant& to);
/// Can its value be another while the service runs, of a tenant that was made meanwhile?
bool is_settable(std::string_view key);
/// Those of `differences` that take a restart: what a tenant does not run with can begin or end
/// with one alone.
std::vector<std::string> restart_keys(const std::vector<Difference>& differences);

} // namespace tidemark::config
