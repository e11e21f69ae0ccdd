#include "gateway/credentials/request_windows.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

Timestamp window_of(Timestamp now) {
  return now - now.time_since_epoch() % RequestWindows::window;
}

RateState state_in(Timestamp begin, std::uint64_t requests, std::uint32_t limit, Timestamp now) {
  using std::chrono::seconds;
  const auto end = begin + RequestWindows::window;
  RateState out;
  out.limit = limit;
  out.remaining = requests >= limit ? 0 : static_cast<std::uint32_t>(limit - requests);
  out.reset = std::chrono::floor<seconds>(end.time_since_epoch()).count();
  if (requests > limit)
    out.retry_after = static_cast<std::uint32_t>(std::chrono::ceil<seconds>(end - now).count());
  return out;
}

} // namespace

RateState RequestWindows::take(const Counted& whose, std::uint32_t limit, Timestamp now) {
  const auto begin = window_of(now);
  if (minutes_.size() >= counted_max && !minutes_.contains(whose))
    make_room(begin);
  auto& minutes = minutes_[whose];
  if (minutes.empty() || minutes.back().at != begin)
    minutes.push_back({begin});
  if (minutes.size() > minutes_kept)
    minutes.pop_front();
  auto& minute = minutes.back();
  const auto out = state_in(begin, ++minute.requests, limit, now);
  minute.refused += out.retry_after > 0 ? 1 : 0;
  return out;
}

RateState RequestWindows::state(const Counted& whose, std::uint32_t limit, Timestamp now) const {
  const auto begin = window_of(now);
  const auto found = minutes_.find(whose);
  const bool fresh = found == minutes_.end() || found->second.back().at != begin;
  return state_in(begin, fresh ? 0 : found->second.back().requests, limit, now);
}

/// Who has asked nothing this minute is forgotten first.
void RequestWindows::make_room(Timestamp begin) {
  std::erase_if(minutes_, [&](const auto& one) { return one.second.back().at != begin; });
  if (minutes_.size() >= counted_max)
    minutes_.clear(); // ten thousand callers a minute: memory first
}

} // namespace tidemark::gateway
