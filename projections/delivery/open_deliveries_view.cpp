#include "projections/delivery/open_deliveries_view.hpp"

#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

namespace tidemark::projections {
namespace {

constexpr std::string_view open_table = "deliveries";

/// Refused or given up: it stays in the index, and is listed as failed.
bool has_failed(const DeliveryView& view) {
  return view.state == "rejected" || view.state == "dead";
}

/// One more than `most` where there are more.
Result<std::vector<DeliveryId>> ids_in_open(const Scan& scan, const TenantId& tenant,
                                            std::size_t most) {
  std::vector<DeliveryId> out;
  TRYV(scan(open_table, row_key(tenant, {"open"}), {}, [&](std::string_view key, auto) {
    if (const auto parts = key_parts(key); parts.size() > 1)
      out.emplace_back(std::string(parts[1]));
    return out.size() <= most;
  }));
  return out;
}

/// Nothing where the row of the intent is not there yet.
Result<std::optional<Timestamp>> intended_at(const Scan& scan, const TenantId& tenant,
                                             const DeliveryId& id) {
  std::optional<Timestamp> out;
  bool readable = true;
  TRYV(scan(open_table, row_key(tenant, {"delivery", id.value, "intent"}), {},
            [&](std::string_view, std::string_view value) {
              const auto row = json::parse(value);
              readable = row.ok();
              if (readable)
                out = time_of(row->root(), "at");
              return false;
            }));
  if (!readable)
    return damaged_row(open_table);
  return out;
}

} // namespace

Result<OpenDeliveries> open_deliveries(const Scan& scan, const TenantId& tenant, Timestamp before,
                                       std::size_t rows_max) {
  TRY(ids, ids_in_open(scan, tenant, rows_max));
  OpenDeliveries out;
  out.cut = ids.size() > rows_max;
  if (out.cut)
    ids.pop_back();
  for (const auto& id : ids) {
    TRY(since, intended_at(scan, tenant, id));
    if (!since || *since >= before)
      continue;
    TRY(found, delivery(scan, tenant, id));
    if (found && !has_failed(*found))
      out.items.push_back({id, found->target, found->reason_code, *since});
  }
  return out;
}

} // namespace tidemark::projections
