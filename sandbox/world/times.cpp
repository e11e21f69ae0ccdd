#include "sandbox/world/times.hpp"

#include <fmt/chrono.h>

namespace tidemark::sandbox {

std::string http_date(Timestamp time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

} // namespace tidemark::sandbox
