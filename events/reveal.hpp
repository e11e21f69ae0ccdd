#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/schema.hpp"

#include <string>
#include <vector>

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

/// How often one caller had a route show it people, of one contact or event where the route is
/// about one.
struct ReadCount {
  std::string route;
  std::string subject; ///< an id; "" for a list
  std::uint64_t times = 0;
  TIDEMARK_MEMBERS(ReadCount, route, subject, times)
};
/// What one caller of the API was shown of people in full within some minutes. Stream `admin`.
struct PeopleRead {
  static constexpr std::string_view name = "people.read.v1";
  std::string by;
  std::vector<ReadCount> reads;
  Timestamp from, until; ///< of the first and the last
  TIDEMARK_MEMBERS(PeopleRead, by, reads, from, until)
};

} // namespace tidemark::events
