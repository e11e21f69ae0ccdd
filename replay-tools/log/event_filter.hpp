#pragma once
#include "events/recorded.hpp"
#include "replay-tools/log/log_commands.hpp"

#include <functional>
#include <optional>

namespace tidemark::tools {

/// What a reader of the log is given: the event and its record's bytes. False stops, an error too.
using EventVisitor =
    std::function<Result<bool>(const events::StoredEvent& event, std::string_view record)>;

/// A LogFilter made ready: times parsed, the contact's key looked up.
class EventFilter {
public:
  /// Errors: bad_usage, not_found and those of reading.
  static Result<EventFilter> make(DataFolder& folder, const CommonOptions& common,
                                  const LogFilter& filter);

  /// Visits what the filter lets through, in log order, `limit` at most. Gives the last position
  /// looked at. Begins after `after`, or at the filter's own start when that is later.
  Result<Position> visit(const storage::LogStore& log, Position after,
                         const EventVisitor& visit) const;

  const std::optional<ContactId>& contact() const { return contact_; }

private:
  bool lets_through(const events::Envelope& envelope) const;
  Result<Position> visit_contact(const storage::LogStore& log, Position after,
                                 const EventVisitor& visit) const;
  Result<Position> visit_range(const storage::LogStore& log, Position after,
                               const EventVisitor& visit) const;

  LogFilter filter_;
  TenantId tenant_; ///< "" for all
  std::optional<ContactId> contact_;
  std::optional<Timestamp> since_;
  std::optional<Timestamp> until_;
};

} // namespace tidemark::tools
