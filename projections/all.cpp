#include "projections/broadcasts.hpp"
#include "projections/conflicts.hpp"
#include "projections/contacts.hpp"
#include "projections/deliveries.hpp"
#include "projections/lists.hpp"
#include "projections/mappings.hpp"
#include "projections/opt_outs.hpp"
#include "projections/parked.hpp"
#include "projections/reviews.hpp"
#include "projections/webhook_outcomes.hpp"

#include <array>

namespace tidemark::projections {

std::span<const Projection> all() {
  // Made at first use: the tables' own constants are then surely initialised.
  static const std::array table{
      broadcasts, conflicts, contacts, deliveries, lists,
      mappings,   opt_outs,  parked,   reviews,    webhook_outcomes,
  };
  return table;
}

const Projection* find(std::string_view name) {
  for (const auto& projection : all())
    if (projection.name == name)
      return &projection;
  return nullptr;
}

} // namespace tidemark::projections
