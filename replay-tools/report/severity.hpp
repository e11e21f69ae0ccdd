#pragma once
#include "replay-tools/diagnose/check.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidemark::tools {

enum class Urgency { whenever, soon, immediately };
std::string_view name_of(Urgency urgency);

/// How soon somebody should look at it, and why.
struct Severity {
  Urgency urgency = Urgency::whenever;
  std::vector<std::string> because; ///< kinds, each with how it is known
};

/// Those that can be named: at once opt-out, data-loss, down, security; soon late, repeated, slow,
/// unexpected.
const std::vector<std::string>& kinds_of_trouble();

/// By what the person names and writes, and by what the checks found.
Severity propose_severity(const std::vector<std::string>& named, const std::string& written,
                          const Checks& checks);

} // namespace tidemark::tools
