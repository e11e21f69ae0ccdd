#pragma once
#include <string>
#include <string_view>

namespace tidemark::tools {

/// What a person wrote, without what looks like a number, an address, a key or an encoded text.
struct Written {
  std::string text;
  std::size_t left_out = 0;
};
Written without_personal(std::string_view text);

} // namespace tidemark::tools
