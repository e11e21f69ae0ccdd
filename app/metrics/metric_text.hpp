#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>

/// Families of /metrics in Prometheus text form.
namespace tidemark::app {

/// The lines with which a family begins; its samples follow.
inline std::string family(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

/// A family of one sample without labels.
template <class Value>
std::string lone_sample(std::string_view name, std::string_view type, std::string_view help,
                        Value value) {
  return family(name, type, help) + fmt::format("{} {}\n", name, value);
}

} // namespace tidemark::app
