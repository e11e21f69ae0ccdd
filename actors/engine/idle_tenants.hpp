#pragma once
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tidemark::actors {

/// Tenants that need no followers yet: nothing was ever recorded of them but starts and readings of
/// the configuration, and nothing of theirs is due by time alone. Only where there are many: few
/// are started all, so that their systems are probed.
class IdleTenants {
public:
  using Context = std::shared_ptr<const TenantContext>;
  static constexpr std::size_t above = 50;
  /// A longer log is not read for it at a start: all are started then.
  static constexpr std::uint64_t log_max = 2'000'000;

  /// Takes those that may rest out of `tenants`.
  void take(std::vector<Context>& tenants);
  /// Those of which something is recorded by now; all, when the log cannot be read.
  std::vector<Context> woken();
  void set_pace(const NewPace& message);
  void set_settings(const NewSettings& message);
  void erase(const TenantId& tenant) { resting_.erase(tenant.value); }

private:
  std::vector<Context> wake_all();
  /// Null when no such tenant rests, or it has no such connector.
  Context* with(const TenantId& tenant, const ConnectorName& connector);

  std::map<std::string, Context, std::less<>> resting_; ///< by their ids
  Position read_to_;
};

} // namespace tidemark::actors
