#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/schema.hpp"

#include <string>
#include <vector>

/// Commands that wait for somebody to become known, and what becomes of them (requirement C18).
namespace tidemark::events {

/// An input's command that cannot be attached to anybody yet. The envelope carries the tags of what
/// it waits for (of its input, when that is nothing); the card that first names a key releases the
/// command. Stream `identity`.
struct CommandParked {
  static constexpr std::string_view name = "command.parked.v1";
  Position input;
  std::uint32_t index = 0;       ///< place among the input's commands
  std::string kind;              ///< such as "observe_call"
  std::string waiting_for;       ///< for people: "aloware contact 90002"
  std::vector<std::string> keys; ///< keyed hashes, hex, of which one has to become known
  Timestamp since;               ///< when the input was recorded
  bool operator==(const CommandParked&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = CommandParked;
    return use(member("input", &T::input), member("index", &T::index), member("kind", &T::kind),
               member("waiting_for", &T::waiting_for), member("keys", &T::keys),
               member("since", &T::since));
  }
};

/// It has waited too long: a dead letter. It stays where it is, and is released all the same when
/// its person becomes known after all, or when an operator says whose it is. Same tags; stream
/// `identity`.
struct CommandTimedOut {
  static constexpr std::string_view name = "command.timed_out.v1";
  Position input;
  std::uint32_t index = 0;
  std::string kind;
  std::string waiting_for;
  std::vector<std::string> keys;
  Timestamp since;
  std::uint64_t timeout_seconds = 0; ///< as configured at that moment
  bool operator==(const CommandTimedOut&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = CommandTimedOut;
    return use(member("input", &T::input), member("index", &T::index), member("kind", &T::kind),
               member("waiting_for", &T::waiting_for), member("keys", &T::keys),
               member("since", &T::since), member("timeout_seconds", &T::timeout_seconds));
  }
};

/// An operator says whose the waiting commands of an input are. An input; stream `admin`.
struct ParkedReleaseRequested {
  static constexpr std::string_view name = "parked.release_requested.v1";
  Position input;  ///< whose commands wait
  std::string key; ///< one that they wait for, "" when they wait for none
  ContactId contact;
  std::string reason;
  std::string by;
  std::string request_id;
  bool operator==(const ParkedReleaseRequested&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ParkedReleaseRequested;
    return use(member("input", &T::input), member("key", &T::key), member("contact", &T::contact),
               member("reason", &T::reason), member("by", &T::by),
               member("request_id", &T::request_id));
  }
};

} // namespace tidemark::events
