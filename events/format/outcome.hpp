#pragma once
#include "events/format/schema.hpp"

#include <array>
#include <cstdint>

namespace tidemark::events {

/// What became of one input for one target (idea 4). The words are public.
enum class Outcome : std::uint8_t {
  applied,
  no_change,
  skipped,
  parked,
  blocked,
  retrying,
  dead,
  quarantined,
  duplicate_of,
  echo_of,
  superseded,
  unknown,
  ignored, ///< the configuration says that nothing is to come of it
  pending, ///< intended, not yet answered; only in views, never a final word
};
template <>
struct EnumNames<Outcome> {
  static constexpr std::array<std::string_view, 14> names{
      "applied",     "no_change",    "skipped", "parked",     "blocked", "retrying", "dead",
      "quarantined", "duplicate_of", "echo_of", "superseded", "unknown", "ignored",  "pending"};
};

} // namespace tidemark::events
