#include "replay-tools/tables/table_fold.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/sample_log.hpp"

#include <filesystem>
#include <map>

namespace tidemark::tools::table_fold_test {
namespace {

using Rows = std::map<std::string, std::string>;

/// Blocks of two events, so that most keys meet again in a later block; with and without files.
TEST(TableFold, GivesTheLiveRowsAtEveryPositionWhateverTheBlocks) {
  const sample::StepClock clock;
  const KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log(clock);
  storage::MemoryTables tables;
  sample::write(log, hasher);
  std::vector<const projections::Projection*> all;
  for (const auto& projection : projections::all())
    all.push_back(&projection);
  for (std::uint64_t to = 1; to <= log.durable().value; ++to) {
    sample::apply_live(log, tables, hasher, Position{to});
    for (const std::size_t memory : {std::size_t{0}, std::size_t{1} << 30U}) {
      const TableFoldOptions options{std::filesystem::temp_directory_path().string(), memory, 2, 2};
      auto fold = TableFold::run(log, Position{to}, all, hasher, options);
      ASSERT_TRUE(fold.ok()) << fold.error().text;
      for (std::size_t i = 0; i < all.size(); ++i) {
        Rows live;
        ASSERT_TRUE(tables
                        .scan(all[i]->name, "", "",
                              [&](auto key, auto value) {
                                live.emplace(key, value);
                                return true;
                              })
                        .ok());
        Rows folded;
        auto rows = fold->rows(i);
        std::string key;
        std::string value;
        for (auto more = rows.next(key, value); more.ok() && *more; more = rows.next(key, value))
          EXPECT_TRUE(folded.emplace(key, value).second) << "a key came twice";
        EXPECT_EQ(folded, live) << all[i]->name << " at " << to;
        EXPECT_EQ(rows.count(), live.size());
      }
    }
  }
}

TEST(TableFold, OfOneTenantHasItsRowsAndNoOthers) {
  const sample::StepClock clock;
  const KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log(clock);
  sample::write(log, hasher);
  std::vector<const projections::Projection*> all;
  for (const auto& projection : projections::all())
    all.push_back(&projection);
  const auto rows_of = [&](const TenantId& tenant) {
    TableFoldOptions options{std::filesystem::temp_directory_path().string()};
    options.tenant = tenant;
    auto fold = TableFold::run(log, log.durable(), all, hasher, options);
    EXPECT_TRUE(fold.ok());
    std::uint64_t count = 0;
    std::string key, value;
    for (std::size_t i = 0; i < all.size(); ++i)
      for (auto rows = fold->rows(i); *rows.next(key, value);)
        ++count;
    return count;
  };
  EXPECT_GT(rows_of({}), 0U);
  EXPECT_EQ(rows_of(sample::acme), rows_of({}));
  EXPECT_EQ(rows_of(TenantId("globex")), 0U);
}

} // namespace
} // namespace tidemark::tools::table_fold_test
