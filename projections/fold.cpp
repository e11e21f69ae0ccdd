#include "projections/fold.hpp"

#include <algorithm>

namespace tidemark::projections {

const Fold::KnownType& Fold::type_named(std::string_view name) {
  for (const auto& type : types_)
    if (type.name == name)
      return type;
  KnownType added;
  added.name = name;
  for (std::size_t i = 0; i < projections_.size(); ++i)
    if (projections_[i]->wants(name))
      added.wanted_by |= 1U << i;
  const auto known = events::known_types();
  added.unknown = std::find(known.begin(), known.end(), name) == known.end();
  types_.push_back(std::move(added));
  return types_.back();
}

Status Fold::feed(std::string_view record, std::vector<std::vector<Row>>& rows) {
  const auto header = events::read_header(record);
  if (!header)
    return header.error();
  const auto& type = type_named(header->type);
  unknown_ += type.unknown ? 1 : 0;
  if (type.wanted_by == 0)
    return Done{};
  auto view = events::read_record(record, false);
  if (!view)
    return view.error();
  auto event = events::decode(view->envelope.type, view->payload);
  if (!event)
    return event.error();
  const events::Recorded recorded{std::move(view->envelope), std::move(*event)};
  for (std::size_t i = 0; i < projections_.size(); ++i)
    if ((type.wanted_by & (1U << i)) != 0)
      projections_[i]->rows_of(recorded, context_, rows[i]);
  return Done{};
}

} // namespace tidemark::projections
