#include "app/demo/demo.hpp"

#include "app/demo/play.hpp"
#include "app/demo/stage.hpp"
#include "app/process/stop_signals.hpp"

#include <fmt/format.h>

namespace tidemark::demo {
namespace {

constexpr int exit_done = 0, exit_missing = 1, exit_usage = 2, exit_unreachable = 69;
constexpr std::size_t title_width = 62;

/// One demo from curtain to curtain.
class Demo {
public:
  Demo(const DemoOptions& options, std::ostream& out)
      : options_(options), screen_(out, options.colours) {}

  int run();

private:
  void welcome();
  void show_addresses();
  Status play();
  void check_data();
  void check_with(const std::vector<std::string>& command, const std::string& what);
  void summarize();
  void stay();
  int refuse(const Error& error);

  const DemoOptions& options_;
  app::StopSignals signals_{app::HangUp::stops}; // before any thread
  Screen screen_;
  Web web_;
  std::unique_ptr<Stage> stage_;
  std::vector<Played> played_;
  std::vector<std::pair<std::string, bool>> checks_; ///< of the data, in words
  std::vector<std::string> missing_;
};

int Demo::refuse(const Error& error) {
  screen_.text("tidemark demo: " + error.text, 0, 4, Tone::bad);
  return error.code == "data_in_the_way" ? exit_usage : exit_unreachable;
}

void Demo::welcome() {
  screen_.text("Tidemark demo", 0, 0, Tone::strong);
  screen_.text("Four sandbox systems and the service, all on this machine. Somebody changes a "
               "contact in one system, through that system's own API; watch it arrive in the "
               "others. Times count from the change to its arrival.");
}

void Demo::show_addresses() {
  screen_.heading("Running");
  const std::vector<std::size_t> widths{16};
  const auto line = [&](const std::string& name, const std::string& value) {
    screen_.row({{name}, {value}}, widths, 2);
  };
  for (const auto system : every_system)
    line(std::string(title_of(system)), stage_->sandbox().systems.at(system));
  line("sandbox control", stage_->sandbox().control + "  (sandbox/README.md)");
  line("health", stage_->engine() + "/health");
  line("metrics", stage_->engine() + "/metrics");
  line("console", stage_->engine() + "/console  (sign in with the token below)");
  line("API", stage_->engine() + "/api/v1/contacts  (with the token below)");
  line("API token", stage_->api_token().reveal());
  line("data folder", stage_->data() + (options_.data_dir.empty() ? "  (removed at the end)" : ""));
}

Status Demo::play() {
  Systems systems(web_, stage_->sandbox());
  EngineApi engine(web_, stage_->engine(), stage_->api_token());
  TRYV(systems.send_webhooks_to(stage_->engine()));
  Play play(systems, engine, screen_, std::chrono::seconds(options_.patience_s),
            [&]() -> std::string { return signals_.came() ? "interrupted" : stage_->fallen(); });
  for (const auto& change : changes()) {
    TRY(one, play.perform(played_.size() + 1, change));
    for (const auto& what : one.missing)
      missing_.push_back(fmt::format("{}. {}", played_.size() + 1, what));
    played_.push_back(std::move(one));
  }
  return Done{};
}

void Demo::check_with(const std::vector<std::string>& command, const std::string& what) {
  std::string name = "tidemark";
  for (const auto& word : command)
    name += " " + word;
  const auto ended = stage_->tool(command);
  const auto& summary = ended ? at(ended->first, "summary") : Json();
  const bool holds = ended && ended->second == 0;
  std::string words = ended ? "" : ended.error().text;
  if (at(summary, "decisions").is_number())
    words = fmt::format("{} decisions computed again, {} differences",
                        number_at(summary, "recomputed"), number_at(summary, "differences"));
  else if (at(summary, "events").is_number())
    words = fmt::format("{} events: {}", number_at(summary, "events"), what);
  if (!holds) {
    const auto& first = at(summary, "first_difference");
    const auto where = number_at(first.is_null() ? summary : first,
                                 first.is_null() ? "first_bad_position" : "position");
    const auto why = text_at(first.is_null() ? summary : first, "what");
    missing_.push_back(fmt::format("{}: {}; first at event {}: {}", name, words, where, why));
  }
  checks_.emplace_back(fmt::format("{}: {}", name, words), holds);
}

void Demo::check_data() {
  check_with({"replay", "verify"}, "");
  check_with({"verify"}, "positions, checksums, hash chain and anchor");
}

void Demo::summarize() {
  const std::vector<std::size_t> widths{4, title_width, 11};
  screen_.heading("Summary");
  screen_.titles({"", "change", "slowest", "as wanted"}, widths, 2);
  std::size_t wanted = 0, as_wanted = 0;
  for (std::size_t i = 0; i < played_.size(); ++i) {
    const auto& one = played_[i];
    screen_.row({{fmt::format("{:>2}", i + 1)},
                 {one.title},
                 {one.slowest_ms > 0 ? fmt::format("{:.1f} ms", one.slowest_ms) : "-"},
                 {fmt::format("{} of {}", one.as_wanted, one.wanted),
                  one.missing.empty() ? Tone::good : Tone::bad}},
                widths, 2);
    wanted += one.wanted;
    as_wanted += one.as_wanted;
  }
  checks_.emplace(checks_.begin(), fmt::format("{} of {} outcomes as wanted", as_wanted, wanted),
                  as_wanted == wanted);
  screen_.blank();
  for (const auto& [words, good] : checks_)
    screen_.row({{good ? "ok" : "no", good ? Tone::good : Tone::bad}, {words}}, {4}, 2);
  if (missing_.empty())
    return;
  screen_.heading("Missing");
  for (const auto& what : missing_)
    screen_.text(what, 2, 4, Tone::bad);
}

void Demo::stay() {
  show_addresses();
  screen_.heading("Try, in another terminal");
  // Two lines that can be copied as they are.
  screen_.text(fmt::format("curl -H 'Authorization: Bearer {}' \\", stage_->api_token().reveal()),
               2);
  screen_.text(fmt::format("'{}/api/v1/contacts?name=Ada'", stage_->engine()), 4);
  screen_.text(
      "build/release/tidemark explain --data " + stage_->data() + " --contact +13125550144", 2, 4);
  screen_.heading("Press Ctrl-C to stop everything.");
  while (!signals_.wait(std::chrono::milliseconds(500)))
    if (const auto fallen = stage_->fallen(); !fallen.empty()) {
      missing_.push_back(fallen);
      return screen_.text(fallen, 0, 4, Tone::bad);
    }
}

int Demo::run() {
  welcome();
  auto stage = Stage::set(options_.data_dir);
  if (!stage)
    return refuse(stage.error());
  stage_ = std::move(*stage);
  show_addresses();
  const auto done = play();
  if (done) {
    check_data();
  } else {
    missing_.push_back(done.error().text);
    screen_.heading("The demo ends early");
    screen_.text(done.error().text, 2, 4, Tone::bad);
  }
  summarize();
  if (done && !options_.once)
    stay();
  screen_.heading("Stopping the service and the sandbox.");
  if (const auto unwell = stage_->strike(); !unwell.empty()) {
    missing_.push_back(unwell);
    screen_.text(unwell, 2, 4, Tone::bad);
  }
  if (!options_.data_dir.empty())
    screen_.text("The data stays in " + stage_->data() + ".");
  return missing_.empty() ? exit_done : exit_missing;
}

} // namespace

int run_demo(const DemoOptions& options, std::ostream& out) {
  return Demo(options, out).run();
}

} // namespace tidemark::demo
