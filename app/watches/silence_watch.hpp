#pragma once
#include "domain/backfill/webhook_silence.hpp"
#include "storage/log_store.hpp"

#include <map>
#include <utility>

namespace tidemark::app {

/// Follows the log and knows which connectors have fallen silent.
class SilenceWatch {
public:
  explicit SilenceWatch(const storage::LogStore& log) : log_(log) {}

  /// Reads on to the end of the log; the first time only its newest part. A log that cannot be read
  /// is reported elsewhere: then nothing new is known here.
  void read_on();
  /// When the connector's last webhook for the tenant came, when it is silent.
  std::optional<Timestamp> silent_since(const TenantId& tenant, const ConnectorName& connector,
                                        Timestamp now, bool only_listened_to) const;
  /// The same where so long is long enough, whatever is usual: since the first look where no
  /// webhook was seen.
  std::optional<Timestamp> silent_for(std::chrono::minutes limit, const TenantId& tenant,
                                      const ConnectorName& connector, Timestamp now);

  /// When it came; nothing when none did since what was read.
  std::optional<Timestamp> last_webhook(const TenantId& tenant,
                                        const ConnectorName& connector) const;

private:
  const storage::LogStore& log_;
  Position read_to_;
  std::map<std::pair<TenantId, ConnectorName>, domain::WebhookSilence> silences_;
  std::map<std::pair<TenantId, ConnectorName>, Timestamp> looked_for_; ///< without one, since then
};

} // namespace tidemark::app
