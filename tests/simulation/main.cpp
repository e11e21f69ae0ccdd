#include "tests/simulation/run.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <iostream>
#include <optional>

namespace tidemark::sim {
namespace {

constexpr int exit_usage = 64;
constexpr std::uint64_t steps_max = 10'000'000;
constexpr std::uint64_t twice_every = 50; // a seed that is played twice, to compare traces
constexpr std::uint64_t least_occasions = 3;
constexpr std::uint64_t least_share = 25;          // percent of all people whose outcome is checked
constexpr std::uint64_t seeds_for_occasions = 100; // fewer may well miss something

struct Wanted {
  std::string seeds = "1..200";
  std::uint64_t steps = 5'000;
  std::vector<std::size_t> without;
  bool trace = false;
  bool shrink = true;
  bool stop_at_first = false;
  InjectedBug bug{};
  std::string program; ///< and what it has to be called with to do the same
};

/// `7` or `1..200`; nothing when it is neither, or ends before it begins.
std::optional<std::pair<std::uint64_t, std::uint64_t>> range_of(std::string_view text) {
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value);
    return read.ec == std::errc{} && read.ptr == end ? std::optional(value) : std::nullopt;
  };
  const auto dots = text.find("..");
  const auto first = number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : number(text.substr(dots + 2));
  if (!first || !last || *first > *last || *last == UINT64_MAX)
    return std::nullopt;
  return std::pair{*first, *last};
}

std::string list_of(const std::set<std::size_t>& numbers) {
  std::string out;
  for (const auto number : numbers)
    out += (out.empty() ? " --without " : ",") + std::to_string(number);
  return out;
}

/// Leaves out what the nemesis did, piece by piece, while it still breaks in the same way.
RunOptions shrunk(RunOptions options, const RunResult& found) {
  options.trace = false;
  options.steps = std::min(options.steps, found.step);
  for (std::size_t piece = std::max<std::size_t>(1, found.nemesis_actions / 2); piece > 0;
       piece /= 2)
    for (std::size_t at = 0; at < found.nemesis_actions; at += piece) {
      auto tried = options;
      for (auto i = at; i < at + piece; ++i)
        tried.without.insert(i);
      const auto result = play(tried);
      if (result.broken && result.broken->invariant == found.broken->invariant)
        options = tried;
    }
  return options;
}

/// The command that plays this once more, `program` as it was called.
std::string command_for(const std::string& program, const RunOptions& options,
                        std::uint64_t steps) {
  return fmt::format("{} --seeds {} --until {}{} --trace\n", program, options.seed, steps,
                     list_of(options.without));
}

void report(const std::string& program, const RunOptions& options, const RunResult& result) {
  std::cout << fmt::format("seed {} BROKE {} at step {}: {}\n  again: {}", options.seed,
                           result.broken->invariant, result.step, result.broken->what,
                           command_for(program, options, result.step))
            << std::flush;
}

bool occasions_sufficed(const Coverage& coverage, std::uint64_t seeds) {
  bool enough = true;
  auto faults = fault_names();
  faults.emplace_back("opt_out_by_text");
  for (const auto& name : faults) {
    const auto times = coverage.of("fault." + name);
    if (seeds >= seeds_for_occasions && times < least_occasions) {
      std::cout << fmt::format("fault {} was played {} times: this run proves nothing about it\n",
                               name, times);
      enough = false;
    }
  }
  for (const auto* invariant : {"I1",
                                "I2",
                                "I3",
                                "I4",
                                "I6",
                                "I7",
                                "I8",
                                "I9",
                                "I12",
                                "I13",
                                "I14",
                                "I15",
                                "I16",
                                "I17",
                                "I18",
                                "I24",
                                "I25",
                                "I26",
                                "I27",
                                "I28",
                                "I29",
                                "I30",
                                "opens_nothing",
                                "same_number",
                                "marked",
                                "left_by_hand",
                                "arrived_once",
                                "systems_agree"})
    if (seeds >= seeds_for_occasions
        && coverage.of(std::string("checked.") + invariant) < least_occasions) {
      std::cout << fmt::format("invariant {} had nothing to check\n", invariant);
      enough = false;
    }
  const auto people = coverage.of("people"), checked = coverage.of("checked.arrived_once");
  std::cout << fmt::format("{} of {} people had to be the same everywhere\n", checked, people);
  if (seeds >= seeds_for_occasions && checked * 100 < people * least_share) {
    std::cout << "too few people: this run proves nothing about where they arrive\n";
    enough = false;
  }
  return enough;
}

int run(const Wanted& wanted) {
  const auto range = range_of(wanted.seeds);
  if (!range) {
    std::cerr << fmt::format("--seeds: '{}' is neither a number nor a range such as 1..200\n",
                             wanted.seeds);
    return exit_usage;
  }
  const auto [first, last] = *range;
  const auto started = std::chrono::steady_clock::now();
  Coverage coverage;
  std::set<std::string> traces;
  std::uint64_t broke = 0;
  std::uint64_t events = 0;
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  for (auto seed = first; seed <= last && !(wanted.stop_at_first && broke > 0); ++seed) {
    RunOptions options{seed,
                       wanted.steps,
                       {wanted.without.begin(), wanted.without.end()},
                       wanted.trace,
                       wanted.bug};
    const auto result = play(options);
    coverage.add(result.coverage);
    traces.insert(result.trace_hash);
    events += result.events;
    if (wanted.trace)
      std::cout << fmt::format("trace {}\n", result.trace_hash);
    if (result.broken) {
      ++broke;
      report(wanted.program, options, result);
      if (wanted.shrink && options.without.empty() && result.nemesis_actions > 0) {
        const auto smaller = shrunk(options, result);
        if (!smaller.without.empty())
          std::cout << "  with less: " << command_for(wanted.program, smaller, smaller.steps);
      }
    } else if (seed % twice_every == 0 && play(options).trace_hash != result.trace_hash) {
      ++broke;
      std::cout << fmt::format("seed {} went otherwise the second time: something in it is not "
                               "determined by the seed\n",
                               seed);
    }
    if (seed % 25 == 0)
      std::cerr << fmt::format("  {} of {} seeds, {:.1f} seeds/s\n", seed - first + 1,
                               last - first + 1, static_cast<double>(seed - first + 1) / seconds());
  }
  for (const auto& [what, times] : coverage.counts())
    std::cout << fmt::format("{:<36} {:>10}\n", what, times);
  const bool enough = occasions_sufficed(coverage, last - first + 1);
  std::cout << fmt::format("{} seeds, {} different traces, {} events, {} broke, {:.1f} s\n",
                           last - first + 1, traces.size(), events, broke, seconds());
  return broke == 0 && enough ? 0 : 1;
}

} // namespace
} // namespace tidemark::sim

int main(int argc, char** argv) {
  CLI::App app("The whole engine in simulation: real actors, simulated disk, clock, vendors and "
               "people, with faults that a seed chooses.");
  tidemark::sim::Wanted wanted;
  app.add_option("--seeds", wanted.seeds, "one seed, or FIRST..LAST");
  app.add_option("--until", wanted.steps, "steps with faults, before everything comes to rest")
      ->check(CLI::Range(std::uint64_t{0}, tidemark::sim::steps_max));
  app.add_option("--without", wanted.without, "numbers of nemesis actions to leave out")
      ->delimiter(',');
  app.add_flag("--trace", wanted.trace, "print every step");
  app.add_flag("!--no-shrink", wanted.shrink, "do not look for a smaller failing run");
  app.add_flag("--stop-at-first", wanted.stop_at_first, "end at the first seed that breaks");
  std::string injected_bug;
  app.add_option("--injected-bug", injected_bug, "a deliberate fault to play, to see it found");
  app.add_flag_callback(
      "--list-injected-bugs",
      [] {
        for (const auto* bug : tidemark::sim::all_bugs())
          std::cout << bug->name << "\n";
        throw CLI::Success();
      },
      "print the name of each and end");
  CLI11_PARSE(app, argc, argv);
  wanted.program = argv[0];
  if (!injected_bug.empty()) {
    const auto* bug = tidemark::sim::find_bug(injected_bug);
    if (!bug) {
      std::cerr << "no fault is called " << injected_bug << ": see --list-injected-bugs\n";
      return tidemark::sim::exit_usage;
    }
    wanted.bug = *bug;
    wanted.program += " --injected-bug " + injected_bug;
  }
  return tidemark::sim::run(wanted);
}
