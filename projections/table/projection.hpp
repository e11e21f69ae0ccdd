#pragma once
#include "base/keyed_hash.hpp"
#include "base/result.hpp"
#include "events/codec.hpp"
#include "projections/table/row_batch.hpp"

#include <span>
#include <string>
#include <string_view>

/// What we know: folds over the log. A projection is stateless: each event says which rows change,
/// without reading any. So live application, rebuild (sort, then keep the last) and proof agree.
namespace tidemark::projections {

/// What rows are made with. Remembers the last remote id's hash, for several projections ask for
/// the same one: not for several threads.
class Context {
public:
  Context(const KeyedHasher& hasher) : hasher_(hasher) {} // NOLINT(*-explicit-*)
  /// Hex of the keyed hash of a remote id: the form in which identity cards hold it too.
  std::string_view remote_id_hash(const TenantId& tenant, const ConnectorName& connector,
                                  const RemoteId& remote_id) const;
  /// Hex of the keyed hash of a normalised phone number or e-mail address, as on cards.
  std::string address_hash(const TenantId& tenant, events::Field kind,
                           std::string_view address) const;

private:
  const KeyedHasher& hasher_;
  mutable TenantId tenant_;
  mutable ConnectorName connector_;
  mutable RemoteId remote_id_;
  mutable std::string hash_; ///< empty: none remembered
};

/// A table derived from the log. Raise `version` when `rows_of` changes: the runner rebuilds.
struct Projection {
  std::string_view name;
  int version;
  /// Does an event of this stored type change anything? Asked before the payload is decoded.
  bool (*wants)(std::string_view type);
  /// Appends the rows that the event changes.
  void (*rows_of)(const events::Recorded& event, const Context& context, RowBatch& rows);
};

/// The table in which is noted which version of a projection made its table. A table that is noted
/// under another version, or under none, is emptied and filled anew.
inline constexpr std::string_view versions_table = "projection_versions";

/// Every projection, one line each.
std::span<const Projection> all();
const Projection* find(std::string_view name);

/// `tenant` and parts, each with its length, so that no two keys meet. Tenant comes first.
std::string row_key(const TenantId& tenant, std::initializer_list<std::string_view> parts);

} // namespace tidemark::projections
