#pragma once
#include "projections/table/scan.hpp"
#include "storage/tables.hpp"

namespace tidemark::gateway {

/// The scan function that views read through; `tables` has to outlive it.
inline projections::Scan scan_of(const storage::TableStore& tables) {
  return [&tables](std::string_view table, std::string_view prefix, std::string_view after,
                   const projections::RowVisitor& row) {
    return tables.scan(table, prefix, after, row);
  };
}

} // namespace tidemark::gateway
