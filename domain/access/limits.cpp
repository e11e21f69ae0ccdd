#include "domain/access/limits.hpp"

#include <string>
#include <utility>

namespace tidemark::domain {
namespace {

template <class To, class From>
void take_limit(To& to, const From& from) {
  if (from)
    to = static_cast<std::uint32_t>(*from);
}

void take_limits(ApiLimits& out, const LimitBook::Set& set) {
  take_limit(out.per_user, set.per_user);
  take_limit(out.per_token, set.per_token);
  take_limit(out.per_tenant, set.per_tenant);
  take_limit(out.per_address, set.per_address);
}

} // namespace

ApiLimits LimitBook::limits_for(const TenantId& tenant, ApiLimits otherwise) const {
  take_limits(otherwise, all);
  if (const auto own = of_tenant.find(tenant); own != of_tenant.end())
    take_limits(otherwise, own->second);
  return otherwise;
}

void evolve(LimitBook& book, const events::Event& event) {
  const auto* set = std::get_if<events::LimitsSet>(&event);
  if (!set)
    return;
  auto& own = set->tenant.value.empty() ? book.all : book.of_tenant[set->tenant];
  const auto take = [](auto& to, const auto& from) {
    if (from)
      to = from;
  };
  take(own.per_user, set->per_user);
  take(own.per_token, set->per_token);
  take(own.per_tenant, set->per_tenant);
  take(own.per_address, set->per_address);
}

Status check_limits(const events::LimitsSet& wish) {
  bool any = false;
  for (const auto& [name, limit] :
       {std::pair("per_user", wish.per_user), std::pair("per_token", wish.per_token),
        std::pair("per_tenant", wish.per_tenant), std::pair("per_address", wish.per_address)}) {
    any = any || limit;
    if (limit && (*limit == 0 || *limit > limit_max))
      return Error{"bad_" + std::string(name),
                   std::string(name) + " is a number of requests a minute, 1 to 1000000"};
  }
  if (!any)
    return Error{"bad_limit", "name at least one of per_user, per_token, per_tenant, per_address"};
  if (wish.per_address && !wish.tenant.value.empty())
    return Error{"bad_per_address", "per_address holds for all: an address belongs to no tenant"};
  return Done{};
}

} // namespace tidemark::domain
