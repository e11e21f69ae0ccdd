#include "domain/conversations/agent_flags.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

template <class Is>
const events::Agent* first_agent(const events::PlacementRules& placement, Is is) {
  const auto found = std::ranges::find_if(placement.agents, is);
  return found == placement.agents.end() ? nullptr : &*found;
}

} // namespace

const events::Agent* agent_with_user(const events::PlacementRules& placement,
                                     std::string_view user) {
  return user.empty() ? nullptr : first_agent(placement, [&](const auto& agent) {
    return agent.user == user || std::ranges::find(agent.owners, user) != agent.owners.end();
  });
}

const events::Agent* agent_called(const events::PlacementRules& placement, std::string_view name) {
  const auto* keyed = first_agent(placement, [&](const auto& agent) { return agent.key == name; });
  return keyed && !name.empty() ? keyed : agent_with_user(placement, name);
}

std::vector<std::string> names_of_writer(const events::PlacementRules& placement,
                                         std::string_view user) {
  std::vector<std::string> out;
  if (user.empty())
    return out;
  out.emplace_back(user);
  if (const auto* agent = agent_with_user(placement, user); agent && agent->key != user)
    out.push_back(agent->key);
  return out;
}

} // namespace tidemark::domain
