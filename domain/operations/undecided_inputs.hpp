#pragma once
#include "events/intake.hpp"

#include <map>

namespace tidemark::domain {

/// Counts the commands of inputs down, to tell when all of one are decided.
class UndecidedInputs {
public:
  /// True when it leads to none, so that it is decided by this.
  bool interpreted(const events::WebhookInterpreted& e) {
    if (e.commands.empty())
      return true;
    commands_left_[e.webhook] = e.commands.size();
    if (commands_left_.size() > kept)
      commands_left_.erase(commands_left_.begin());
    return false;
  }
  /// A contact's decision on one command of the input: true when it is the last one.
  bool decided(Position input) {
    const auto left = commands_left_.find(input);
    if (left == commands_left_.end() || --left->second > 0)
      return false;
    commands_left_.erase(left);
    return true;
  }

private:
  /// Inputs of a contact that fell too often are never decided: beyond so many the oldest go.
  static constexpr std::size_t kept = 100'000;
  std::map<Position, std::size_t> commands_left_;
};

} // namespace tidemark::domain
