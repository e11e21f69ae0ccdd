#include "base/bytes.hpp"
#include "tests/simulation/run_state.hpp"

#include <fmt/format.h>

#include <iostream>

namespace tidemark::sim {
namespace {

constexpr std::size_t rounds_to_rest = 20'000;        // of the clock, after the faults
constexpr std::uint64_t messages_per_round = 100'000; // more is a busy loop
constexpr std::size_t rounds_at_rest = 10;            // projections are stored every few ticks
constexpr std::chrono::seconds resting_tick{30};
constexpr std::chrono::hours a_day{25}; // and some

} // namespace

Run::Run(const RunOptions& options)
    : options_(options), swarm_(draw_swarm(options.seed)),
      net_(outside_clock_, swarm_, options.seed, out_.coverage), oracle_(out_.coverage),
      schedule_(options.seed, "schedule"), strikes_(options.seed, "nemesis"),
      operators_(options.seed, "operators"),
      api_users_(swarm_, options.seed, outside_clock_, out_.coverage) {
  for (std::size_t i = 0; i < swarm_.tenants; ++i) {
    const auto tenant = i == 0 ? std::string("acme") : std::string("zenith");
    tenants_.push_back(tenant);
    vendors_[tenant] = std::make_unique<SimVendors>(tenant, 1 + options.seed % 50'000 + i,
                                                    swarm_.echo, net_, outside_clock_);
    people_.push_back(std::make_unique<People>(
        *vendors_[tenant], tenant, swarm_, Rng(options.seed * 31 + i, "people"), out_.coverage));
  }
  disk_.is_confirmed_early = options_.bug.is_confirmed_early;
  if (options_.trace)
    std::cout << "swarm: " << swarm_.text() << "\n";
}

void Run::note(const std::string& what) {
  if (options_.trace)
    std::cout << fmt::format("{:>6} {:>6} {}\n", out_.step, disk_.promised.value, what);
  trace_ += what;
  trace_ += '\n';
  if (trace_.size() > 16'384) {
    trace_hash_.update(trace_);
    trace_.clear();
  }
}

void Run::new_life() {
  const auto promised = disk_.promised;
  engine_ = std::make_unique<SimEngine>(Outside{clock_, swarm_, out_.coverage, disk_, tables_,
                                                vendors_, hasher_, outside_clock_, tenants_,
                                                configuration_, options_.bug},
                                        ++lives_, options_.seed);
  answered_before_ = net_.answered();
  if (engine_->log().durable() < promised)
    oracle_.fail("I6", fmt::format("the log goes to {}, {} was promised",
                                   engine_->log().durable().value, promised.value));
  out_.coverage.hit("checked.I6");
  note(fmt::format("life {} from {}", lives_, engine_->log().durable().value));
  if (lives_ > 1 && strikes_.chance(swarm_.rate("newer_program")))
    play_newer_program();
}

/// Somebody ran a newer program on the folder and went back to this one.
void Run::play_newer_program() {
  std::vector<std::size_t> places;
  const auto& entries = oracle_.entries();
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (entries[i].type == "contact.changed.v1")
      places.push_back(i);
  if (places.empty())
    return;
  const auto& entry = entries[strikes_.pick(places)];
  out_.coverage.hit("fault.newer_program");
  note("an event of a newer program in " + entry.stream);
  engine_->append_unknown(entry.tenant,
                          ContactId(entry.stream.substr(entry.stream.rfind('/') + 1)));
}

void Run::end_life() {
  take_account();
  check_counters();
  engine_.reset();
  disk_.forget_on_its_way();
  net_.cut();
  check_between();
}

void Run::cut_power() {
  end_life();
  if (strikes_.chance(swarm_.rate("tables_lost"))) {
    out_.coverage.hit("fault.tables_lost");
    tables_.lose();
  } else {
    tables_.cut_power();
  }
}

/// As on SIGTERM: nothing new begins, what is out is answered and recorded.
void Run::stop_cleanly() {
  engine_->set_draining();
  engine_->set_faults(false);
  for (int idle = 0; idle < 3;) {
    while (engine_->has_message())
      engine_->run_one(schedule_);
    if (engine_->log().has_work()) {
      engine_->log().commit();
      note(fmt::format("commit {}", disk_.promised.value));
    } else if (engine_->http().serve()) {
      note("served");
    } else {
      ++idle;
      engine_->tick();
    }
  }
  // A follower that fell leaves its requests to the next start, like a process that was killed.
  const bool all_stood = engine_->reports().empty();
  end_life();
  if (all_stood)
    oracle_.check_nothing_out();
}

bool Run::struck(const char* fault) {
  if (!strikes_.chance(swarm_.rate(fault)))
    return false;
  if (options_.without.contains(out_.nemesis_actions++))
    return false;
  out_.coverage.hit(std::string("fault.") + fault);
  note(fault);
  return true;
}

void Run::nemesis() {
  if (struck("crash")) {
    end_life();
    new_life();
  }
  if (struck("power_cut")) {
    cut_power();
    new_life();
  }
  if (struck("clean_stop")) {
    stop_cleanly();
    new_life();
  }
  if (struck("reconfigured")) {
    stop_cleanly();
    ++configuration_;
    new_life();
  }
  if (struck("clock_jump")) {
    const bool back = strikes_.chance(500);
    const auto by = std::chrono::minutes(1 + strikes_.below(back ? 120 : 1440));
    clock_.jump(strikes_.chance(500) ? std::chrono::minutes(0) : back ? -by : by);
  }
  if (struck("token_rotated")) {
    const auto& tenant = tenants_[strikes_.below(tenants_.size())];
    vendors_.at(tenant)->rotate(strikes_.chance(500) ? "gohighlevel" : "aloware");
  }
}

/// Somebody opts out while the announcement of a request, theirs perhaps, waits to be committed.
void Run::opt_out_at_dispatch() {
  if (!engine_->log().has_dispatch() || !strikes_.chance(swarm_.rate("opt_out_at_dispatch")))
    return;
  const auto who = people_[strikes_.below(people_.size())]->opt_out_now();
  if (who.empty())
    return;
  out_.coverage.hit("fault.opt_out_at_dispatch");
  note(who);
  net_.deliver_newest(engine_->gateway());
}

/// False when the process ended over it.
bool Run::commit() {
  opt_out_at_dispatch();
  const auto acks = net_.acks().size();
  engine_->log().commit();
  const auto end = engine_->log().end();
  if (end == SimLog::End::none)
    return true;
  out_.coverage.hit("checked.I17");
  if (net_.acks().size() != acks)
    oracle_.fail("I17", "a webhook was acknowledged although its group failed");
  restart_where_log_failed();
  return false;
}

void Run::restart_where_log_failed() {
  const auto end = engine_->log().end();
  if (end == SimLog::End::none)
    return;
  note(end == SimLog::End::crashed ? "crashed at a commit" : "sync failed");
  end_life();
  new_life();
}

/// Something that the engine, a vendor or a person does next.
void Run::work() {
  const auto dice = schedule_.below(100);
  if (dice < 55 && engine_->has_message()) {
    for (auto left = 1 + schedule_.below(8); left > 0 && engine_->has_message(); --left)
      engine_->run_one(schedule_);
  } else if (dice < 70 && engine_->log().has_work()) {
    if (commit())
      note(fmt::format("commit {}", disk_.promised.value));
  } else if (dice < 80) {
    if (engine_->http().serve())
      note("served");
  } else if (dice < 90) {
    if (net_.deliver(engine_->gateway()))
      note("webhook");
  } else if (dice < 93) {
    outside_clock_.advance(std::chrono::milliseconds(5)); // nobody is faster
    note(people_[schedule_.below(people_.size())]->act([this](const Person& person) {
      oracle_.read(disk_, net_.bodies());
      return !oracle_.is_being_written(person, "aloware");
    }));
  } else if (dice < 94) {
    tables_.write_back();
  } else if (dice < 95) {
    oracle_.read(disk_, net_.bodies());
    note(people_[schedule_.below(people_.size())]->text(
        [this](const Person& person) { return oracle_.delivered_about(person); }));
  } else {
    const auto most = schedule_.chance(100) ? 60'000U : 500U;
    pass_time(std::chrono::milliseconds(1 + schedule_.below(most)));
  }
}

/// An operator has something tried again that failed for good, perhaps not for the first time.
void Run::ask_for_retry() {
  if (!operators_.chance(swarm_.rate("retry")))
    return;
  oracle_.read(disk_, net_.bodies());
  if (oracle_.failed().empty() || broken())
    return;
  const auto& failed = oracle_.failed()[operators_.below(oracle_.failed().size())];
  out_.coverage.hit("fault.retry");
  note("retry of " + failed.delivery);
  engine_->ask_for_retry(failed.tenant, ContactId(failed.contact), DeliveryId(failed.delivery));
}

void Run::ask_the_api() {
  const auto what = api_users_.act(*people_[out_.step % people_.size()], engine_->gateway(),
                                   [this]() -> const Oracle& {
                                     oracle_.read(disk_, net_.bodies());
                                     return oracle_;
                                   });
  if (what.empty())
    return;
  note(what);
  restart_where_log_failed();
}

void Run::step() {
  ++out_.step;
  nemesis();
  ask_for_retry();
  engine_->set_faults(true);
  ask_the_api();
  work();
}

void Run::pass_time(std::chrono::microseconds by) {
  clock_.advance(by);
  outside_clock_.advance(by);
  engine_->tick();
}

bool Run::bring_to_quiet() {
  for (std::uint64_t left = messages_per_round; left > 0; --left) {
    if (engine_->has_message())
      engine_->run_one(schedule_);
    else if (engine_->log().has_work())
      engine_->log().commit();
    else if (!engine_->http().serve() && !net_.deliver(engine_->gateway()))
      return true;
  }
  oracle_.fail("I25", "the engine is busy without end");
  return false;
}

/// The faults are over: everything must come to its end, and what is done day by day to its own.
void Run::rest() {
  note("rest");
  engine_->set_faults(false);
  net_.set_faults(false);
  clock_.jump(std::chrono::minutes(0));
  settle();
  if (broken())
    return;
  pass_time(a_day);
  settle();
}

void Run::settle() {
  std::size_t still = 0;
  for (std::size_t round = 0; round < rounds_to_rest && still < rounds_at_rest && !broken();
       ++round) {
    if (!bring_to_quiet())
      return;
    oracle_.read(disk_, net_.bodies());
    const bool done = net_.idle() && oracle_.open_intents() == 0;
    still = done ? still + 1 : 0;
    const auto now = outside_clock_.now();
    auto next = now + resting_tick;
    if (const auto due = net_.next_due(); due && *due > next)
      next = *due;
    pass_time(next - now);
  }
  if (still < rounds_at_rest && !broken())
    oracle_.fail("I25", fmt::format("{} intents are open and {} webhooks on their way for ever",
                                    oracle_.open_intents(), net_.on_their_way()));
}

RunResult Run::result() {
  new_life();
  while (out_.step < options_.steps && !broken())
    step();
  if (!broken())
    rest();
  if (!broken())
    check_at_end();
  if (options_.trace)
    print_log();
  engine_.reset();
  trace_hash_.update(trace_);
  if (!disk_.kept.empty())
    trace_hash_.update(as_view(disk_.kept.back().tip.head));
  out_.trace_hash = to_hex(trace_hash_.finish()).substr(0, 16);
  out_.events = oracle_.entries().size();
  out_.broken = oracle_.broken();
  return std::move(out_);
}

RunResult play(const RunOptions& options) {
  return Run(options).result();
}

} // namespace tidemark::sim
