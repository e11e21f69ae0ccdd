#include "gateway/intake/repeats.hpp"

#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::gateway {
void Repeats::add(const TenantId& tenant, const ConnectorName& connector, Position original,
                  Timestamp now) {
  const std::lock_guard lock(guard_);
  auto& about = originals_[original];
  about.tenant = tenant;
  about.connector = connector;
  if (about.pending++ == 0)
    about.first = now;
  about.last = now;
  look_at_ = std::min(look_at_, now + gathered);
}

std::vector<storage::Append> Repeats::due(Timestamp now, bool all) {
  const std::lock_guard lock(guard_);
  std::vector<storage::Append> out;
  if (!all && now < look_at_)
    return out;
  const bool too_many = originals_.size() > originals_max;
  for (auto one = originals_.begin(); one != originals_.end();) {
    auto& about = one->second;
    const bool over = all || too_many || now - about.last >= pause;
    const bool doubled = about.pending >= about.recorded && now - about.first >= gathered;
    if (about.pending > 0 && (over || doubled))
      out.push_back(append_for(one->first, about));
    one = over ? originals_.erase(one) : std::next(one);
  }
  look_at_ = originals_.empty() ? Timestamp::max() : now + gathered;
  return out;
}

storage::Append Repeats::append_for(Position original, Original& about) {
  storage::Append out;
  out.tenant = about.tenant;
  out.correlation = original;
  out.events.push_back(
      {events::repeats_stream(original),
       events::WebhookRepeated{original, about.connector, about.pending, about.last},
       {},
       {}});
  about.recorded += about.pending;
  about.pending = 0;
  return out;
}

void append_repeats(storage::LogStore& log, std::vector<storage::Append> appends) {
  for (auto& append : appends)
    storage::append_unheard(log, std::move(append));
}

} // namespace tidemark::gateway
