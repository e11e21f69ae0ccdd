#include "projections/identity/parked_view.hpp"

#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

namespace tidemark::projections {
namespace {

constexpr std::string_view parked_table = "parked";

std::string_view state_of(bool dead) {
  return dead ? "dead" : "waiting";
}

std::optional<ParkedView> item_of(json::Value row, bool dead) {
  ParkedView item;
  item.input = Position{number_of(row, "input")};
  item.index = static_cast<std::uint32_t>(number_of(row, "index"));
  item.kind = text_of(row, "kind");
  item.waiting_for = text_of(row, "waiting_for");
  const auto key = text_of(row, "key");
  if (!key.empty() && !read_hex(key, item.key.emplace()))
    return std::nullopt;
  item.since = time_of(row, "since");
  item.dead = dead;
  item.position = position_of(row);
  item.at = time_of(row, "at");
  return item;
}

} // namespace

Result<Page<ParkedView>> parked_page(const Scan& scan, const TenantId& tenant, bool dead,
                                     Position after, std::size_t limit) {
  Page<ParkedView> page;
  bool readable = true;
  const auto visit = [&](std::string_view, std::string_view value) {
    const auto parsed = json::parse(value);
    auto item = parsed ? item_of(parsed->root(), dead) : std::nullopt;
    readable = item.has_value();
    if (!readable)
      return false;
    if (page.items.size() >= limit && item->input != page.items.back().input) {
      page.next = std::to_string(page.items.back().input.value);
      return false;
    }
    page.items.push_back(*std::move(item));
    return true;
  };
  // All commands of `after` are behind this key.
  const auto from =
      after.value == 0
          ? std::string()
          : row_key(tenant, {state_of(dead), position_part(after), index_part(UINT32_MAX)});
  TRYV(scan(parked_table, row_key(tenant, {state_of(dead)}), from, visit));
  if (!readable)
    return damaged_row(parked_table);
  return page;
}

Result<std::vector<ParkedView>> parked_of(const Scan& scan, const TenantId& tenant,
                                          Position input) {
  std::vector<ParkedView> out;
  bool readable = true;
  for (const bool dead : {false, true}) {
    const auto status = scan(parked_table, row_key(tenant, {state_of(dead), position_part(input)}),
                             {}, [&](std::string_view, std::string_view value) {
                               const auto parsed = json::parse(value);
                               auto item = parsed ? item_of(parsed->root(), dead) : std::nullopt;
                               if (item)
                                 out.push_back(*std::move(item));
                               else
                                 readable = false;
                               return readable;
                             });
    if (!status)
      return status.error();
  }
  if (!readable)
    return damaged_row(parked_table);
  return out;
}

} // namespace tidemark::projections
