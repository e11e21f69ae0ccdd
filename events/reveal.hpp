#pragma once
#include "base/ids.hpp"
#include "events/format/schema.hpp"

#include <string>

/// Who looked at what is personal.
namespace tidemark::events {

/// Somebody had what came with an event shown in full: the body of a webhook or of an answer.
/// Stream `admin`.
struct BodyRevealed {
  static constexpr std::string_view name = "body.revealed.v1";
  Position event; ///< whose body
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(BodyRevealed, event, reason, by, request_id)
};

} // namespace tidemark::events
