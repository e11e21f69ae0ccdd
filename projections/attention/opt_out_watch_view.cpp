#include "projections/attention/opt_out_watch_view.hpp"

#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

namespace tidemark::projections {
namespace {

constexpr std::string_view watched_table = "opt_outs";

/// Every row of the kind, as `read` puts it.
template <class Item>
Result<std::vector<Item>> watch_rows(const Scan& scan, const TenantId& tenant,
                                     std::string_view kind, std::string_view after,
                                     std::optional<Item> (*read)(json::Value row)) {
  std::vector<Item> out;
  bool readable = true;
  const auto status = scan(watched_table, row_key(tenant, {kind}), after,
                           [&](std::string_view, std::string_view value) {
                             const auto row = json::parse(value);
                             auto item = row ? read(row->root()) : std::nullopt;
                             readable = item.has_value();
                             if (readable)
                               out.push_back(*std::move(item));
                             return readable;
                           });
  if (!status)
    return status.error();
  return readable ? Result<std::vector<Item>>(std::move(out))
                  : Result<std::vector<Item>>(damaged_row(watched_table));
}

std::optional<ToldDeadline> deadline_of(json::Value row) {
  ToldDeadline out;
  out.event.delivery = DeliveryId(text_of(row, "delivery"));
  out.event.contact = ContactId(text_of(row, "contact"));
  out.event.target = ConnectorName(text_of(row, "target"));
  out.event.rule = text_of(row, "rule");
  out.event.due = time_of(row, "due");
  out.event.state =
      text_of(row, "state") == "near" ? events::DeadlineState::near : events::DeadlineState::missed;
  out.told = time_of(row, "at");
  return out;
}

std::optional<ToldViolation> violation_of(json::Value row) {
  ToldViolation out;
  if (!read_hex(text_of(row, "address_hash"), out.address_hash.value))
    return std::nullopt;
  out.connector = ConnectorName(text_of(row, "connector"));
  out.is_call = text_of(row, "channel") == name_of_enum(events::Channel::call);
  out.message = Position{number_of(row, "message")};
  out.opt_out = Position{number_of(row, "opt_out")};
  out.position = position_of(row);
  out.told = time_of(row, "at");
  return out;
}

} // namespace

Result<std::vector<ToldDeadline>> told_deadlines(const Scan& scan, const TenantId& tenant) {
  return watch_rows(scan, tenant, "deadline", {}, deadline_of);
}

Result<std::vector<ToldViolation>> told_violations(const Scan& scan, const TenantId& tenant,
                                                   Position after) {
  const auto beyond = after == Position{}
                          ? std::string{}
                          : row_key(tenant, {"violation", position_part(after)}) + "\xff";
  return watch_rows(scan, tenant, "violation", beyond, violation_of);
}

} // namespace tidemark::projections
