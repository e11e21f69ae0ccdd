#pragma once
#include "base/time.hpp"

#include <chrono>
#include <deque>
#include <optional>

/// Have a system's webhooks stopped? For alarms only, never part of a decision.
namespace tidemark::domain {

/// How often one system's webhooks come. It is silent when none came for ten times the usual pause,
/// at least an hour, although deliveries to it succeed meanwhile: then somebody works there, and
/// the subscription may be gone.
class WebhookSilence {
public:
  void webhook(Timestamp at);
  /// The system took a delivery.
  void delivered(Timestamp at) { delivered_ = at; }
  /// When the last webhook came, when it is silent.
  std::optional<Timestamp> silent_since(Timestamp now) const;

private:
  std::deque<std::chrono::microseconds> pauses_; ///< the last ones
  Timestamp webhook_, delivered_;
};

} // namespace tidemark::domain
