#include "config/duration.hpp"

#include <charconv>
#include <cstdint>

namespace tidemark::config {

std::optional<std::chrono::seconds> read_duration(std::string_view text,
                                                  std::chrono::seconds least) {
  constexpr std::chrono::hours year{24 * 365};
  std::uint32_t number = 0;
  const auto* last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, number);
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  const std::int64_t seconds = unit == "s"   ? 1
                               : unit == "m" ? 60
                               : unit == "h" ? 3600
                               : unit == "d" ? 86'400
                                             : 0;
  const std::chrono::seconds out{number * seconds};
  return fault == std::errc{} && out >= least && out <= year ? std::optional(out) : std::nullopt;
}

} // namespace tidemark::config
