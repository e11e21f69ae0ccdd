#include "domain/backfill/webhook_silence.hpp"

#include <algorithm>
#include <vector>

namespace tidemark::domain {
namespace {

constexpr std::size_t pauses_max = 101, pauses_needed = 20;
constexpr int usual_pauses = 10;
constexpr std::chrono::hours least{1}, least_where_only_listened_to{24};

} // namespace

void WebhookSilence::webhook(Timestamp at) {
  if (webhook_ != Timestamp{})
    pauses_.push_back(at - webhook_);
  if (pauses_.size() > pauses_max)
    pauses_.pop_front();
  webhook_ = at;
}

std::optional<Timestamp> WebhookSilence::silent_since(Timestamp now, bool only_listened_to) const {
  if (pauses_.size() < pauses_needed)
    return std::nullopt;
  std::vector<std::chrono::microseconds> sorted(pauses_.begin(), pauses_.end());
  const auto median = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), median, sorted.end());
  const auto limit = std::max<std::chrono::microseconds>(
      usual_pauses * *median, only_listened_to ? least_where_only_listened_to : least);
  if (now - webhook_ <= limit || (!only_listened_to && delivered_ <= webhook_ + limit))
    return std::nullopt;
  return webhook_;
}

} // namespace tidemark::domain
