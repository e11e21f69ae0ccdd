#include "base/invariant.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace tidemark {

void broken_invariant(const char* condition, const char* file, int line, Position where) {
  broken_invariant(condition, file, line, "position " + std::to_string(where.value));
}

void broken_invariant(const char* condition, const char* file, int line, std::string_view where) {
  const auto text = "tidemark: invariant broken at " + std::string(where) + ": " + condition + " ("
                    + file + ":" + std::to_string(line) + ")\n";
  std::fputs(text.c_str(), stderr);
  std::abort();
}

} // namespace tidemark
