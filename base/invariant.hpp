#pragma once
#include "base/ids.hpp"

#include <string_view>

/// `TIDEMARK_INVARIANT(condition, where)`: what always holds, or the program is wrong. Looked at in
/// every build; when it does not hold the process ends before anything of it is written. `where` is
/// the position that was worked on, or words that say where to look; no personal data.
#define TIDEMARK_INVARIANT(condition, where)                                                       \
  (static_cast<bool>(condition)                                                                    \
       ? static_cast<void>(0)                                                                      \
       : ::tidemark::broken_invariant(#condition, __FILE__, __LINE__, where))

namespace tidemark {

/// One line on standard error, then `std::abort`.
[[noreturn]] void broken_invariant(const char* condition, const char* file, int line,
                                   Position where);
[[noreturn]] void broken_invariant(const char* condition, const char* file, int line,
                                   std::string_view where);

} // namespace tidemark
