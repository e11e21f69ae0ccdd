#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace tidemark::config {

/// A whole number with its unit, `30s`, `90m`, `24h` or `7d`, of `least` to a year. Nothing for
/// anything else.
std::optional<std::chrono::seconds> read_duration(std::string_view text,
                                                  std::chrono::seconds least);

} // namespace tidemark::config
