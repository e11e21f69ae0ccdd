#pragma once
#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

namespace tidemark::tests {

/// Actors on CAF's test scheduler: they take their messages when told, on the test's own thread.
class StillActors {
public:
  StillActors() {
    config_.set("scheduler.policy", caf::atom("testing"));
    system_ = std::make_unique<caf::actor_system>(config_);
  }
  caf::actor_system& system() { return *system_; }
  /// Until nobody has mail.
  void run() {
    auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
    scheduler.run();
  }
  template <class Actor, class... Messages>
  void tell(const Actor& actor, Messages... messages) {
    caf::anon_send(actor, std::move(messages)...);
    run();
  }
  template <class Actor>
  void end(Actor& actor, caf::exit_reason why = caf::exit_reason::user_shutdown) {
    caf::anon_send_exit(actor, why);
    actor = nullptr;
    run();
  }

private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
};

} // namespace tidemark::tests
