#pragma once
#include "replay-tools/access/access_commands.hpp"

#include <functional>

namespace CLI {
class App;
}

/// What `tidemark token`, `tenant`, `user` and `limits` take.
namespace tidemark::tools {

using AccessRun = std::function<Result<int>(const CommonOptions&)>;
struct AccessArguments {
  TokenOptions& token;
  TenantOptions& tenant;
  UserOptions& user;
  LimitOptions& limits;
  std::function<void(const AccessRun&)> chosen; ///< hears what is to be run
};
/// The options outlive the parsing.
void add_access_commands(CLI::App& app, const AccessArguments& arguments);

} // namespace tidemark::tools
