#pragma once
#include <span>
#include <string_view>

namespace tidemark::gateway {

/// A file of the console, as it is in the program.
struct ConsoleAsset {
  std::string_view name;   ///< within /console/; has the hash of what is in it, but for index.html
  std::string_view sha256; ///< hex
  std::string_view bytes;
};

/// Those of web/dist (cmake/Console.cmake); none in a program built with TIDEMARK_WEB=OFF.
std::span<const ConsoleAsset> console_assets();

} // namespace tidemark::gateway
