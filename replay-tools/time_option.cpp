#include "replay-tools/time_option.hpp"

namespace tidemark::tools {

Result<std::optional<Timestamp>> time_option(const std::string& text, std::string_view option) {
  if (text.empty())
    return std::optional<Timestamp>{};
  const auto time = from_rfc3339(text);
  if (!time)
    return Error{"bad_usage", std::string(option)
                                  + " is no RFC 3339 time with a time zone, such as "
                                    "2026-01-05T10:00:00Z"};
  return std::optional(*time);
}

} // namespace tidemark::tools
