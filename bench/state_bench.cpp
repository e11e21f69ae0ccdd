// What a step costs that shows a contact as it was: `tidemark explain --contact --at` and the API's
// ?at=. Contacts and places are spread over the whole log; the baseline is one raw scan of it,
// which a step must not need.
#include "bench/fold_data.hpp"
#include "events/codec.hpp"
#include "replay-tools/explain/contact_at.hpp"
#include "storage/open_log.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>

namespace tidemark::bench {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

struct Wanted {
  std::string data;
  std::string out;
  std::uint64_t contacts = 0; ///< that the folder holds
  std::uint64_t steps = 1000;
};

Result<double> timed(const std::function<Status()>& step) {
  const auto started = std::chrono::steady_clock::now();
  TRYV(step());
  return Milliseconds(std::chrono::steady_clock::now() - started).count();
}

Status scan_all(const storage::LogStore& log) {
  TRY(last, storage::read_each(log, {}, SIZE_MAX, [](std::string_view record) -> Result<bool> {
        TRYV(events::read_header(record));
        return true;
      }));
  return last == log.durable() ? Status(Done{}) : Status(Error{"log_hole", "it ended early"});
}

/// A place in the log as somebody writes it, and the contact's state there.
Status step_at(const storage::LogStore& log, std::uint64_t contact, const std::string& place) {
  TRY(at, tools::position_at(log, place));
  TRY(state, tools::contact_at(log, made_up_tenant, made_up_contact(contact), at));
  return state.last <= at ? Status(Done{}) : Status(Error{"bad_state", "it is of later"});
}

/// Milliseconds of each step, sorted. A fixed sequence of contacts and places, so that two runs do
/// the same.
Result<std::vector<double>> steps_of(const storage::LogStore& log, const Wanted& wanted,
                                     bool by_time) {
  constexpr std::uint64_t stride = 2'654'435'761; // spreads neighbours over the log
  std::vector<double> out;
  for (std::uint64_t i = 0; i < wanted.steps; ++i) {
    const Position at{1 + i * stride % log.durable().value};
    auto place = std::to_string(at.value);
    if (by_time) {
      TRY(stored, log.at(at));
      place = to_rfc3339(stored->envelope.recorded_at);
    }
    TRY(took, timed([&] { return step_at(log, (i + 1) * stride % wanted.contacts, place); }));
    out.push_back(took);
  }
  std::sort(out.begin(), out.end());
  return out;
}

nlohmann::ordered_json row(const std::string& name, double value, double scan,
                           const std::vector<double>& all) {
  return {{"name", name},       {"unit", "ms"},
          {"value", value},     {"baseline_name", "raw scan of the log"},
          {"baseline", scan},   {"ratio", value / scan},
          {"runs", all.size()}, {"min", all.front()},
          {"max", all.back()}};
}

Status run(const Wanted& wanted) {
  storage::OpenOptions options;
  options.folder = wanted.data;
  options.access = storage::Access::read;
  TRY(open, storage::open_log(options, nullptr));
  const auto& log = open->log();
  TRY(scan, timed([&] { return scan_all(log); }));
  auto rows = nlohmann::ordered_json::array();
  for (const bool by_time : {false, true}) {
    TRY(took, steps_of(log, wanted, by_time));
    const std::string name = by_time ? "state_at_time" : "state_at_position";
    rows.push_back(row(name + "_p50", took[took.size() / 2], scan, took));
    rows.push_back(row(name + "_p99", took[took.size() * 99 / 100], scan, took));
  }
  std::cerr << log.durable().value << " events\n";
  if (wanted.out.empty())
    std::cout << rows.dump(1) << std::endl;
  else if (!(std::ofstream(wanted.out) << rows.dump(1) << "\n"))
    return Error{"not_written", "the results could not be written to " + wanted.out};
  return Done{};
}

} // namespace
} // namespace tidemark::bench

int main(int argc, char** argv) {
  CLI::App app("A contact's state at a position or time, on a data folder of made-up contacts.");
  tidemark::bench::Wanted wanted;
  bool fill = false;
  app.add_option("--data", wanted.data, "data folder")->required();
  app.add_option("--contacts", wanted.contacts, "that it holds, about 13 events each")
      ->required()
      ->check(CLI::PositiveNumber);
  app.add_flag("--fill", fill, "write them first");
  app.add_option("--steps", wanted.steps)->check(CLI::Range(1, 1'000'000));
  app.add_option("--out", wanted.out, "file for the results; without: standard output");
  CLI11_PARSE(app, argc, argv);
  auto done = fill ? tidemark::bench::fill_folder(wanted.data, wanted.contacts)
                   : tidemark::Status(tidemark::Done{});
  if (done)
    done = tidemark::bench::run(wanted);
  if (!done)
    std::cerr << "error: " << done.error().code << ": " << done.error().text << "\n";
  return done ? 0 : 1;
}
