#pragma once
#include "events/connector.hpp"
#include "gateway/api/context.hpp"

/// What a restore holds back until what systems hold was read, or somebody signs for it.
namespace tidemark::gateway {

/// How far one system's marks were read since the log was put back.
struct ReadBack {
  ConnectorName connector;
  /// read_back, under_way, ended_early, with_errors, not_asked, cannot_be_asked
  std::string_view state;
  Position run; ///< the newest, 0: none
};
/// Each of the tenant's systems, in the order of the configuration.
Result<std::vector<ReadBack>> read_backs(const ApiContext& api, Position restored);

/// The stop of a restore that is in force.
Result<std::optional<events::UntilReadBack>> restore_hold(const ApiContext& api);

} // namespace tidemark::gateway
