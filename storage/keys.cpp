#include "storage/keys.hpp"

#include "base/crypto.hpp"

namespace tidemark::storage {

std::uint64_t tenant_mark(const TenantId& tenant) {
  // A log has few tenants and a thread mostly sees the same one again.
  thread_local std::string last_name;
  thread_local std::uint64_t last_mark = 0;
  if (last_mark == 0 || last_name != tenant.value) {
    last_name = tenant.value;
    last_mark = read_u64(as_view(sha256(tenant.value)));
  }
  return last_mark;
}

} // namespace tidemark::storage
