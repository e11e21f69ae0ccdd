#pragma once
#include "projections/table/projection.hpp"

#include <utility>

namespace tidemark::projections {

/// Folds records into rows of several projections: reads a record's header first, decodes a
/// payload once and only when some projection wants its type. Not for several threads; one each.
class Fold {
public:
  explicit Fold(std::vector<const Projection*> projections, const KeyedHasher& hasher)
      : projections_(std::move(projections)), context_{hasher} {}

  /// Appends the record's rows, to rows[i] for the i-th projection.
  /// Errors: record_damaged, payload_not_json, payload_unfit.
  Status feed(std::string_view record, std::span<RowBatch* const> rows);

  /// How many events had a type that this program does not know. They change no row here and may
  /// in a newer program: whoever folds says so.
  std::uint64_t unknown_count() const { return unknown_; }

private:
  /// A type that was met, and the last event of it: its memory takes the next one.
  struct KnownType {
    std::string name;
    events::Decoder decode;
    std::uint32_t wanted_by = 0; ///< a bit for each projection
    events::Recorded event;
  };
  KnownType& type_named(std::string_view name);

  std::vector<const Projection*> projections_;
  Context context_;
  std::vector<KnownType> types_; ///< few: looked through from the front
  std::uint64_t unknown_ = 0;
};

} // namespace tidemark::projections
