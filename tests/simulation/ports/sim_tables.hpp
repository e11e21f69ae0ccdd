#pragma once
#include "storage/tables.hpp"

#include <map>

namespace tidemark::sim {

/// Tables whose writes are not synced: a killed process leaves them as they are, a power cut may
/// take them back to an older state, whole, or leave nothing.
class SimTables final : public storage::TableStore {
public:
  struct Table {
    std::map<std::string, std::string, std::less<>> rows;
    Position checkpoint;
  };

  Result<std::optional<std::string>> get(std::string_view table,
                                         std::string_view key) const override;
  Status scan(std::string_view table, std::string_view prefix, std::string_view after,
              const std::function<bool(std::string_view, std::string_view)>& row) const override;
  Status apply(std::string_view table, std::vector<storage::Mutation> rows,
               Position checkpoint) override;
  Result<Position> checkpoint(std::string_view table) const override;
  Status clear(std::string_view table) override;

  /// A later power cut may go back to here.
  void write_back() { on_disk_ = tables_; }
  void cut_power() { tables_ = on_disk_; }
  void lose() {
    tables_.clear();
    on_disk_.clear();
  }
  const Table* find(std::string_view name) const;

private:
  std::map<std::string, Table, std::less<>> tables_;
  std::map<std::string, Table, std::less<>> on_disk_;
};

} // namespace tidemark::sim
