#include "projections/consent/opt_outs.hpp"
#include "projections/consent/reviews.hpp"
#include "projections/contacts/contacts.hpp"
#include "projections/contacts/mappings.hpp"
#include "projections/conversations/broadcasts.hpp"
#include "projections/conversations/messages.hpp"
#include "projections/delivery/deliveries.hpp"
#include "projections/identity/parked.hpp"
#include "projections/intake/webhook_outcomes.hpp"
#include "projections/lists/lists.hpp"
#include "projections/sync/conflicts.hpp"
#include "projections/sync/custom_fields.hpp"

#include <array>

namespace tidemark::projections {

std::span<const Projection> all() {
  // Made at first use: the tables' own constants are then surely initialised.
  static const std::array table{
      broadcasts, conflicts, contacts, custom_fields, deliveries, lists,
      mappings,   messages,  opt_outs, parked,        reviews,    webhook_outcomes,
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
