#include "app/operations/log_watch.hpp"

#include "events/codec.hpp"

#include <algorithm>
#include <limits>

namespace tidemark::app {
namespace {

constexpr std::uint64_t kinds_looked_back = 50'000; // some tens of milliseconds

} // namespace

LogWatch::LogWatch(const storage::LogStore& log)
    : log_(log),
      begun_(log.durable()), read_to_{begun_.value - std::min(begun_.value, kinds_looked_back)},
      failures_(log) {}

void LogWatch::read_on() {
  const auto read = storage::read_each(log_, read_to_, std::numeric_limits<std::size_t>::max(),
                                       [&](std::string_view record) { return look(record); });
  if (read)
    read_to_ = *read;
}

Result<bool> LogWatch::look(std::string_view record) {
  TRY(header, events::read_header(record));
  const bool failed = FailureLog::is_failure(header.type) && header.position > begun_;
  if (!failed && header.type != events::WebhookInterpreted::name)
    return true;
  TRY(view, events::read_record(record, false));
  if (!failed && !KindsWatch::may_matter(view.payload))
    return true;
  TRY(event, events::decode(header.type, view.payload));
  if (const auto* interpreted = std::get_if<events::WebhookInterpreted>(&event))
    kinds_.take(view.envelope.tenant, *interpreted, view.envelope.recorded_at);
  else
    failures_.take({view.envelope, std::move(event)});
  read_to_ = header.position; // a later one that cannot be read does not bring it up again
  return true;
}

} // namespace tidemark::app
