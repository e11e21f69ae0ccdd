#include "projections/sync/conflict_view.hpp"

#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

constexpr std::string_view conflicts_table = "conflicts";

/// Was the value of the field among what the delivery was to bring?
Result<bool> brings(const Scan& scan, const TenantId& tenant, const DeliveryId& id,
                    std::string_view field) {
  bool found = false;
  const auto visit = [&](std::string_view, std::string_view value) {
    const auto row = json::parse(value);
    if (row)
      for (const auto& name : row->root()["fields"].items())
        found = found || name.text() == field;
    return false;
  };
  const auto status =
      scan("deliveries", row_key(tenant, {"delivery", id.value, "intent"}), {}, visit);
  return status ? Result<bool>(found) : Result<bool>(status.error());
}

/// The systems that the same decision brought up to date about the field.
Status add_updated(const Scan& scan, const TenantId& tenant, Position webhook, std::uint32_t index,
                   ConflictView& item) {
  TRY(view, projections::webhook(scan, tenant, webhook));
  if (!view)
    return Done{};
  for (const auto& command : view->commands)
    for (const auto& target : command.targets) {
      if (command.index != index || target.delivery.value.empty())
        continue;
      TRY(brought, brings(scan, tenant, target.delivery, item.field));
      if (brought)
        item.updated.push_back(target.target);
    }
  return Done{};
}

ConflictView item_of(json::Value row) {
  ConflictView item;
  item.contact = ContactId(text_of(row, "contact"));
  item.field = text_of(row, "field");
  for (const auto& side : row["values"].items())
    item.values.emplace_back(ConnectorName(text_of(side, "connector")), text_of(side, "value"));
  item.winner = ConnectorName(text_of(row, "winner"));
  item.value = text_of(row, "value");
  item.rule = text_of(row, "rule");
  item.position = position_of(row);
  item.at = time_of(row, "at");
  return item;
}

} // namespace

Result<Page<ConflictView>> conflicts_page(const Scan& scan, const TenantId& tenant,
                                          const ContactId& contact, std::string_view after,
                                          std::size_t limit) {
  struct Origin {
    Position webhook;
    std::uint32_t index = 0;
  };
  Page<ConflictView> page;
  std::vector<Origin> origins;
  bool readable = true;
  std::string last;
  const auto visit = [&](std::string_view key, std::string_view value) {
    if (page.items.size() == limit) {
      page.next = last;
      return false;
    }
    const auto parsed = json::parse(value);
    readable = parsed.ok();
    if (!readable)
      return false;
    page.items.push_back(item_of(parsed->root()));
    origins.push_back({Position{number_of(parsed->root(), "webhook")},
                       static_cast<std::uint32_t>(number_of(parsed->root(), "index"))});
    last = to_hex(key);
    return true;
  };
  const auto from = from_hex(after);
  if (!from)
    return Error{"bad_cursor",
                 "the cursor is not one that this list gave: leave it out to begin anew"};
  const auto prefix = contact.value.empty() ? row_key(tenant, {"conflict"})
                                            : row_key(tenant, {"conflict", contact.value});
  TRYV(scan(conflicts_table, prefix, *from, visit));
  if (!readable)
    return damaged_row(conflicts_table);
  for (std::size_t i = 0; i < page.items.size(); ++i)
    if (const auto added =
            add_updated(scan, tenant, origins[i].webhook, origins[i].index, page.items[i]);
        !added)
      return added.error();
  return page;
}

} // namespace tidemark::projections
