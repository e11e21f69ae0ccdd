#pragma once
#include "app/demo/changes.hpp"
#include "app/demo/engine_api.hpp"
#include "app/demo/happened.hpp"
#include "app/demo/screen.hpp"

#include <chrono>
#include <functional>

namespace tidemark::demo {

/// How one change ended.
struct Played {
  std::string title;
  std::size_t as_wanted = 0; ///< systems that it ended for as it was to
  std::size_t wanted = 0;
  double slowest_ms = 0;            ///< until the last system had it
  std::vector<std::string> missing; ///< in words; empty when all is as wanted
};

/// Plays one change after the other and shows each.
class Play {
public:
  /// `patience`: for each change to arrive, and again for its events. `ended`: why it should not go
  /// on (Ctrl-C, a child that fell), else "".
  Play(Systems& systems, EngineApi& engine, Screen& screen, std::chrono::seconds patience,
       std::function<std::string()> ended)
      : systems_(systems), engine_(engine), screen_(screen), patience_(patience),
        ended_(std::move(ended)) {}

  /// A change that cannot be made because an earlier one did not arrive is missing as a whole.
  /// Errors: ended, and whatever keeps a system from answering.
  Result<Played> perform(std::size_t number, const Change& change);

private:
  struct Arrival {
    std::optional<Record> record; ///< as the system holds it
    bool there = false;           ///< with all that was changed
    std::optional<double> ms;
  };
  /// A change under way.
  struct Scene {
    const Change& change;
    Timestamp began{};
    std::map<System, std::uint64_t> received_before;
    std::map<System, Arrival> arrivals;
    Json contact;
    Chain chain;
    Happened happened;
  };

  Status make(Scene& scene);
  Status rival_edits(const Scene& scene);
  Status look(Scene& scene);
  Status wait_for_arrivals(Scene& scene);
  Status wait_for_the_log(Scene& scene);
  Status measure(Scene& scene);
  /// Asks `done` again and again; true when it says so, false when patience ends.
  Result<bool> wait_until(const std::function<Result<bool>()>& done);

  void show(const Scene& scene, Played& played);
  void show_outcome(const Scene& scene, System system, Ending ending, Played& played);
  void show_chain(const Scene& scene);
  void show_notes(const Scene& scene);

  Systems& systems_;
  EngineApi& engine_;
  Screen& screen_;
  std::chrono::seconds patience_;
  std::function<std::string()> ended_;
  std::uint64_t newest_ = 0; ///< position up to which the log belongs to earlier changes
};

} // namespace tidemark::demo
