#pragma once
#include "tests/simulation/bugs/injected_bug.hpp"
#include "tests/simulation/oracle/oracle.hpp"
#include "tests/simulation/swarm/coverage.hpp"
#include "tests/simulation/swarm/swarm.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace tidemark::sim {

struct RunOptions {
  std::uint64_t seed = 1;
  std::uint64_t steps = 5'000;
  std::set<std::size_t> without; ///< actions of the nemesis that are left out, by number
  bool trace = false;            ///< print each step
  InjectedBug bug{};             ///< none unless it is told
};

struct RunResult {
  std::optional<Broken> broken;
  std::uint64_t step = 0; ///< where it broke; the last one
  std::string trace_hash; ///< hex
  std::size_t nemesis_actions = 0;
  std::uint64_t events = 0;
  Coverage coverage;
};

/// Plays one seed: faults for so many steps, then none, until everything has come to rest; checks
/// the invariants on the way and at the end. The same options give the same result, to the byte.
RunResult play(const RunOptions& options);

} // namespace tidemark::sim
