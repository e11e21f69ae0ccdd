#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "events/format/reason.hpp"
#include "events/intake.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace tidemark::projections {

/// What became of a webhook by its kind, whatever became of the people in it.
enum class KindOutcome : std::uint8_t {
  handled,
  ignored,            ///< the configuration does not allow it
  kind_of_later_work, ///< no handler yet
  unknown_event_type, ///< no handler
  no_event_type,
  skipped,    ///< of a kind with a handler, which had nothing to do
  quarantined ///< a part of it is held
};
inline constexpr std::array<std::string_view, 7> kind_outcome_names{
    "handled",       "ignored", "kind_of_later_work", "unknown_event_type",
    "no_event_type", "skipped", "quarantined"};
KindOutcome kind_outcome(const events::WebhookInterpreted& read);

/// How often each kind of event came from each connector, by the hour in which it was read, and
/// what became of it: a fold over the log, kept in memory and bounded. Only webhooks count, not
/// what was read again, listed or asked for.
class KindCounts {
public:
  using Counts = std::array<std::uint64_t, kind_outcome_names.size()>;
  struct Seen {
    std::uint64_t count = 0;
    Timestamp last{}; ///< when the newest one was read
    Position newest;  ///< webhook
  };
  using Kind = std::array<Seen, kind_outcome_names.size()>; ///< by outcome
  using Kinds = std::map<std::string, Kind, std::less<>>;

  static constexpr std::chrono::hours hours_kept{26};
  /// Different kinds of a connector in an hour, beyond which they count as `others`: a vendor
  /// chooses the names.
  static constexpr std::size_t kinds_max = 200;
  static constexpr std::string_view others = "(others)";

  /// The next record of the log. Errors: record_damaged.
  Status add(std::string_view record);
  /// Of the hours that had not ended at `since`, all kinds of a connector.
  Kinds since(const TenantId& tenant, const ConnectorName& connector, Timestamp since) const;
  /// Everything that was added and read at `from` or later.
  std::map<std::pair<TenantId, ConnectorName>, Counts> totals() const { return totals_; }
  void count_totals_from(Timestamp from) { totals_from_ = from; }

private:
  using Hour = std::chrono::hours; ///< since 1970
  using Source = std::pair<TenantId, ConnectorName>;

  void count(const TenantId& tenant, Timestamp at, const events::WebhookInterpreted& read);

  std::map<Hour, std::map<Source, Kinds>> hours_;
  std::map<Source, Counts> totals_;
  Timestamp totals_from_;
  std::set<Position> received_; ///< webhooks that were not read yet
};

} // namespace tidemark::projections
