#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Fast compression of what stays in this process (LZ4): no form to store.
namespace tidemark {

/// `plain` in less memory, if it repeats itself; at most 2 GiB. The string has no spare room.
std::string compress(std::string_view plain);
/// What was compressed; nothing when `packed` is none of that.
std::optional<std::string> decompress(std::string_view packed);

} // namespace tidemark
