#pragma once
#include "gateway/ports.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Names under which monitors look for parts that stand under other names here, or not at all.
namespace tidemark::gateway {

struct HealthAlias {
  std::string_view name;
  /// The parts that do its work here, with spaces between; "" where nothing does.
  std::string_view parts;
  std::string_view because; ///< what it is here, or why there is none
};

std::span<const HealthAlias> health_aliases();
/// Null for a name that is none.
const HealthAlias* health_alias(std::string_view name);

/// The worst of its parts, under its own name; `not_used` where it has none. The gateway, which is
/// no part of `services`, is `connected` while webhooks are accepted.
ServiceHealth health_of(const HealthAlias& alias, const std::vector<ServiceHealth>& services,
                        bool accepting);

inline constexpr std::string_view not_used = "not_used";

} // namespace tidemark::gateway
