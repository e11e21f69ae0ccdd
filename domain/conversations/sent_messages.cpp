#include "domain/conversations/sent_messages.hpp"

#include <algorithm>
#include <vector>

namespace tidemark::domain {
namespace {

constexpr std::chrono::hours day_of_messages{24}, week_of_messages{7 * 24};

} // namespace

void SentMessages::add(const events::Recorded& recorded) {
  const auto stored = recorded.envelope.recorded_at;
  if (const auto* decided = std::get_if<events::SendDecided>(&recorded.event);
      decided && decided->allowed && decided->purpose == "conversation"
      && now_ - stored < week_of_messages)
    sent_[decided->delivery] = stored;
  if (const auto* rejected = std::get_if<events::DeliveryRejected>(&recorded.event);
      rejected && rejected->facts.reason_code != Reason::outcome_unknown_not_repeated)
    sent_.erase(rejected->facts.delivery);
  if (const auto* suppressed = std::get_if<events::DeliverySuppressed>(&recorded.event))
    sent_.erase(suppressed->delivery);
  if (const auto* seen = std::get_if<events::MessageObserved>(&recorded.event))
    heard(*seen, stored);
}

void SentMessages::heard(const events::MessageObserved& seen, Timestamp stored) {
  if (!seen.message.inbound || seen.message.text.reveal().empty()
      || seen.reason_code == Reason::said_before_import)
    return;
  const auto said = std::min(from_rfc3339(seen.message.stated_at).value_or(stored), stored);
  answers_ = answers_ || now_ - said <= answer_window;
}

std::uint32_t SentMessages::in_day() const {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      sent_, [&](const auto& one) { return now_ - one.second < day_of_messages; }));
}

SentBefore SentMessages::before(std::uint32_t per_week) const {
  std::vector<Timestamp> times;
  for (const auto& [delivery, at] : sent_)
    times.push_back(at);
  std::ranges::sort(times);
  SentBefore out;
  out.in_week = static_cast<std::uint32_t>(times.size());
  if (!times.empty())
    out.last = times.back();
  if (per_week > 0 && times.size() >= per_week)
    out.week_free_at = times[times.size() - per_week] + week_of_messages;
  return out;
}

} // namespace tidemark::domain
