// How fast the log is scanned, folded, rebuilt into tables and verified, on one data folder. Prints
// JSON lines; ratios are to the raw scan of the same run.
#include "bench/fold_data.hpp"
#include "projections/fold.hpp"
#include "replay-tools/table_fold.hpp"
#include "storage/log_folder.hpp"
#include "storage/verify.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

namespace tidemark::bench {
namespace {

class SystemClock final : public WallClock {
public:
  Timestamp now() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
};

using Step = std::function<Status()>;

struct Measured {
  double best = 0; ///< seconds
  double worst = 0;
};

Result<Measured> measure(const Step& step, int runs) {
  Measured out;
  for (int i = 0; i < runs; ++i) {
    const auto started = std::chrono::steady_clock::now();
    if (const auto status = step(); !status)
      return status.error();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    out.best = i == 0 ? took.count() : std::min(out.best, took.count());
    out.worst = std::max(out.worst, took.count());
  }
  return out;
}

std::vector<const projections::Projection*> every_projection() {
  std::vector<const projections::Projection*> out;
  for (const auto& projection : projections::all())
    out.push_back(&projection);
  return out;
}

Status scan(const storage::LogStore& log) {
  std::uint64_t bytes = 0;
  const auto last = log.read(Position{}, SIZE_MAX, [&](std::string_view record) {
    bytes += record.size();
    return true;
  });
  if (!last)
    return last.error();
  return Done{};
}

/// Folds (after, to]; the rows are made and dropped.
Status fold_range(const storage::LogStore& log, const KeyedHasher& hasher, Position after,
                  Position to) {
  projections::Fold fold(every_projection(), hasher);
  std::vector<projections::RowBatch> batches(projections::all().size());
  std::vector<projections::RowBatch*> rows;
  for (auto& batch : batches)
    rows.push_back(&batch);
  Status status = Done{};
  const auto last = log.read(after, to.value - after.value, [&](std::string_view record) {
    status = fold.feed(record, rows);
    for (auto& batch : batches)
      batch.clear();
    return status.ok();
  });
  return last ? status : Status(last.error());
}

Status fold_with(const storage::LogStore& log, const KeyedHasher& hasher, std::uint64_t threads) {
  std::vector<std::thread> running;
  std::vector<Status> results(threads, Done{});
  const auto end = log.durable().value;
  for (std::uint64_t i = 0; i < threads; ++i)
    running.emplace_back([&, i] {
      results[i] =
          fold_range(log, hasher, Position{end * i / threads}, Position{end * (i + 1) / threads});
    });
  for (auto& thread : running)
    thread.join();
  for (const auto& result : results)
    if (!result)
      return result;
  return Done{};
}

/// The whole of `tidemark rebuild`, into a folder of its own.
Status rebuild(const storage::LogStore& log, const KeyedHasher& hasher, const std::string& dir) {
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  const auto tables = storage::RocksTables::open(dir, storage::Access::write);
  if (!tables)
    return tables.error();
  tools::TableFoldOptions options;
  options.temporary_dir = dir;
  auto fold = tools::TableFold::run(log, log.durable(), every_projection(), hasher, options);
  if (!fold)
    return fold.error();
  for (std::size_t i = 0; i < fold->projections().size(); ++i) {
    auto rows = fold->rows(i);
    const auto next = [&](std::string& key, std::string& value) { return rows.next(key, value); };
    if (auto status = (*tables)->ingest(fold->projections()[i]->name, next, log.durable()); !status)
      return status;
    rows.digest();
  }
  return Done{};
}

Status verify(const storage::LogStore& log) {
  const auto found = storage::verify_log(log);
  if (!found)
    return found.error();
  return found->holds() ? Status(Done{}) : Status(Error{"data_damaged", found->problem});
}

int failed(const Error& error) {
  std::cerr << "error: " << error.code << ": " << error.text << "\n";
  return 1;
}

int fill(const std::string& data, std::uint64_t contacts) {
  const SystemClock clock;
  storage::OpenOptions options;
  options.folder = data;
  const auto open = storage::open_log(options, &clock);
  if (!open)
    return failed(open.error());
  const KeyedHasher hasher((*open)->pepper());
  const bool written = write_contacts((*open)->log(), hasher, contacts, [&](std::uint64_t done) {
    std::cerr << "written " << done << " of " << contacts << " contacts\n";
  });
  return written ? 0 : failed({"not_written", "the log refused an append"});
}

int run(const std::string& data, int runs) {
  storage::OpenOptions options;
  options.folder = data;
  options.access = storage::Access::read;
  const auto open = storage::open_log(options, nullptr);
  if (!open)
    return failed(open.error());
  const auto& log = (*open)->log();
  const KeyedHasher hasher((*open)->pepper());
  const std::vector<std::pair<std::string, Step>> steps{
      {"raw_scan", [&] { return scan(log); }},
      {"fold", [&] { return fold_with(log, hasher, 1); }},
      {"fold_two_threads", [&] { return fold_with(log, hasher, 2); }},
      {"rebuild", [&] { return rebuild(log, hasher, data + "/bench-tables"); }},
      {"verify", [&] { return verify(log); }}};
  const auto events = static_cast<double>(log.durable().value);
  double baseline = 0;
  for (const auto& [name, step] : steps) {
    const auto took = measure(step, runs);
    if (!took)
      return failed(took.error());
    const double rate = events / took->best;
    baseline = name == "raw_scan" ? rate : baseline;
    std::cout << nlohmann::ordered_json{{"name", name},         {"unit", "events/s"},
                                        {"value", rate},        {"baseline_name", "raw_scan"},
                                        {"baseline", baseline}, {"ratio", rate / baseline},
                                        {"runs", runs},         {"min", events / took->worst},
                                        {"max", rate}}
                     .dump()
              << std::endl;
  }
  std::filesystem::remove_all(data + "/bench-tables");
  return 0;
}

} // namespace
} // namespace tidemark::bench

int main(int argc, char** argv) {
  CLI::App app("Scan, fold, rebuild and verify of a data folder.");
  std::string data;
  std::uint64_t contacts = 0;
  int runs = 3;
  app.add_option("--data", data, "data folder")->required();
  app.add_option("--fill", contacts, "first write so many contacts (about 12 events each)");
  app.add_option("--runs", runs, "the best of so many counts")->check(CLI::Range(1, 100));
  CLI11_PARSE(app, argc, argv);
  if (contacts > 0)
    if (const int code = tidemark::bench::fill(data, contacts); code != 0)
      return code;
  return tidemark::bench::run(data, runs);
}
