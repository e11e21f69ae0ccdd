// What every TableStore promises, and the bulk path of the one on disk.
#include "base/failpoint.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/storage/support.hpp"

namespace tidemark::storage::test::tables_test {
namespace {

class TablesContract : public testing::TestWithParam<std::string> {
protected:
  void SetUp() override {
    if (GetParam() == "memory")
      tables_ = std::make_unique<MemoryTables>();
    else
      tables_ = RocksTables::open(scratch_.path(), Access::write).value();
  }
  void TearDown() override { failpoint::disarm_all(); }
  std::vector<std::string> scan(std::string_view prefix, std::string_view after = {}) {
    std::vector<std::string> out;
    EXPECT_TRUE(tables_
                    ->scan("t", prefix, after,
                           [&](std::string_view key, std::string_view value) {
                             out.push_back(std::string(key) + "=" + std::string(value));
                             return true;
                           })
                    .ok());
    return out;
  }
  void put(std::string_view table, std::vector<Mutation> rows, std::uint64_t checkpoint) {
    EXPECT_TRUE(tables_->apply(table, std::move(rows), Position{checkpoint}).ok());
  }

  Scratch scratch_;
  std::unique_ptr<TableStore> tables_;
};

INSTANTIATE_TEST_SUITE_P(Stores, TablesContract, testing::Values("memory", "rocks"),
                         [](const auto& param) { return param.param; });

TEST_P(TablesContract, KeepsRowsAndCheckpoint) {
  EXPECT_EQ(tables_->checkpoint("t").value(), Position{});
  put("t", {{"a", "1"}, {"b", "2"}}, 7);
  put("t", {{"a", std::nullopt}, {"b", "3"}, {"c", ""}}, 9);
  EXPECT_EQ(tables_->get("t", "a").value(), std::nullopt);
  EXPECT_EQ(tables_->get("t", "b").value(), "3");
  EXPECT_EQ(tables_->get("t", "c").value(), "");
  EXPECT_EQ(tables_->checkpoint("t").value(), Position{9});
}

TEST_P(TablesContract, TablesDoNotMeet) {
  put("t", {{"a", "1"}}, 1);
  put("t2", {{"a", "2"}}, 2);
  put("s", {{"a", "3"}}, 3);
  EXPECT_EQ(scan(""), (std::vector<std::string>{"a=1"}));
  EXPECT_TRUE(tables_->clear("t").ok());
  EXPECT_EQ(scan(""), std::vector<std::string>{});
  EXPECT_EQ(tables_->checkpoint("t").value(), Position{});
  EXPECT_EQ(tables_->get("t2", "a").value(), "2");
  EXPECT_EQ(tables_->get("s", "a").value(), "3");
  EXPECT_EQ(tables_->checkpoint("s").value(), Position{3});
}

TEST_P(TablesContract, ScansByPrefixFromAnyKeyOn) {
  const std::string high("a\xff", 2);
  put("t", {{"a", "0"}, {"a1", "1"}, {"a2", "2"}, {"b", "3"}, {high, "4"}, {"", "5"}}, 1);
  EXPECT_EQ(scan(""), (std::vector<std::string>{"=5", "a=0", "a1=1", "a2=2", high + "=4", "b=3"}));
  EXPECT_EQ(scan("a"), (std::vector<std::string>{"a=0", "a1=1", "a2=2", high + "=4"}));
  EXPECT_EQ(scan("a", "a1"), (std::vector<std::string>{"a2=2", high + "=4"}));
  EXPECT_EQ(scan("a", "a11"), (std::vector<std::string>{"a2=2", high + "=4"}));
  EXPECT_EQ(scan("a", "0"), (std::vector<std::string>{"a=0", "a1=1", "a2=2", high + "=4"}));
  EXPECT_EQ(scan("x"), std::vector<std::string>{});
  int seen = 0;
  EXPECT_TRUE(tables_->scan("t", "", "", [&](auto, auto) { return ++seen < 2; }).ok());
  EXPECT_EQ(seen, 2);
}

TEST_P(TablesContract, AFailedStepChangesNeitherRowsNorCheckpoint) {
  put("t", {{"a", "1"}}, 1);
  ASSERT_TRUE(failpoint::arm("tables.before_apply=error").ok());
  EXPECT_FALSE(tables_->apply("t", {{"a", "2"}}, Position{2}).ok());
  EXPECT_EQ(tables_->get("t", "a").value(), "1");
  EXPECT_EQ(tables_->checkpoint("t").value(), Position{1});
}

TEST_P(TablesContract, DigestsDependOnRowsOnly) {
  put("t", {{"a", "1"}, {"b", "2"}}, 1);
  put("same", {{"b", "2"}}, 5);
  put("same", {{"a", "1"}}, 6);
  put("shifted", {{"a", "1b"}, {"", "2"}}, 1);
  const auto of = [&](std::string_view table) { return digest(*tables_, table).value(); };
  EXPECT_EQ(of("t"), of("same"));
  EXPECT_NE(of("t"), of("shifted"));
  EXPECT_NE(of("t"), of("empty"));
}

TEST(RocksTables, RowsAndCheckpointSurviveAKillTogether) {
  const Scratch scratch;
  const auto copy = scratch.path("copy");
  {
    const auto tables = RocksTables::open(scratch.path(), Access::write).value();
    for (std::uint64_t i = 1; i <= 20; ++i)
      ASSERT_TRUE(tables->apply("t", {{"last", std::to_string(i)}}, Position{i}).ok());
    std::filesystem::copy(scratch.path(), copy, std::filesystem::copy_options::recursive);
  }
  // Cut the write-ahead log anywhere: the table is older, never torn.
  std::string wal;
  for (const auto& entry : std::filesystem::directory_iterator(copy))
    if (entry.path().extension() == ".log")
      wal = entry.path().string();
  const auto size = std::filesystem::file_size(wal);
  for (auto keep = size; keep > 40; keep -= 37) {
    std::filesystem::resize_file(wal, keep);
    const auto cut = RocksTables::open(copy, Access::read).value();
    const auto checkpoint = cut->checkpoint("t").value().value;
    const auto row = cut->get("t", "last").value();
    EXPECT_EQ(row.value_or("0"), std::to_string(checkpoint));
  }
}

RocksTables::RowSource rows(std::vector<std::pair<std::string, std::string>> all) {
  return [all = std::move(all), next = std::size_t{0}](std::string& key,
                                                       std::string& value) mutable -> Result<bool> {
    if (next == all.size())
      return false;
    key = all[next].first;
    value = all[next].second;
    ++next;
    return true;
  };
}

TEST(RocksTables, IngestReplacesTheTable) {
  const Scratch scratch;
  const auto tables = RocksTables::open(scratch.path(), Access::write).value();
  ASSERT_TRUE(tables->apply("t", {{"old", "1"}, {"a", "old"}}, Position{3}).ok());
  ASSERT_TRUE(tables->apply("u", {{"other", "1"}}, Position{4}).ok());
  ASSERT_TRUE(tables->ingest("t", rows({{"a", "1"}, {"b", "2"}}), Position{9}).ok());
  EXPECT_EQ(tables->get("t", "old").value(), std::nullopt);
  EXPECT_EQ(tables->get("t", "a").value(), "1");
  EXPECT_EQ(tables->checkpoint("t").value(), Position{9});
  EXPECT_EQ(tables->get("u", "other").value(), "1");
  ASSERT_TRUE(tables->apply("t", {{"a", "2"}}, Position{10}).ok());
  EXPECT_EQ(tables->get("t", "a").value(), "2") << "live rows win over ingested ones";
  ASSERT_TRUE(tables->ingest("t", rows({}), Position{11}).ok());
  EXPECT_EQ(tables->get("t", "a").value(), std::nullopt);
  EXPECT_EQ(tables->names().value(), (std::vector<std::string>{"t", "u"}));
}

TEST(RocksTables, AnIngestedTableEqualsAnAppliedOne) {
  const Scratch scratch;
  std::vector<std::pair<std::string, std::string>> sorted;
  std::vector<Mutation> mutations;
  for (int i = 10'000; i < 30'000; ++i) {
    sorted.emplace_back(std::to_string(i), std::string(static_cast<std::size_t>(i % 50), 'v'));
    mutations.push_back({sorted.back().first, sorted.back().second});
  }
  Digest ingested{};
  {
    const auto tables = RocksTables::open(scratch.path(), Access::write).value();
    ASSERT_TRUE(tables->ingest("in", rows(sorted), Position{1}).ok());
    ASSERT_TRUE(tables->apply("live", std::move(mutations), Position{1}).ok());
    ingested = digest(*tables, "in").value();
    EXPECT_EQ(ingested, digest(*tables, "live").value());
  }
  const auto again = RocksTables::open(scratch.path(), Access::read).value();
  EXPECT_EQ(digest(*again, "in").value(), ingested) << "on disk too";
}

TEST(RocksTables, RefusesUnsortedRowsAndKeepsTheOldOnes) {
  const Scratch scratch;
  const auto tables = RocksTables::open(scratch.path(), Access::write).value();
  ASSERT_TRUE(tables->apply("t", {{"a", "1"}}, Position{3}).ok());
  const auto refused = tables->ingest("t", rows({{"b", "1"}, {"a", "2"}}), Position{9});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "rows_not_sorted");
  EXPECT_EQ(tables->get("t", "a").value(), "1");
  EXPECT_EQ(tables->checkpoint("t").value(), Position{3});
}

TEST(RocksTables, RefusesNamesThatCannotBeStored) {
  const Scratch scratch;
  const auto tables = RocksTables::open(scratch.path(), Access::write).value();
  EXPECT_FALSE(tables->apply("", {}, Position{1}).ok());
  EXPECT_FALSE(tables->apply(std::string(101, 'n'), {}, Position{1}).ok());
  EXPECT_FALSE(tables->clear("").ok());
}

TEST(LogFolder, ClearsATableThatIsAheadOfTheLog) {
  const FakeClock clock;
  const Scratch scratch;
  Failures failures;
  {
    const auto log = open_for_test(writing(scratch.path(), failures), clock);
    append_and_wait(log->log(), append_of({event_on("contact/a")}));
    ASSERT_TRUE(log->tables().apply("ahead", {{"a", "1"}}, Position{2}).ok());
    ASSERT_TRUE(log->tables().apply("level", {{"a", "1"}}, Position{1}).ok());
  }
  const auto log = open_for_test(writing(scratch.path(), failures), clock);
  EXPECT_EQ(log->tables().checkpoint("ahead").value(), Position{});
  EXPECT_EQ(log->tables().get("ahead", "a").value(), std::nullopt);
  EXPECT_EQ(log->tables().get("level", "a").value(), "1");
}

} // namespace
} // namespace tidemark::storage::test::tables_test
