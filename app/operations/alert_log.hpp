#pragma once
#include "gateway/ports.hpp"

#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace tidemark::app {

/// Writes each alert to the service's log when it begins, or changes its severity, and when it is
/// over (docs/operating.md). What is active when the service starts is written once more.
class AlertLog {
public:
  /// Both must outlive it.
  AlertLog(const gateway::GatewayOptions& options, const gateway::GatewayPorts& ports)
      : options_(options), ports_(ports), begun_(ports.log.durable()) {}

  /// Looks at every tenant; some milliseconds. Tables that are filled anew after a start show what
  /// was long ago, so nothing is written until they have what the log had then.
  void look();

private:
  using Key = std::tuple<TenantId, std::string_view, std::string>; ///< with rule and subject

  bool tables_are_filled();
  void look_at(const TenantId& tenant);

  const gateway::GatewayOptions& options_;
  const gateway::GatewayPorts& ports_;
  Position begun_; ///< where the log ended at the start
  bool filled_ = false;
  std::map<Key, std::string_view> active_; ///< with the severity
};

} // namespace tidemark::app
