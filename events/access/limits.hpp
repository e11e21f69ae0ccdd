#pragma once
#include "base/ids.hpp"
#include "events/format/schema.hpp"

#include <optional>
#include <string>

/// How many requests a minute the API answers. Stream `admin` of the installation, under the tag of
/// access.
namespace tidemark::events {

/// From the next request on. What is left out stays as it is.
struct LimitsSet {
  static constexpr std::string_view name = "limits.set.v1";
  TenantId tenant; ///< "": of all that have none of their own
  std::optional<std::uint64_t> per_user;
  std::optional<std::uint64_t> per_token;
  std::optional<std::uint64_t> per_tenant;
  std::optional<std::uint64_t> per_address; ///< of all alone
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(LimitsSet, tenant, per_user, per_token, per_tenant, per_address, reason, by,
                   request_id)
};

} // namespace tidemark::events
