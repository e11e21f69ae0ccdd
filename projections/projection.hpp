#pragma once
#include "base/keyed_hash.hpp"
#include "base/result.hpp"
#include "events/codec.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What we know: folds over the log. A projection is stateless: each event says which rows change,
/// without reading any. So live application, rebuild (sort, then keep the last) and proof agree.
namespace tidemark::projections {

/// A row that an event puts or removes. Keys hold keyed hashes or ids, never an address.
struct Row {
  std::string key;
  std::optional<std::string> value; ///< JSON; none: the row goes
};

struct Context {
  const KeyedHasher& hasher;
};

/// A table derived from the log. Raise `version` when `rows_of` changes: the runner rebuilds.
struct Projection {
  std::string_view name;
  int version;
  /// Does an event of this stored type change anything? Asked before the payload is decoded.
  bool (*wants)(std::string_view type);
  /// Appends the rows that the event changes.
  void (*rows_of)(const events::Recorded& event, const Context& context, std::vector<Row>& rows);
};

/// Every projection, one line each.
std::span<const Projection> all();
const Projection* find(std::string_view name);

/// `tenant` and parts, each with its length, so that no two keys meet. Tenant comes first.
std::string row_key(const TenantId& tenant, std::initializer_list<std::string_view> parts);

} // namespace tidemark::projections
