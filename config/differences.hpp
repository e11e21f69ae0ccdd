#pragma once
#include "config/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tidemark::config {

/// One key with two values, or with one that is in one place alone.
struct Difference {
  std::string key;
  std::optional<std::string> from, to;
};

/// In the order of `to`, then what is in `from` alone. Of secrets only their place is compared.
std::vector<Difference> differences(const std::vector<EffectiveValue>& from,
                                    const std::vector<EffectiveValue>& to);

/// Can its value be another while the service runs? Others need a restart.
bool is_reloadable(std::string_view key);

} // namespace tidemark::config
