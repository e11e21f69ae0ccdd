#include "domain/delivery/rate_budget.hpp"

#include "domain/delivery/retry.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

constexpr std::chrono::hours day_max{48}; // a stated end further away is not believed

} // namespace

/// What is kept for opt-outs: a twentieth, three at least since one opt-out may take that many, ten
/// at most; and never more than a quarter.
std::uint64_t RateBudget::Window::reserve() const {
  return std::min(limit / 4, std::clamp<std::uint64_t>(limit / 20, 3, 10));
}

bool RateBudget::Window::allows(bool opt_out) const {
  return !known || left > (opt_out ? 0 : reserve());
}

void RateBudget::set(double per_second, double burst) {
  if (per_second == per_second_ && burst == burst_)
    return;
  per_second_ = per_second;
  burst_ = tokens_ = burst;
}

/// A window that has ended is whole again until an answer says otherwise. The end of an unstated
/// day is not known: one request finds out.
void RateBudget::renew(Window& window, Timestamp now) {
  if (!window.known || now < window.ends)
    return;
  if (&window == &day_ && !stated_.day_resets) {
    window.left = std::max<std::uint64_t>(window.left, window.reserve() + 1);
    window.ends = now + day_probe_pause;
    day_probed_ = true;
  } else {
    window.left = window.limit;
    window.known = false;
  }
}

/// A day that is opened for one request, to find out, is not over yet.
void RateBudget::note_day(Timestamp now) {
  if (!day_.allows(false))
    day_since_ = day_since_.value_or(now);
  else if (!day_probed_ || !day_.known)
    day_since_.reset();
}

void RateBudget::refill(Timestamp now) {
  if (now_ != Timestamp{} && now > now_)
    tokens_ =
        std::min(burst_, tokens_ + per_second_ * std::chrono::duration<double>(now - now_).count());
  now_ = std::max(now_, now);
  renew(window_, now_);
  renew(day_, now_);
  note_day(now_);
}

bool RateBudget::take(bool opt_out) {
  if (now_ < (opt_out ? opt_out_hold_ : hold_))
    return false;
  // An opt-out may run our own bucket into debt by its size, which later requests wait for.
  if (per_second_ > 0 && tokens_ < (opt_out ? 1 - burst_ : 1))
    return false;
  if (!window_.allows(opt_out) || !day_.allows(opt_out))
    return false;
  ++taken_;
  ++waiting_;
  if (per_second_ > 0)
    tokens_ -= 1;
  for (auto* window : {&window_, &day_})
    if (window->known)
      --window->left;
  note_day(now_);
  return true;
}

void RateBudget::sent() {
  waiting_ -= std::min<std::uint64_t>(waiting_, 1);
}

void RateBudget::give_back() {
  sent();
  taken_ -= std::min<std::uint64_t>(taken_, 1);
  if (per_second_ > 0)
    tokens_ = std::min(burst_, tokens_ + 1);
  for (auto* window : {&window_, &day_})
    if (window->known)
      window->left = std::min(window->limit, window->left + 1);
  note_day(now_);
}

/// `since`: requests taken since the answer's own one left.
void RateBudget::Window::learn(std::uint64_t stated_limit, std::uint64_t remaining,
                               std::uint64_t out, std::uint64_t since, Timestamp until) {
  const bool same = known && limit == stated_limit && remaining <= lowest + since;
  lowest = same ? std::min(lowest, remaining) : remaining;
  limit = stated_limit;
  left = lowest - std::min(lowest, out);
  ends = until;
  known = true;
}

void RateBudget::learn(const StatedLimits& stated, std::uint64_t out, std::uint64_t taken_before,
                       Timestamp now) {
  const auto since = taken_ - std::min(taken_, taken_before);
  out += waiting_;
  const auto keep = stated_.day_resets;
  stated_ = stated;
  if (!stated.day_resets && stated.day_remaining && keep && *keep > now)
    stated_.day_resets = keep; // not every answer says it
  if (stated.limit && stated.remaining && stated.window.count() > 0)
    window_.learn(*stated.limit, *stated.remaining, out, since, now + stated.window);
  if (!stated.day_remaining)
    return;
  auto ends = now + day_probe_pause;
  if (stated_.day_resets)
    ends = std::min(*stated_.day_resets, now + day_max);
  else if (day_.known && !day_.allows(false) && day_.ends > now)
    ends = day_.ends; // each opt-out's answer would put it off
  day_.learn(stated.day_limit.value_or(0), *stated.day_remaining, out, since, ends);
  day_probed_ = false;
  note_day(now);
}

void RateBudget::refused(std::optional<std::chrono::seconds> retry_after, Timestamp now) {
  const bool held = now < hold_; // it left before the pause, or is an opt-out that was tried in it
  if (!retry_after && !held)
    guess_ = std::clamp(guess_ * 2, refused_pause, refused_pause_max);
  const auto pause =
      std::max(std::min(retry_after.value_or(guess_), retry_after_max), refused_pause);
  hold_ = std::max(hold_, now + (retry_after || !held ? pause : refused_pause));
  opt_out_hold_ = std::max(opt_out_hold_, now + std::min(pause, opt_out_hold_max));
}

BudgetStatus RateBudget::status() const {
  BudgetStatus out{.per_second = per_second_,
                   .burst = burst_,
                   .stated = stated_,
                   .left = window_.left,
                   .day_left = day_.left};
  const auto waits = [&](Timestamp until) {
    if (until > now_)
      out.until = std::max(out.until.value_or(until), until);
  };
  waits(hold_);
  if (!window_.allows(false))
    waits(window_.ends);
  if (!day_.allows(false)) {
    waits(day_.ends);
    out.day_used_up = true;
    out.day_since = day_since_;
  }
  return out;
}

} // namespace tidemark::domain
