#pragma once
#include "gateway/operations/alerts.hpp"
#include "gateway/ports.hpp"

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tidemark::app {

/// Writes each alert to the service's log when it begins, or changes its severity, and when it is
/// over (docs/alerts.md), and remembers those. What is active when the service starts is written
/// once more.
class AlertLog final : public gateway::AlertMemory {
public:
  /// Both must outlive it.
  AlertLog(const gateway::GatewayOptions& options, const gateway::GatewayPorts& ports)
      : options_(options), ports_(ports), begun_(ports.log.durable()) {}

  /// Looks at every tenant; some milliseconds. Tables that are filled anew after a start show what
  /// was long ago, so nothing is written until they have what the log had then.
  void look();

  /// What is active by the last look, for those who are told; nothing before it is known.
  std::optional<std::vector<std::pair<TenantId, gateway::Alert>>> active() const;

  std::vector<gateway::ResolvedAlert> resolved(const TenantId& tenant) const override;
  std::optional<Timestamp> since(const TenantId& tenant, std::string_view rule,
                                 std::string_view subject) const override;

private:
  using Key = std::tuple<TenantId, std::string_view, std::string>; ///< with rule and subject

  bool tables_are_filled();
  void look_at(const TenantId& tenant);
  void end_all_but(const std::vector<TenantId>& tenants);
  void tell_over(const std::vector<Key>& over);
  void begin(const Key& key, const gateway::Alert& alert);
  void resolve(const Key& key, Timestamp now);

  const gateway::GatewayOptions& options_;
  const gateway::GatewayPorts& ports_;
  Position begun_; ///< where the log ended at the start
  bool filled_ = false;
  mutable std::mutex guard_;
  std::map<Key, gateway::Alert> active_;
  std::deque<std::pair<TenantId, gateway::ResolvedAlert>> resolved_; ///< the newest first
};

} // namespace tidemark::app
