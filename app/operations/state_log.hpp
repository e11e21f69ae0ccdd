#pragma once
#include "domain/delivery/connector_report.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark::app {

/// Writes to the service's log when a connector's circuit, account, pause or key changes its state,
/// and when its system begins and ceases to fail. What is as it should be at the start is no line.
class StateLog {
public:
  /// Of every connector, about once a second.
  void look(const std::vector<domain::ConnectorReport>& reports);

private:
  using Key = std::pair<TenantId, ConnectorName>;
  using States = std::map<std::string_view, std::pair<std::string, std::string>>; ///< with why
  static States states_of(const domain::ConnectorReport& report);
  std::map<Key, States> known_;
};

} // namespace tidemark::app
