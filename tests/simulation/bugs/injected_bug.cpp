#include "tests/simulation/bugs/injected_bug.hpp"

#include <algorithm>

namespace tidemark::sim {

std::vector<const InjectedBug*> all_bugs() {
  std::vector<const InjectedBug*> out;
  for (const auto& bugs :
       {gateway_bugs(), engine_bugs(), table_bugs(), projection_bugs(), outside_bugs()})
    for (const auto& bug : bugs)
      out.push_back(&bug);
  return out;
}

const InjectedBug* find_bug(std::string_view name) {
  const auto bugs = all_bugs();
  const auto at =
      std::find_if(bugs.begin(), bugs.end(), [&](const auto* bug) { return bug->name == name; });
  return at == bugs.end() ? nullptr : *at;
}

} // namespace tidemark::sim
