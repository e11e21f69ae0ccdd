#pragma once
#include "projections/table/scan.hpp"

/// Commands that wait for their person: reads the table `parked`.
namespace tidemark::projections {

struct ParkedView {
  Position input;
  std::uint32_t index = 0;
  std::string kind;
  std::string waiting_for;   ///< for people
  std::optional<Hash16> key; ///< one that it waits for, none when it waits for none
  Timestamp since;
  bool dead = false; ///< it has waited too long
  Position position; ///< where that was decided
  Timestamp at;
};

/// In the order of the inputs, beginning after the input `after`. An input's commands stand
/// together, so a page may be a little longer than `limit`.
Result<Page<ParkedView>> parked_page(const Scan& scan, const TenantId& tenant, bool dead,
                                     Position after, std::size_t limit);
/// What waits of one input, dead or not.
Result<std::vector<ParkedView>> parked_of(const Scan& scan, const TenantId& tenant, Position input);

} // namespace tidemark::projections
