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
      times_(log), failures_(log) {}

void LogWatch::read_on() {
  const auto read = storage::read_each(log_, read_to_, std::numeric_limits<std::size_t>::max(),
                                       [&](std::string_view record) { return look(record); });
  if (read)
    read_to_ = *read;
}

Result<bool> LogWatch::look(std::string_view record) {
  TRY(header, events::read_header(record));
  times_.add(header.position, header.recorded_at);
  const bool is_new = header.position > begun_;
  if (is_new && domain::FlowTimes::wants_header(header.type)) {
    flows_.take(header, [this](Position position) { return times_.of(position); });
    read_to_ = header.position;
  }
  const bool wanted =
      header.type == events::WebhookInterpreted::name
      || (is_new
          && (FailureLog::is_failure(header.type) || domain::FlowTimes::wants_event(header.type)));
  return wanted ? look_into(record, header) : Result<bool>(true);
}

Result<bool> LogWatch::look_into(std::string_view record, const events::RecordHeader& header) {
  const bool is_new = header.position > begun_;
  TRY(view, events::read_record(record, false));
  const bool is_kind =
      header.type == events::WebhookInterpreted::name && KindsWatch::may_matter(view.payload);
  if (!is_new && !is_kind)
    return true;
  TRY(event, events::decode(header.type, view.payload));
  const events::Recorded recorded{view.envelope, std::move(event)};
  if (is_kind)
    kinds_.take(view.envelope.tenant, std::get<events::WebhookInterpreted>(recorded.event),
                view.envelope.recorded_at);
  if (is_new && domain::FlowTimes::wants_event(header.type))
    flows_.take(recorded, [this](Position position) { return times_.of(position); });
  if (is_new && FailureLog::is_failure(header.type))
    failures_.take(recorded);
  read_to_ = header.position; // a later one that cannot be read does not bring it up again
  return true;
}

} // namespace tidemark::app
