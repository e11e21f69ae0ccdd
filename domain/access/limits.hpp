#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "events/all.hpp"

#include <cstdint>
#include <map>
#include <optional>

/// How many requests a minute the API answers.
namespace tidemark::domain {

struct ApiLimits {
  std::uint32_t per_user = 0, per_token = 0, per_tenant = 0, per_address = 0;
};
inline constexpr std::uint64_t limit_max = 1'000'000;

/// As people set them.
struct LimitBook {
  struct Set {
    std::optional<std::uint64_t> per_user, per_token, per_tenant, per_address;
  };
  Set all;
  std::map<TenantId, Set> of_tenant;

  /// Those of the tenant, else those of all, else the given.
  ApiLimits limits_for(const TenantId& tenant, ApiLimits otherwise) const;
};
/// Events about something else change nothing.
void evolve(LimitBook& book, const events::Event& event);

/// Errors: bad_limit, when it sets nothing; bad_per_user and so on, of a number that is none.
Status check_limits(const events::LimitsSet& wish);

} // namespace tidemark::domain
