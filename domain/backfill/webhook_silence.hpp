#pragma once
#include "base/time.hpp"

#include <chrono>
#include <deque>
#include <optional>

/// Have a system's webhooks stopped? For alarms only, never part of a decision.
namespace tidemark::domain {

/// How often one system's webhooks come. It is silent when none came for ten times the usual pause,
/// at least an hour, although deliveries to it succeed meanwhile: then somebody works there, and
/// the subscription may be gone. A system that nothing is sent to may be at rest for a day.
class WebhookSilence {
public:
  void webhook(Timestamp at);
  /// The system took a delivery.
  void delivered(Timestamp at) { delivered_ = at; }
  std::optional<Timestamp> last_webhook() const {
    return webhook_ == Timestamp{} ? std::nullopt : std::optional(webhook_);
  }
  /// When the last webhook came, when it is silent.
  /// `only_listened_to`: nothing is sent to it that could show whether somebody works there.
  std::optional<Timestamp> silent_since(Timestamp now, bool only_listened_to = false) const;

private:
  std::deque<std::chrono::microseconds> pauses_; ///< the last ones
  Timestamp webhook_, delivered_;
};

} // namespace tidemark::domain
