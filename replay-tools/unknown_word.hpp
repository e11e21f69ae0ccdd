#pragma once
#include "base/result.hpp"

#include <optional>

namespace CLI {
class App;
}

namespace tidemark::tools {

/// What was typed that no command or option is, with the nearest that there is; nothing when all
/// was understood. After a parse.
std::optional<Error> unknown_word(const CLI::App& app);

} // namespace tidemark::tools
