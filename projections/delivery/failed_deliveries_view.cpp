#include "projections/delivery/failed_deliveries_view.hpp"

#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

namespace tidemark::projections {
namespace {

constexpr std::string_view failures_table = "deliveries", targets_table = "contacts";

struct Failure {
  FailedDelivery delivery;
  Position position;
};

/// Does any row say that something was written there behind the failure?
Result<bool> has_newer(const Scan& scan, std::string_view in, const std::string& prefix,
                       Position failure) {
  bool newer = false;
  bool readable = true;
  const auto status = scan(in, prefix, {}, [&](std::string_view, std::string_view value) {
    const auto row = json::parse(value);
    readable = row.ok();
    newer = readable && position_of(row->root()) > failure;
    return readable && !newer;
  });
  if (!status)
    return status.error();
  if (!readable)
    return damaged_row(in);
  return newer;
}

/// Did a later delivery do what the action was to do?
Result<bool> was_done_since(const Scan& scan, const TenantId& tenant, const Failure& failure,
                            const std::string& thing) {
  const auto& one = failure.delivery;
  std::vector<DeliveryId> same;
  TRYV(scan(failures_table, row_key(tenant, {"thing", one.target.value, one.contact.value, thing}),
            {}, [&](std::string_view key, std::string_view) {
              const auto parts = key_parts(key);
              if (parts.size() == 5)
                same.emplace_back(std::string(parts[4]));
              return true;
            }));
  for (const auto& id : same) {
    TRY(other, delivery(scan, tenant, id));
    if (other && other->state == "accepted" && other->newest > failure.position)
      return true;
  }
  return false;
}

/// Did a later delivery bring the contact's values there?
Result<bool> was_reached_since(const Scan& scan, const TenantId& tenant, const Failure& failure) {
  const auto& contact = failure.delivery.contact.value;
  const auto& target = failure.delivery.target.value;
  const auto written =
      has_newer(scan, targets_table, row_key(tenant, {"contact", contact, "written", target}),
                failure.position);
  if (!written || *written)
    return written;
  return has_newer(scan, failures_table, row_key(tenant, {"reached", target, contact}),
                   failure.position);
}

/// Nobody has to see to it: it is there, is tried again by another delivery, or was written off.
Result<bool> is_settled(const Scan& scan, const TenantId& tenant, const Failure& failure) {
  TRY(view, delivery(scan, tenant, failure.delivery.delivery));
  if (!view)
    return was_reached_since(scan, tenant, failure);
  if (!view->retried_by.value.empty() || view->written_off.value != 0)
    return true;
  return view->thing.empty() ? was_reached_since(scan, tenant, failure)
                             : was_done_since(scan, tenant, failure, view->thing);
}

} // namespace

Result<std::vector<FailedDelivery>> failed_deliveries(const Scan& scan, const TenantId& tenant,
                                                      Timestamp from,
                                                      bool (*skip)(Reason reason_code),
                                                      std::size_t rows_max) {
  std::vector<Failure> failures;
  bool readable = true;
  const auto visit = [&](std::string_view, std::string_view value) {
    const auto parsed = json::parse(value);
    readable = parsed.ok();
    if (!readable)
      return false;
    const auto row = parsed->root();
    FailedDelivery one{DeliveryId(text_of(row, "delivery")), ConnectorName(text_of(row, "target")),
                       ContactId(text_of(row, "contact")), reason_of(row), time_of(row, "at")};
    if (one.since >= from && !skip(one.reason_code))
      failures.push_back({std::move(one), position_of(row)});
    return true;
  };
  TRYV(scan(failures_table, row_key(tenant, {"failed"}),
            row_key(tenant, {"failed", day_part(from)}), visit));
  if (!readable)
    return damaged_row(failures_table);
  std::vector<FailedDelivery> out;
  for (auto& failure : failures) {
    if (out.size() >= rows_max)
      break;
    TRY(settled, is_settled(scan, tenant, failure));
    if (!settled)
      out.push_back(std::move(failure.delivery));
  }
  return out;
}

} // namespace tidemark::projections
