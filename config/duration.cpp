#include "config/duration.hpp"

#include <charconv>
#include <cstdint>

namespace tidemark::config {

std::optional<std::chrono::seconds> read_duration(std::string_view text) {
  std::uint32_t number = 0;
  const auto* last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, number);
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  if (fault != std::errc{})
    return std::nullopt;
  const std::int64_t count{number};
  if (unit == "s")
    return std::chrono::seconds{count};
  if (unit == "m")
    return std::chrono::minutes{count};
  if (unit == "h")
    return std::chrono::hours{count};
  if (unit == "d")
    return std::chrono::hours{24 * count};
  return std::nullopt;
}

} // namespace tidemark::config
