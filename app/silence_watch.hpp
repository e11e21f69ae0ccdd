#pragma once
#include "domain/webhook_rhythm.hpp"
#include "storage/log_store.hpp"

#include <map>
#include <string>
#include <utility>

namespace tidemark::app {

/// Follows the log and knows which connectors have fallen silent.
class SilenceWatch {
public:
  explicit SilenceWatch(const storage::LogStore& log) : log_(log) {}

  /// Reads on to the end of the log; the first time only its newest part. A log that cannot be read
  /// is reported elsewhere: then nothing new is known here.
  void read_on();
  /// For how long the connector has been silent, of the tenant where that is longest.
  std::optional<std::chrono::seconds> silent_for(const std::string& connector, Timestamp now) const;

private:
  const storage::LogStore& log_;
  Position read_to_;
  std::map<std::pair<std::string, std::string>, domain::WebhookRhythm>
      rhythms_; ///< connector, tenant
};

} // namespace tidemark::app
