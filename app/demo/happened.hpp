#pragma once
#include "app/demo/engine_api.hpp"

#include <map>

namespace tidemark::demo {

/// What became of one delivery.
struct Sent {
  std::string target;
  std::string operation; ///< create, update, forward
  std::string ended;     ///< accepted, rejected, died, superseded, suppressed; "" while open
  std::uint64_t attempts = 0;
  bool refused_before = false; ///< a retry was needed
};

struct Conflict {
  std::string field, winner;
  std::string rule;
};

/// A chain of events, read for what the demo promises.
struct Happened {
  /// What the change itself led to, by target: outcome and reason code.
  std::map<std::string, std::pair<std::string, std::string>> decided;
  std::map<std::string, Sent> deliveries;      ///< by id
  std::map<std::string, std::uint64_t> echoes; ///< connector and where its echo was recognised
  std::vector<Conflict> conflicts;

  bool has_open_delivery() const;
  /// The newest delivery to a target; null when there is none.
  const Sent* to(std::string_view target) const;
};

/// `source`: the connector in which somebody made the change.
Happened read_chain(const Chain& chain, std::string_view source);

/// One event in words; names systems and fields, never a value of a person.
std::string words_of(const Seen& event);

} // namespace tidemark::demo
