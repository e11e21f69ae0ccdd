#pragma once
#include "events/action.hpp"
#include "events/lists.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Agents who are switched off in a channel: what they write is not sent.
namespace tidemark::domain {

/// Does the service send what agents write in this channel? In the others nothing leaves that a
/// flag could hold back.
constexpr bool sends_for_agents(events::Channel channel) {
  return channel == events::Channel::sms;
}

/// The agent that a system's user is; null when none is configured.
const events::Agent* agent_with_user(const events::PlacementRules& placement,
                                     std::string_view user);
/// The configured agent that people call so: by its key, else as a system's user; null when none
/// is.
const events::Agent* agent_called(const events::PlacementRules& placement, std::string_view name);

/// The names by which who wrote a message may be switched off: what its system calls the user, and
/// the key of that agent. None where nobody knows who wrote it.
std::vector<std::string> names_of_writer(const events::PlacementRules& placement,
                                         std::string_view user);

} // namespace tidemark::domain
