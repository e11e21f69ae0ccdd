#pragma once
#include <string_view>

/// Deliberate faults, each at one place, to prove that the simulation sees them
/// (docs/how-we-test.md). Only a build with TIDEMARK_PLANTED has them, and of those one at a time;
/// elsewhere `planted` is false when it is compiled, and nothing of them is left.
namespace tidemark {

#ifdef TIDEMARK_PLANTED

/// Is this the fault that was chosen?
bool planted(std::string_view name);
/// False when no fault has the name. Before any thread starts.
bool plant(std::string_view name);

#else

constexpr bool planted(std::string_view /*name*/) {
  return false;
}

#endif

} // namespace tidemark
