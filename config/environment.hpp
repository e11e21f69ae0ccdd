#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"

#include <memory>
#include <optional>
#include <string>

/// The port through which secrets come in: environment variables and files.
namespace tidemark::config {

class Environment {
public:
  virtual ~Environment() = default;
  /// The variable's value; nothing when it is not set.
  virtual std::optional<SecretText> variable(const std::string& name) const = 0;
  /// The file's text without a final line end. Errors: not_found, unreadable, open_to_others (mode
  /// wider than 0600), too_large (64 KiB). No error text holds any of the content.
  virtual Result<SecretText> secret_file(const std::string& path) const = 0;
};

/// The process's own environment and file system.
std::unique_ptr<Environment> process_environment();

/// Where the store key is given, never in the configuration file.
struct StoreKeySource {
  std::string file;            ///< "" when none is given
  bool of_the_manager = false; ///< systemd keeps it private by an access list, not by its mode
};
/// `option`, else TIDEMARK_STORE_KEY_FILE, else `tidemark-store-key` in systemd's credentials.
StoreKeySource store_key_source(const std::string& option, const Environment& environment);

} // namespace tidemark::config
