#include "actors/ports/tenant_context.hpp"

#include "actors/ports/log_port.hpp"

namespace tidemark::actors {

storage::LogStore& TenantContext::log() const {
  return log_port.log();
}

} // namespace tidemark::actors
