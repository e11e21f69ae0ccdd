#include "projections/attention/unreadable_opt_out_view.hpp"

#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

namespace tidemark::projections {

Result<std::vector<UnreadableOptOut>> unreadable_opt_outs(const Scan& scan, const TenantId& tenant,
                                                          std::size_t limit) {
  constexpr std::string_view table = "webhook_outcomes";
  std::vector<UnreadableOptOut> out;
  bool readable = true;
  const auto visit = [&](std::string_view, std::string_view value) {
    if (out.size() == limit)
      return false;
    const auto row = json::parse(value);
    readable = row.ok();
    if (readable)
      out.push_back({Position{number_of(row->root(), "webhook")},
                     ConnectorName(text_of(row->root(), "connector")), time_of(row->root(), "at")});
    return readable;
  };
  TRYV(scan(table, row_key(tenant, {"opt_out_unreadable"}), {}, visit));
  if (!readable)
    return damaged_row(table);
  return out;
}

} // namespace tidemark::projections
