#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"
#include "projections/table/scan.hpp"

namespace tidemark::projections {
namespace {

constexpr std::string_view deliveries_table = "deliveries";

void add_intent(DeliveryView& view, json::Value row) {
  view.contact = ContactId(text_of(row, "contact"));
  view.target = ConnectorName(text_of(row, "target"));
  view.operation = text_of(row, "operation");
  view.webhook = Position{number_of(row, "webhook")};
  view.intended = position_of(row);
  view.thing = text_of(row, "thing");
  if (view.remote_id.value.empty())
    view.remote_id = RemoteId(text_of(row, "remote_id"));
}

/// What people did about it says nothing about its state. False: the row is about that.
bool add_deed(DeliveryView& view, std::string_view kind, json::Value row) {
  if (kind == "retried") {
    view.retried_by = DeliveryId(text_of(row, "by"));
  } else if (kind == "retry") {
    view.retry_request = Position{number_of(row, "request")};
    view.retry_outcome = text_of(row, "outcome");
    view.retry_reason = reason_of(row);
  } else if (kind == "written_off") {
    view.written_off_by = text_of(row, "who");
    view.written_off_reason = text_of(row, "reason");
    view.written_off = position_of(row);
  } else {
    return false;
  }
  return true;
}

/// `kind` is the last part of the row's key. The newest of `sent` and `state` says how it stands.
void add_row(DeliveryView& view, std::string_view kind, json::Value row) {
  if (add_deed(view, kind, row))
    return;
  if (kind == "intent")
    add_intent(view, row);
  view.attempts = std::max(view.attempts, static_cast<std::uint32_t>(number_of(row, "attempt")));
  if (kind == "state") {
    view.http_status = static_cast<std::uint32_t>(number_of(row, "http_status"));
    if (auto id = text_of(row, "remote_id"); !id.empty())
      view.remote_id = RemoteId(std::move(id));
  }
  const auto position = position_of(row);
  if (position < view.newest)
    return;
  view.newest = position;
  view.since = time_of(row, "at");
  view.reason_code = reason_of(row);
  view.by = text_of(row, "by");
  view.refused_field = text_of(row, "refused_field");
  view.refused_words = text_of(row, "refused_words");
  view.not_before.reset();
  if (row["not_before"].stated())
    view.not_before = time_of(row, "not_before");
  view.state = kind == "intent" ? "intended"
               : kind == "sent" ? "dispatched"
                                : text_of(row, "state");
}

bool matches(const DeliveryView& view, const DeliveryFilter& filter) {
  return (filter.state.empty() || filter.state == view.state)
         && (filter.target.empty() || filter.target == view.target.value);
}

/// States that leave the `open` index; every other delivery is listed there.
bool has_ended(std::string_view state) {
  return state == "accepted" || state == "superseded" || state == "suppressed";
}

/// The id of the first row after `after` in the index, or "".
Result<std::string> next_id(const Scan& scan, const TenantId& tenant, std::string_view index,
                            std::string_view after) {
  const auto beyond = after.empty() ? std::string{} : row_key(tenant, {index, after}) + "\xff\xff";
  std::string id;
  const auto status = scan(deliveries_table, row_key(tenant, {index}), beyond,
                           [&](std::string_view key, std::string_view) {
                             const auto parts = key_parts(key);
                             if (parts.size() > 1)
                               id = parts[1];
                             return false;
                           });
  if (!status)
    return status.error();
  return id;
}

} // namespace

Result<std::optional<DeliveryView>> delivery(const Scan& scan, const TenantId& tenant,
                                             const DeliveryId& id) {
  DeliveryView view;
  view.id = id;
  bool readable = true;
  const auto visit = [&](std::string_view key, std::string_view value) {
    const auto parts = key_parts(key);
    const auto row = json::parse(value);
    readable = row.ok() && parts.size() == 3;
    if (readable)
      add_row(view, parts[2], row->root());
    return readable;
  };
  TRYV(scan(deliveries_table, row_key(tenant, {"delivery", id.value}), {}, visit));
  if (!readable)
    return damaged_row(deliveries_table);
  if (view.newest == Position{})
    return std::optional<DeliveryView>{};
  return std::optional{std::move(view)};
}

Result<Page<DeliveryView>> deliveries_page(const Scan& scan, const TenantId& tenant,
                                           const DeliveryFilter& filter, std::string_view after,
                                           std::size_t limit, std::size_t rows_max) {
  const std::string_view index =
      filter.state.empty() || has_ended(filter.state) ? "delivery" : "open";
  Page<DeliveryView> page;
  std::string last(after);
  for (std::size_t looked_at = 0; looked_at < rows_max && page.items.size() < limit; ++looked_at) {
    TRY(id, next_id(scan, tenant, index, last));
    if (id.empty())
      return page;
    last = id;
    TRY(one, delivery(scan, tenant, DeliveryId(last)));
    if (one && matches(*one, filter))
      page.items.push_back(std::move(*one));
  }
  page.next = last;
  return page;
}

std::string_view outcome_of_state(std::string_view state, Reason reason_code) {
  if (state == "accepted")
    return reason_code == Reason::taken_without_address ? "skipped" : "applied";
  if (state == "rejected" || state == "dead")
    return "dead";
  if (state == "suppressed")
    return "blocked";
  if (state == "retrying" || state == "unknown" || state == "superseded")
    return state;
  return "pending";
}

} // namespace tidemark::projections
