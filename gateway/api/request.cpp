#include "gateway/api/request.hpp"

#include "base/contains.hpp"

namespace tidemark::gateway {

bool may_use(const Caller& caller, const Route& route) {
  return domain::rights_of(caller.role).has(route.right)
         || (caller.role == Role::api && contains(caller.routes, route.name));
}

} // namespace tidemark::gateway
