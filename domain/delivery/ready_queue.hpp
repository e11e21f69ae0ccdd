#pragma once
#include "base/ids.hpp"

#include <array>
#include <deque>
#include <optional>
#include <set>

namespace tidemark::domain {

/// What a contact's turn is about.
enum class Turn : std::uint8_t {
  opt_out, ///< somebody said so just now
  listed,  ///< an opt-out from a list: an import's, or what a run over a system found
  other,
};

/// Contacts whose turn it is, in the order in which they came; those with an opt-out on its way
/// have a queue of their own, which no backlog holds up (requirement O18), and those with
/// one from a list another, so that a registry holds up nobody.
class ReadyQueue {
public:
  /// Once in each queue, however often. One that stands in several comes up as often, which is
  /// harmless.
  void push(const ContactId& contact, Turn turn) {
    auto& queue = of(turn);
    if (queue.members.insert(contact).second)
      queue.order.push_back(contact);
  }
  /// The same, but before all others; one that is in the queue keeps its place.
  void push_first(const ContactId& contact, Turn turn) {
    auto& queue = of(turn);
    if (queue.members.insert(contact).second)
      queue.order.push_front(contact);
  }
  std::size_t size(Turn turn) const { return of(turn).order.size(); }
  /// Nothing when that queue is empty.
  std::optional<ContactId> front(Turn turn) const {
    const auto& order = of(turn).order;
    return order.empty() ? std::nullopt : std::optional(order.front());
  }
  void pop(Turn turn) {
    auto& queue = of(turn);
    queue.members.erase(queue.order.front());
    queue.order.pop_front();
  }

private:
  struct Queue {
    std::deque<ContactId> order;
    std::set<ContactId> members;
  };
  Queue& of(Turn turn) { return queues_.at(static_cast<std::size_t>(turn)); }
  const Queue& of(Turn turn) const { return queues_.at(static_cast<std::size_t>(turn)); }
  std::array<Queue, 3> queues_;
};

} // namespace tidemark::domain
