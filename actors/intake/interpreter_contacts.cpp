#include "actors/contacts/contact_actor.hpp"
#include "actors/intake/interpreter.hpp"

#include <algorithm>

/// The contacts that the interpreter has woken: each decides one command at a time, in order.
namespace tidemark::actors {
namespace {

constexpr std::uint32_t contact_failures_max = 5;
// An echo comes within this, as a rule: packing before it would be in vain.
constexpr std::chrono::seconds rest_after{5};

} // namespace

void InterpreterState::hand_over(DecideCommand command, const ContactId& contact) {
  auto& awake = awake_[contact];
  awake.last_used = now_;
  awake.rests = false;
  awake.queue.push_back(std::move(command));
  if (!awake.actor)
    wake(contact, awake);
  else if (awake.queue.size() == 1)
    self_->send(awake.actor, awake.queue.front());
}

void InterpreterState::wake(const ContactId& contact, Awake& awake) {
  awake.actor =
      self_->spawn<caf::lazy_init>(contact_actor, context_, contact, InterpreterActor(self_));
  self_->monitor(awake.actor);
  self_->send(awake.actor, awake.queue.front());
}

void InterpreterState::decided(const CommandDecided& answer) {
  const auto at = awake_.find(answer.contact);
  if (at != awake_.end() && !at->second.queue.empty()
      && at->second.queue.front().cause == answer.cause
      && at->second.queue.front().index == answer.index) {
    auto& awake = at->second;
    awake.queue.pop_front();
    awake.failures = 0;
    if (!awake.queue.empty())
      self_->send(awake.actor, awake.queue.front());
    const auto active = active_.find(answer.cause);
    if (active != active_.end() && --active->second.decisions_left == 0)
      finish(answer.cause);
    else if (active != active_.end() && active->second.handed_over < active->second.assigned.size())
      hand_over_next(answer.cause);
  }
  work();
}

/// A contact actor crashed: it is woken anew and asked again, until that looks hopeless. Then its
/// inputs stay undecided, visibly, and the next start tries again.
void InterpreterState::fell(const ContactId& contact, const caf::error& why) {
  auto& awake = awake_[contact];
  awake.actor = nullptr;
  if (awake.queue.empty()) {
    awake_.erase(contact);
    return;
  }
  context_->report("contact", "contact actor ended: " + caf::to_string(why));
  if (++awake.failures <= contact_failures_max)
    return wake(contact, awake);
  for (const auto& command : awake.queue)
    stuck_.insert(command.cause);
  work();
}

/// What has had nothing to do for a while need not be at hand at once.
void InterpreterState::let_rest(Timestamp now) {
  for (auto& [contact, awake] : awake_)
    if (!awake.rests && awake.actor && awake.queue.empty() && awake.last_used + rest_after < now) {
      awake.rests = true;
      self_->send(awake.actor, RestCommand{});
    }
}

void InterpreterState::passivate(Timestamp now) {
  const bool crowded = awake_.size() > context_->live_contacts_max;
  Timestamp limit = now - context_->contact_idle;
  if (crowded) { // let the longest idle third go
    std::vector<Timestamp> used;
    used.reserve(awake_.size());
    for (const auto& [contact, awake] : awake_)
      used.push_back(awake.last_used);
    const auto third = used.begin() + static_cast<std::ptrdiff_t>(used.size() / 3);
    std::nth_element(used.begin(), third, used.end());
    limit = std::max(limit, *third);
  }
  std::erase_if(awake_, [&](auto& entry) {
    auto& awake = entry.second;
    if (!awake.queue.empty() || awake.last_used > limit)
      return false;
    self_->demonitor(awake.actor.address());
    self_->send_exit(awake.actor, caf::exit_reason::user_shutdown);
    return true;
  });
}

} // namespace tidemark::actors
