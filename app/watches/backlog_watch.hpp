#pragma once
#include "actors/ports/protocols.hpp"
#include "gateway/ports.hpp"

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tidemark::app {

/// Remembers since when how much has been waiting.
class BacklogWatch {
public:
  /// Notes what the followers have on their desks. Of one that did not answer nothing new is known.
  void note(const std::vector<actors::FollowerReport>& reports, Timestamp now,
            std::uint64_t many = gateway::AlertThresholds{}.many) {
    for (const auto& report : reports)
      if (const auto whose = key_of(report)) {
        if (report.waiting < many) {
          seen_.erase(*whose);
          continue;
        }
        auto& backlog =
            seen_.try_emplace(*whose, gateway::Backlog{whose->first, whose->second, 0, now})
                .first->second;
        backlog.waiting = report.waiting;
      }
  }
  std::vector<gateway::Backlog> backlogs() const {
    std::vector<gateway::Backlog> out;
    for (const auto& [whose, backlog] : seen_)
      out.push_back(backlog);
    return out;
  }

private:
  using Key = std::pair<TenantId, ConnectorName>; ///< no connector: the tenant's inputs

  /// Nothing for followers on whose desks nothing waits that is anybody's.
  static std::optional<Key> key_of(const actors::FollowerReport& report) {
    constexpr std::string_view interpreter_end = "/interpreter";
    if (report.connector)
      return Key{report.connector->tenant, report.connector->connector};
    if (!report.name.ends_with(interpreter_end))
      return std::nullopt;
    return Key{TenantId(report.name.substr(0, report.name.size() - interpreter_end.size())), {}};
  }

  std::map<Key, gateway::Backlog> seen_;
};

} // namespace tidemark::app
