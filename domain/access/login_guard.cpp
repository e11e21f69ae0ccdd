#include "domain/access/login_guard.hpp"

#include <algorithm>
#include <vector>

namespace tidemark::domain {

std::optional<Timestamp> LoginGuard::end_of_lock(const Record& record, Timestamp now) {
  const auto end = record.last + lock;
  return record.failures >= failures_max && end > now ? std::optional(end) : std::nullopt;
}

std::optional<LoginGuard::Wait> LoginGuard::wait(const std::string& account,
                                                 const std::string& block, Timestamp now) const {
  if (const auto found = records_.find({account, block}); found != records_.end())
    if (const auto end = end_of_lock(found->second, now))
      return Wait{*end, true};
  const auto all = records_.find({account, ""});
  if (all != records_.end() && all->second.failures >= slowed_from && all->second.last + slow > now)
    return Wait{all->second.last + slow, false};
  return std::nullopt;
}

void LoginGuard::note(const Key& key, Timestamp now) {
  auto& record = records_[key];
  if (record.failures == 0 || now - record.last >= window)
    record = {};
  ++record.failures;
  record.last = now;
}

void LoginGuard::failed(const std::string& account, const std::string& block, Timestamp now) {
  if (records_.size() + 2 > records_max)
    forget_old(now);
  note({account, block}, now);
  note({account, ""}, now);
}

void LoginGuard::succeeded(const std::string& account, const std::string& block) {
  records_.erase({account, block});
}

std::optional<Timestamp> LoginGuard::locked_until(const std::string& account, Timestamp now) const {
  std::optional<Timestamp> out;
  for (auto at = records_.upper_bound({account, ""});
       at != records_.end() && at->first.first == account; ++at)
    if (const auto end = end_of_lock(at->second, now); end && (!out || *end > *out))
      out = end;
  return out;
}

/// Those that are over, else the oldest half: memory first.
void LoginGuard::forget_old(Timestamp now) {
  std::erase_if(records_, [&](const auto& each) { return now - each.second.last >= window; });
  if (records_.size() + 2 <= records_max)
    return;
  std::vector<Timestamp> times;
  for (const auto& [key, record] : records_)
    times.push_back(record.last);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  std::erase_if(records_, [&](const auto& each) { return each.second.last <= *middle; });
}

} // namespace tidemark::domain
