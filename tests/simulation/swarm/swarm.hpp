#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tidemark::sim {

/// Which faults one run plays, and how often, in thousandths of the occasions. Each is off in half
/// of the runs (swarm testing): a fault that is always on hides what only happens without it.
struct Swarm {
  std::map<std::string, std::uint32_t> rates; ///< by fault_names; 0: off
  std::size_t tenants = 1;
  std::size_t people = 12;                ///< in each tenant
  bool echo = true;                       ///< vendors tell of our own writes by webhook
  std::size_t live_contacts = 50'000;     ///< small: contacts are put to sleep all the time
  std::uint64_t checkpoint_every = 5'000; ///< positions, see actors::World

  std::uint32_t rate(const std::string& fault) const;
  std::string text() const;
};

/// Every class of fault that a run can play.
const std::vector<std::string>& fault_names();
/// The swarm of a seed.
Swarm draw_swarm(std::uint64_t seed);

} // namespace tidemark::sim
