#pragma once
#include "domain/consent/send_gate.hpp"
#include "events/recorded.hpp"

#include <map>

namespace tidemark::domain {

/// A fold over the events under a contact's tag, oldest first: messages of agents that were let
/// through to the person, but for those that surely did not leave; one that is tried again is no
/// second one. The gate counts so, and whoever shows what it counts.
class SentMessages {
public:
  explicit SentMessages(Timestamp now) : now_(now) {}

  void add(const events::Recorded& recorded);
  /// The one that is being decided about is none before itself.
  void leave_out(const DeliveryId& delivery) { sent_.erase(delivery); }

  std::uint32_t in_day() const;
  /// `per_week` as configured, 0: as many as there are.
  SentBefore before(std::uint32_t per_week) const;
  /// Did the person write within the hour before? By the provider's time where it is told and is
  /// not after ours. What is looked at is known to the log: a message that is still on its way
  /// counts as none.
  bool answers() const { return answers_; }

private:
  void heard(const events::MessageObserved& seen, Timestamp stored);

  Timestamp now_;
  std::map<DeliveryId, Timestamp> sent_; ///< in the seven days before
  bool answers_ = false;
};

} // namespace tidemark::domain
