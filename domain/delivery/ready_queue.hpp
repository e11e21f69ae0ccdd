#pragma once
#include "base/ids.hpp"

#include <deque>
#include <optional>
#include <set>

namespace tidemark::domain {

/// Contacts whose turn it is, in the order in which they came; those with an opt-out on its way
/// have a queue of their own, which no backlog holds up (requirement O18).
class ReadyQueue {
public:
  /// Once in each queue, however often. One that stands in both comes up twice, which is harmless.
  void push(const ContactId& contact, bool opt_out) {
    auto& queue = opt_out ? opt_outs_ : others_;
    if (queue.members.insert(contact).second)
      queue.order.push_back(contact);
  }
  /// The same, but before all others; one that is in the queue keeps its place.
  void push_first(const ContactId& contact, bool opt_out) {
    auto& queue = opt_out ? opt_outs_ : others_;
    if (queue.members.insert(contact).second)
      queue.order.push_front(contact);
  }
  std::size_t size(bool opt_out) const { return (opt_out ? opt_outs_ : others_).order.size(); }
  /// Nothing when that queue is empty.
  std::optional<ContactId> front(bool opt_out) const {
    const auto& order = (opt_out ? opt_outs_ : others_).order;
    return order.empty() ? std::nullopt : std::optional(order.front());
  }
  void pop(bool opt_out) {
    auto& queue = opt_out ? opt_outs_ : others_;
    queue.members.erase(queue.order.front());
    queue.order.pop_front();
  }

private:
  struct Queue {
    std::deque<ContactId> order;
    std::set<ContactId> members;
  };
  Queue opt_outs_, others_;
};

} // namespace tidemark::domain
