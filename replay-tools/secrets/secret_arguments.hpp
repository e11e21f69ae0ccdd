#pragma once
#include "replay-tools/secrets/secret_commands.hpp"

#include <functional>

namespace CLI {
class App;
}

/// What `tidemark store-key` and `credential` take.
namespace tidemark::tools {

using SecretRun = std::function<Result<int>(const CommonOptions&)>;
struct SecretArguments {
  StoreKeyOptions& store_key;
  CredentialOptions& credential;
  std::function<void(const SecretRun&)> chosen; ///< hears what is to be run
};
/// The options outlive the parsing.
void add_secret_commands(CLI::App& app, const SecretArguments& arguments);

} // namespace tidemark::tools
