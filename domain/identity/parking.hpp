#pragma once
#include "base/ids.hpp"
#include "base/keyed_hash.hpp"
#include "events/all.hpp"
#include "events/format/envelope.hpp"
#include "events/timers/parking_time.hpp"

#include <optional>
#include <string>
#include <vector>

/// Commands that wait until their person is known (requirement C18): what waits under a key or of
/// an input is a fold over the events under that tag.
namespace tidemark::domain {

/// A command that waits.
struct ParkedCommand {
  Position input;
  std::uint32_t index = 0; ///< place among the input's commands
  events::CommandKind kind = events::CommandKind::observe_call;
  std::string waiting_for;
  std::vector<Hash16> keys; ///< see CommandParked
  Timestamp since;
  bool timed_out = false; ///< a dead letter; it can be released all the same
};

/// What waits after one more event under the tag: parked, timed out, released.
void evolve(std::vector<ParkedCommand>& waiting, const events::Event& event);

/// Under these tags a parked command, its time-out and its release stand: one for each key, or of
/// its input when it names none.
std::vector<events::Tag> parked_tags(Position input, const std::vector<Hash16>& keys);

/// Where `time.input`'s commands are found.
events::Tag tag_of(const events::ParkingTime& time);

} // namespace tidemark::domain
