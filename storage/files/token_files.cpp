#include "storage/files/token_files.hpp"

#include "base/failpoint.hpp"
#include "storage/files/files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

namespace tidemark::storage {

// Neither name can hold a full stop.
std::string TokenFiles::path_of(const TenantId& tenant, const ConnectorName& connector) const {
  return keys_ + "/tokens/" + tenant.value + "." + connector.value;
}

Result<std::optional<SecretText>> TokenFiles::read(const TenantId& tenant,
                                                   const ConnectorName& connector) const {
  const auto path = path_of(tenant, connector);
  TRY(bytes, read_file(path));
  if (!bytes)
    return std::optional<SecretText>{};
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return file_error("looking at", path);
  if ((info.st_mode & 077U) != 0)
    return Error{"keys_exposed", path + " can be read by others; make it private (chmod 600)"};
  return std::optional(SecretText(std::move(*bytes)));
}

Status TokenFiles::write(const TenantId& tenant, const ConnectorName& connector,
                         const SecretText& text) const {
  if (failpoint::hit(failpoint::Point::token_before_write))
    return Error{"storage_failed", "failpoint token.before_write"};
  if (auto made = make_folder(keys_, 0700); !made)
    return made;
  if (auto made = make_folder(keys_ + "/tokens", 0700); !made)
    return made;
  return write_file(path_of(tenant, connector), text.reveal(), 0600);
}

Status TokenFiles::remove(const TenantId& tenant, const ConnectorName& connector) const {
  std::error_code failed;
  std::filesystem::remove(path_of(tenant, connector), failed);
  if (failed)
    return Error{"storage_failed", "removing tokens: " + failed.message()};
  return Done{};
}

} // namespace tidemark::storage
