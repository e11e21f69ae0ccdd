#include "projections/consent/calls_placed.hpp"

#include "projections/table/row_reader.hpp"

#include <algorithm>

namespace tidemark::projections {

void CallsPlaced::add_part(json::Value row) {
  const ConnectorName connector(text_of(row, "source"));
  const auto id = text_of(row, "call");
  // A part without an id is a call of its own.
  auto known = std::find_if(placed_.begin(), placed_.end(), [&](const PlacedCall& call) {
    return !id.empty() && call.id == id && call.connector == connector;
  });
  if (known == placed_.end())
    known = placed_.insert(placed_.end(), {.connector = connector,
                                           .id = id,
                                           .agent = {},
                                           .started_at = {},
                                           .told_at = time_of(row, "at"),
                                           .position = Position{number_of(row, "input")}});
  if (known->agent.empty())
    known->agent = text_of(row, "agent");
  if (known->started_at.empty())
    known->started_at = text_of(row, "started_at");
}

void CallsPlaced::add_allowance(json::Value row) {
  allowances_.push_back({position_of(row), time_of(row, "at"), time_of(row, "until"),
                         text_of(row, "reason"), text_of(row, "by")});
}

const CallsPlaced::Allowance* CallsPlaced::allowance_at(Timestamp began) const {
  const auto found =
      std::find_if(allowances_.begin(), allowances_.end(),
                   [&](const Allowance& one) { return one.from <= began && began < one.until; });
  return found == allowances_.end() ? nullptr : &*found;
}

} // namespace tidemark::projections
