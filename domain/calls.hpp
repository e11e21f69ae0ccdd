#pragma once
#include "base/ids.hpp"
#include "domain/cause.hpp"
#include "domain/command.hpp"
#include "domain/rules.hpp"
#include "events/all.hpp"

#include <string>
#include <vector>

/// Calls of one contact: parts that come in any order join to one call, which is shown elsewhere
/// once it is complete (mission M1, M2).
namespace tidemark::domain {

struct Contact;

/// One call as far as it is known.
struct KnownCall {
  events::CallFacts call;
  std::vector<std::string> parts;     ///< heard so far
  std::vector<DeliveryId> deliveries; ///< that show it elsewhere
  bool operator==(const KnownCall&) const = default;
  static constexpr auto members() {
    return std::tuple{events::member("call", &KnownCall::call),
                      events::member("parts", &KnownCall::parts),
                      events::member("deliveries", &KnownCall::deliveries)};
  }
};

struct CallBook {
  std::vector<KnownCall> calls; ///< oldest first; the last few
  bool operator==(const CallBook&) const = default;
  static constexpr auto members() { return std::tuple{events::member("calls", &CallBook::calls)}; }
};

/// The first event is `call.observed`.
std::vector<events::Event> decide_call(const Contact& contact, const ObserveCall& command,
                                       const ContactId& id, const SyncRules& rules,
                                       const Cause& cause);
void evolve(CallBook& book, const events::CallObserved& e);
void evolve(CallBook& book, const events::ActionIntended& e);
void evolve(CallBook& book, const events::ActionAccepted& e);

} // namespace tidemark::domain
