#pragma once
#include "app/demo/systems.hpp"

namespace tidemark::demo {

/// How a change is to end for a system that is not its source.
enum class Ending : std::uint8_t {
  arrives,
  blocked, ///< opted_out
};

/// While `system` refuses our write once, somebody changes the same field there.
struct Rival {
  System system;
  Fields changes;
};

/// One thing that somebody does in one system, and what is to come of it.
struct Change {
  std::string title;
  std::string story; ///< what to look for, for somebody who sees this for the first time
  System source;
  std::string phone; ///< whose contact it is
  Fields fields;     ///< what is set; they are to arrive
  std::map<System, Ending> others;
  std::optional<Rival> rival{};

  /// The contact begins with it.
  bool is_new() const { return fields.contains("phone"); }
};

/// Everything that the demo plays, in order.
std::vector<Change> changes();

} // namespace tidemark::demo
