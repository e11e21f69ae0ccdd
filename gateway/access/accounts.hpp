#pragma once
#include "base/ids.hpp"

#include <string>

namespace tidemark::gateway {

/// By which attempts to log in are counted, whether there is such a user or not.
inline std::string account_name(const TenantId& tenant, const std::string& email) {
  return tenant.value + "/" + email;
}

} // namespace tidemark::gateway
