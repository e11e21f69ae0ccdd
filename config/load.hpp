#pragma once
#include "config/config.hpp"
#include "config/environment.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidemark::config {

/// What came of a configuration file. `config` may be used only when there is no fault.
struct LoadedConfig {
  Config config;
  std::vector<Fault> faults;             ///< all of them, in the order of the file
  std::vector<EffectiveValue> effective; ///< every value in force, in the order of the file
  bool ok() const { return faults.empty(); }
};

/// Reads TOML; `file` names it in faults and is what relative secret files are relative to.
LoadedConfig load_config(std::string_view text, const std::string& file,
                         const Environment& environment);
/// The same from a file; one that cannot be read is a fault.
LoadedConfig load_config_file(const std::string& file, const Environment& environment);

/// What came of the settings of a tenant that is made while the service runs.
struct LoadedTenant {
  TenantConfig tenant; ///< may be used only when there is no fault
  std::vector<Fault> faults;
  std::vector<EffectiveValue> effective;
  bool ok() const { return faults.empty(); }
};
/// Reads a tenant's table as if it stood in the configuration file: as `[[tenants]]`, or what
/// stands below that. `file` is what relative secret files are relative to.
LoadedTenant load_tenant(std::string_view toml, const TenantId& id, const std::string& file,
                         const Environment& environment);

/// Only `[log] dir`, for tools that work on a data folder and need no secret. Error:
/// bad_configuration.
Result<std::string> configured_log_dir(const std::string& file);
/// Likewise only `[service_log] dir`, "" when there is none.
Result<std::string> configured_service_log_dir(const std::string& file);

/// Only the ids in `[[tenants]]`, as they stand there. Error: bad_configuration.
Result<std::vector<std::string>> configured_tenants(const std::string& file);

} // namespace tidemark::config
