#pragma once
#include "replay-tools/command_line.hpp"

#include <string>

namespace tidemark::tools {

struct ConnectOptions {
  std::string connector;
  std::string code; ///< "-": read from standard input; "": say where to get one
};

/// `tidemark connect CONNECTOR [--code CODE]`: has the service connect an account.
int connect(const CommonOptions& common, const ConnectOptions& options);

} // namespace tidemark::tools
