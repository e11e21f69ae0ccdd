#pragma once
#include "base/crypto.hpp"
#include "tests/simulation/run.hpp"
#include "tests/simulation/sim_engine.hpp"
#include "tests/simulation/swarm/operators.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tidemark::sim {

/// One seed being played: what is done is in run.cpp, what is checked in run_checks.cpp.
class Run {
public:
  explicit Run(const RunOptions& options);
  RunResult result();

private:
  void step();
  void nemesis();
  bool struck(const char* fault);
  void new_life();
  void end_life();
  void cut_power();
  void stop_cleanly();
  void work();
  bool commit();
  void opt_out_at_dispatch();
  void ask_for_retry();
  void ask_the_api();
  void restart_where_log_failed();
  void settle();
  void play_newer_program();
  void pass_time(std::chrono::microseconds by);
  void rest();
  bool bring_to_quiet();
  void check_between();
  void check_at_end();
  void check_tables(const char* invariant, bool at_tip);
  void check_decisions();
  void check_counters();
  void take_account();
  const char* exemption(const Person& person) const;
  void check_people();
  void check_person(const Person& person);
  void check_dialer(const Person& person);
  bool has_crossed(const Person& person);
  void check_left_by_hand();
  void check_left_by_hand(const People& people);
  void check_told(const Person& person);
  bool is_left_to_people(const Person& person, const std::string& system);
  void note(const std::string& what);
  void print_log() const;
  bool broken() const { return oracle_.broken().has_value(); }

  const RunOptions options_;
  const Swarm swarm_;
  RunResult out_;
  SimClock clock_;         ///< the engine's
  SimClock outside_clock_; ///< everybody else's
  SimDisk disk_;
  SimTables tables_;
  const KeyedHasher hasher_{SecretText(std::string(32, 's'))};
  SimNet net_;
  SimHttp::Vendors vendors_;
  std::vector<std::unique_ptr<People>> people_;
  std::vector<std::string> tenants_;
  Oracle oracle_;
  Rng schedule_;
  Rng strikes_;
  Rng operators_;
  Operators api_users_;
  std::uint32_t lives_ = 0;
  std::uint32_t configuration_ = 0;
  Answers answers_;   ///< of the lives that ended
  Requests requests_; ///< likewise
  std::uint64_t answered_before_ = 0;
  std::string trace_; ///< what happened, hashed from time to time
  Sha256 trace_hash_;
  std::unique_ptr<SimEngine> engine_;
};

} // namespace tidemark::sim
