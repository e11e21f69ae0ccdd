#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::json {

/// The same JSON in one form: members in the order of their names, no spaces, each text and number
/// written in one way. Two documents that say the same have equal forms. Nothing where the bytes
/// are no JSON.
std::optional<std::string> canonical(std::string_view bytes);

} // namespace tidemark::json
