#include "storage/sealing/token_files.hpp"

#include "base/failpoint.hpp"

namespace tidemark::storage {
namespace {

// Neither name can hold a full stop.
std::string token_file(const TenantId& tenant, const ConnectorName& connector) {
  return "tokens/" + tenant.value + "." + connector.value;
}

} // namespace

Result<std::optional<SecretText>> TokenFiles::read(const TenantId& tenant,
                                                   const ConnectorName& connector) const {
  return files_.read(token_file(tenant, connector));
}

Status TokenFiles::write(const TenantId& tenant, const ConnectorName& connector,
                         const SecretText& text) const {
  if (failpoint::hit(failpoint::Point::token_before_write))
    return Error{"storage_failed", "failpoint token.before_write"};
  return files_.write(token_file(tenant, connector), text);
}

Status TokenFiles::remove(const TenantId& tenant, const ConnectorName& connector) const {
  return files_.remove(token_file(tenant, connector));
}

Status TokenFiles::remove_all(const TenantId& tenant) const {
  TRY(names, files_.in("tokens"));
  for (const auto& name : names)
    if (name.starts_with(token_file(tenant, ConnectorName("")))) {
      TRYV(files_.remove(name));
    }
  return Done{};
}

} // namespace tidemark::storage
