// How fast the log is scanned, folded, rebuilt into tables and recomputed, on one data folder.
// Everything is measured in turn, several times, so that a disturbance meets all of it.
#include "bench/fold_data.hpp"
#include "projections/table/fold.hpp"
#include "replay-tools/replay/decision_walk.hpp"
#include "replay-tools/replay/parallel.hpp"
#include "replay-tools/tables/table_fold.hpp"
#include "storage/open_log.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

namespace tidemark::bench {
namespace {

using Step = std::function<Status()>;

/// Something that is timed over the whole log.
struct Subject {
  std::string name;
  std::string baseline; ///< the subject whose rate this one is compared with
  Step step;
  std::vector<double> rates; ///< events a second, one for each round
};

Status measure(Subject& subject, double events) {
  const auto started = std::chrono::steady_clock::now();
  if (auto status = subject.step(); !status)
    return status;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  subject.rates.push_back(events / took.count());
  return Done{};
}

std::vector<const projections::Projection*> every_projection() {
  std::vector<const projections::Projection*> out;
  for (const auto& projection : projections::all())
    out.push_back(&projection);
  return out;
}

/// The raw scan that all ratios refer to: one thread goes through every record in order and reads
/// its header (position, time, type, tenant). RocksDB checks each block's checksum and the reader
/// that no position is missing; nothing is decoded, the hash chain is not recomputed.
Status scan(const storage::LogStore& log) {
  std::uint64_t type_bytes = 0;
  Status status = Done{};
  const auto last = log.read(Position{}, SIZE_MAX, [&](std::string_view record) {
    const auto header = events::read_header(record);
    if (!header)
      status = header.error();
    else
      type_bytes += header->type.size();
    return status.ok();
  });
  if (!last)
    return last.error();
  if (status && type_bytes == 0)
    return Error{"data_damaged", "no event has a type"};
  return status;
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
  TRY(tables, storage::RocksTables::open(dir, storage::Access::write));
  tools::TableFoldOptions options;
  options.temporary_dir = dir;
  TRY(fold, tools::TableFold::run(log, log.durable(), every_projection(), hasher, options));
  return tools::in_parallel(
      fold.projections().size(), options.threads, [&](std::size_t i) -> Status {
        auto rows = fold.rows(i);
        const auto next = [&](std::string& key, std::string& value) {
          return rows.next(key, value);
        };
        auto status = tables->ingest(fold.projections()[i]->name, next, log.durable());
        rows.digest();
        return status;
      });
}

/// The whole of `tidemark replay verify`. A difference is no result at all.
Status replay_verify(const storage::LogStore& log, const KeyedHasher& hasher,
                     const std::string& incarnation) {
  TRY(found, tools::walk_decisions(log, hasher, incarnation, {}));
  if (found.differences != 0 || found.recomputed == 0)
    return Error{"does_not_hold", std::to_string(found.differences) + " decisions differ, "
                                      + std::to_string(found.recomputed) + " were recomputed"};
  return Done{};
}

int failed(const Error& error) {
  std::cerr << "error: " << error.code << ": " << error.text << "\n";
  return 1;
}

double median(std::vector<double> rates) {
  std::sort(rates.begin(), rates.end());
  return (rates[rates.size() / 2] + rates[(rates.size() - 1) / 2]) / 2;
}

/// Best against best: what disturbs a machine only ever makes a run slower.
nlohmann::ordered_json result(const Subject& subject, const std::vector<Subject>& all) {
  const auto best = [](const Subject& s) {
    return *std::max_element(s.rates.begin(), s.rates.end());
  };
  const auto& baseline = *std::find_if(
      all.begin(), all.end(), [&](const auto& other) { return other.name == subject.baseline; });
  return {{"name", subject.name},
          {"unit", "events/s"},
          {"value", best(subject)},
          {"baseline_name", subject.baseline},
          {"baseline", best(baseline)},
          {"ratio", best(subject) / best(baseline)},
          {"runs", subject.rates.size()},
          {"min", *std::min_element(subject.rates.begin(), subject.rates.end())},
          {"median", median(subject.rates)},
          {"max", best(subject)}};
}

struct Wanted {
  std::string data;
  std::string out;
  std::vector<std::string> only;
  int rounds = 5;
};

int run(const Wanted& wanted) {
  storage::OpenOptions options;
  options.folder = wanted.data;
  options.access = storage::Access::read;
  const auto open = storage::open_log(options, nullptr);
  if (!open)
    return failed(open.error());
  const auto& log = (*open)->log();
  const KeyedHasher hasher((*open)->pepper());
  const auto incarnation = to_hex((*open)->incarnation());
  const auto tables = wanted.data + "/bench-tables";
  std::vector<Subject> subjects{
      {"raw_scan", "raw_scan", [&] { return scan(log); }, {}},
      {"fold", "raw_scan", [&] { return fold_with(log, hasher, 2); }, {}},
      {"fold_one_thread", "raw_scan", [&] { return fold_with(log, hasher, 1); }, {}},
      {"rebuild", "raw_scan", [&] { return rebuild(log, hasher, tables); }, {}},
      {"replay_verify", "fold", [&] { return replay_verify(log, hasher, incarnation); }, {}}};
  if (!wanted.only.empty())
    std::erase_if(subjects, [&](const auto& subject) {
      return std::find(wanted.only.begin(), wanted.only.end(), subject.name) == wanted.only.end();
    });
  for (int round = 0; round < wanted.rounds; ++round)
    for (auto& subject : subjects)
      if (const auto status = measure(subject, static_cast<double>(log.durable().value)); !status)
        return failed(status.error());
  std::filesystem::remove_all(tables);
  auto results = nlohmann::ordered_json::array();
  for (auto& subject : subjects) {
    if (std::none_of(subjects.begin(), subjects.end(),
                     [&](const auto& other) { return other.name == subject.baseline; }))
      subject.baseline = subject.name;
    results.push_back(result(subject, subjects));
  }
  if (wanted.out.empty())
    std::cout << results.dump(1) << std::endl;
  else if (!(std::ofstream(wanted.out) << results.dump(1) << "\n"))
    return failed({"not_written", "the results could not be written to " + wanted.out});
  return 0;
}

} // namespace
} // namespace tidemark::bench

int main(int argc, char** argv) {
  CLI::App app("Scan, fold, rebuild and replay verify of a data folder.");
  tidemark::bench::Wanted wanted;
  std::uint64_t contacts = 0;
  app.add_option("--data", wanted.data, "data folder")->required();
  app.add_option("--fill", contacts,
                 "first write so many made-up contacts (about 13 events each); their decisions "
                 "cannot be recomputed");
  app.add_option("--rounds", wanted.rounds, "times that everything is measured in turn")
      ->check(CLI::Range(1, 100));
  app.add_option("--only", wanted.only, "measure only these");
  app.add_option("--out", wanted.out, "file for the results; without: standard output");
  CLI11_PARSE(app, argc, argv);
  if (contacts > 0)
    if (const auto filled = tidemark::bench::fill_folder(wanted.data, contacts); !filled)
      return tidemark::bench::failed(filled.error());
  return tidemark::bench::run(wanted);
}
