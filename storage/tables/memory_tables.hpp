#pragma once
#include "storage/tables.hpp"

#include <map>
#include <mutex>

namespace tidemark::storage {

/// Tables in memory, for simulation and tests. Safe from several threads.
class MemoryTables final : public TableStore {
public:
  Result<std::optional<std::string>> get(std::string_view table,
                                         std::string_view key) const override;
  Status scan(std::string_view table, std::string_view prefix, std::string_view after,
              const std::function<bool(std::string_view, std::string_view)>& row) const override;
  Status apply(std::string_view table, std::vector<Mutation> rows, Position checkpoint) override;
  Result<Position> checkpoint(std::string_view table) const override;
  Status clear(std::string_view table) override;

private:
  struct Table {
    std::map<std::string, std::string, std::less<>> rows;
    Position checkpoint;
  };
  mutable std::mutex guard_;
  std::map<std::string, Table, std::less<>> tables_;
};

} // namespace tidemark::storage
