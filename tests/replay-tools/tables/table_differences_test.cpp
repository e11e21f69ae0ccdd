#include "projections/table/projection.hpp"
#include "replay-tools/tables/table_differences.hpp"
#include "storage/tables/memory_tables.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace tidemark::tools::table_differences_test {
namespace {

using Rows = std::map<std::string, std::uint64_t>;
constexpr auto table = "people";
const TenantId acme("acme"), beta("beta");

std::string key_of(const TenantId& tenant, const std::string& name) {
  return projections::row_key(tenant, {name});
}

struct Differing : testing::Test {
  /// What the log says.
  void says(const TenantId& tenant, const Rows& rows) {
    for (const auto& [name, value] : rows)
      batch.put(tenant, {name}, [&](auto& json) { json.number("n", value); });
  }
  void stands(const TenantId& tenant, const Rows& rows) {
    for (const auto& [name, value] : rows)
      change({key_of(tenant, name), "{\"n\":" + std::to_string(value) + "}"});
  }
  void change(storage::Mutation row) {
    std::vector<storage::Mutation> rows;
    rows.push_back(std::move(row));
    EXPECT_TRUE(tables.apply(table, std::move(rows), Position{7}));
  }
  /// Compares and changes the table as it is told.
  TableDifferences mend(const std::string& prefix = "") {
    std::vector<RowRun> runs;
    runs.push_back(RowRun::sorted(batch));
    MergedRows folded(runs);
    std::vector<storage::Mutation> changes;
    const auto found = compare_rows(tables, table, folded, prefix, [&](storage::Mutation row) {
      changes.push_back(std::move(row));
      return Status(Done{});
    });
    EXPECT_TRUE(found);
    digest = folded.digest();
    EXPECT_EQ(changes.size(), found->all());
    for (auto& row : changes)
      change(std::move(row));
    return *found;
  }
  std::size_t rows() {
    std::size_t out = 0;
    EXPECT_TRUE(tables.scan(table, {}, {}, [&](auto, auto) { return ++out > 0; }));
    return out;
  }

  projections::RowBatch batch;
  storage::MemoryTables tables;
  Digest digest{};
};

TEST_F(Differing, RowsAreFoundAtEveryPlaceAndPutRight) {
  says(acme, {{"b", 1}, {"d", 2}, {"f", 3}, {"h", 4}});
  stands(acme, {{"a", 0}, {"d", 2}, {"e", 0}, {"f", 9}, {"z", 0}});
  const auto found = mend();
  EXPECT_EQ(found.missing, 2U);
  EXPECT_EQ(found.extra, 3U);
  EXPECT_EQ(found.other, 1U);
  EXPECT_EQ(mend().all(), 0U);
  EXPECT_EQ(rows(), 4U);
}

TEST_F(Differing, AnEmptyTableLacksAllAndOneOfNothingHasTooMany) {
  says(acme, {{"b", 1}, {"d", 2}});
  EXPECT_EQ(mend().missing, 2U);
  batch.clear();
  EXPECT_EQ(mend().extra, 2U);
  EXPECT_EQ(rows(), 0U);
}

TEST_F(Differing, OfOneTenantLeaveTheOthersAndTheDigestIsOfAll) {
  says(acme, {{"a", 1}});
  says(beta, {{"a", 1}});
  stands(acme, {{"x", 0}});
  stands(beta, {{"x", 0}});
  const auto of_beta = mend(projections::row_key(beta, {}));
  EXPECT_EQ(of_beta.all(), 2U);
  EXPECT_EQ(of_beta.rows, 1U);
  const auto of_all = digest;
  EXPECT_EQ(mend(projections::row_key(beta, {})).all(), 0U);
  const auto left = mend();
  EXPECT_EQ(left.missing, 1U);
  EXPECT_EQ(left.extra, 1U);
  EXPECT_EQ(left.rows, 2U);
  EXPECT_EQ(digest, of_all);
}

} // namespace
} // namespace tidemark::tools::table_differences_test
