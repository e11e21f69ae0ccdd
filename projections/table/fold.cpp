#include "projections/table/fold.hpp"

#include <algorithm>

namespace tidemark::projections {

Fold::KnownType& Fold::type_named(std::string_view name) {
  for (auto& type : types_)
    if (type.name == name)
      return type;
  auto& added = types_.emplace_back(KnownType{std::string(name), events::Decoder(name), 0, {}});
  for (std::size_t i = 0; i < projections_.size(); ++i)
    if (projections_[i]->wants(name))
      added.wanted_by |= 1U << i;
  return added;
}

Status Fold::feed(std::string_view record, std::span<RowBatch* const> rows) {
  TRY(header, events::read_header(record));
  auto& type = type_named(header.type);
  unknown_ += type.decode.unknown() ? 1 : 0;
  if (type.wanted_by == 0)
    return Done{};
  auto& event = type.event;
  TRY(content, events::read_record_into(record, event.envelope, false));
  if (auto status = type.decode(content.payload, event.event); !status)
    return status;
  for (std::size_t i = 0; i < projections_.size(); ++i)
    if ((type.wanted_by & (1U << i)) != 0)
      projections_[i]->rows_of(event, context_, *rows[i]);
  return Done{};
}

} // namespace tidemark::projections
