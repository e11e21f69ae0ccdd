#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::tools {

enum class Verdict { pass, warn, fail, unknown };
std::string_view name_of(Verdict verdict);

/// One thing that was looked at.
struct Check {
  std::string id; ///< area.what, such as machine.disk
  Verdict verdict = Verdict::pass;
  std::string found;    ///< what is so
  std::string breaks{}; ///< what does not work while it is so; "" when it passes
  std::string todo{};   ///< a command, or what a person has to see to; "" when it passes
};
using Checks = std::vector<Check>;

/// The worst of them: fail, then warn, then unknown, then pass.
Verdict worst(const Checks& checks);

} // namespace tidemark::tools
