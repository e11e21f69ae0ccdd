#pragma once
#include <cstdint>

namespace tidemark::domain {

/// Version of everything that decides: translate, decide, evolve. Raise it with any change that
/// changes a result on the golden logs (rule 5); tests/golden proves it.
inline constexpr std::uint16_t rules_version = 12;

} // namespace tidemark::domain
