#pragma once
#include "base/result.hpp"

#include <string_view>

namespace tidemark::gateway {

/// What a list's `after` may be, besides a position and the bytes of a key in hex.
enum class CursorKind {
  contact, ///< a contact's id
  address, ///< the keyed hash of an address, in hex
};

/// `text` when it has the form of a cursor that such a list gives, or is empty for the first page.
/// Error: bad_cursor. An unknown one must not answer the first page: a caller would read it twice.
Result<std::string_view> read_cursor(CursorKind kind, std::string_view text);

} // namespace tidemark::gateway
