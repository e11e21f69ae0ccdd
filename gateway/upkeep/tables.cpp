#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/upkeep/routes.hpp"

// For `tidemark rebuild` and `check`, which fold the log beside the running service.

namespace tidemark::gateway {
namespace {

constexpr Schema copied_schema{"tables_copied", {{text("status")}}};
constexpr Schema taken_schema{"rows_taken", {{integer("rows")}}};

Result<Json> copy_tables(const ApiContext& api) {
  if (!api.ports.copy_tables)
    return Error{"not_found", "this service keeps no tables of its own"};
  TRYV(api.ports.copy_tables());
  return Json{{"status", "copied"}};
}

Result<Json> take_staged_rows(const ApiContext& api) {
  if (!api.ports.take_staged_rows)
    return Error{"not_found", "this service keeps no tables of its own"};
  TRY(rows, api.ports.take_staged_rows());
  return Json{{"rows", rows}};
}

constexpr Route table_rows[] = {
    {"copy_tables", "POST", "/api/v1/tables/copy", Right::local, copy_tables, &copied_schema},
    {"take_staged_rows", "POST", "/api/v1/tables/staged", Right::local, take_staged_rows,
     &taken_schema},
};

} // namespace

constinit const Routes table_routes = table_rows;

} // namespace tidemark::gateway
