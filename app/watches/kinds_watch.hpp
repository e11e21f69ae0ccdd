#pragma once
#include "events/all.hpp"
#include "gateway/ports.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace tidemark::app {

/// Counts webhooks of kinds that their connector does not know, by the same word on each as
/// projections::KindCounts; for longer than that looks back, and by names that may stand in a log.
class KindsWatch {
public:
  /// May the event, not decoded yet, be of interest? Cheap: most are not.
  static bool may_matter(std::string_view payload);
  void take(const TenantId& tenant, const events::WebhookInterpreted& interpreted, Timestamp at);
  /// Those seen in the last `shown`.
  std::vector<gateway::UnknownKind> seen(Timestamp now, std::chrono::hours shown) const;

private:
  using Key = std::tuple<TenantId, ConnectorName, std::string>;
  std::map<Key, gateway::UnknownKind> kinds_;
};

} // namespace tidemark::app
