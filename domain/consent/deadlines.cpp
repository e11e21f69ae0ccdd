#include "domain/consent/deadlines.hpp"

namespace tidemark::domain {

using events::DeadlineState;

Timestamp business_days_after(Timestamp from, int days) {
  while (days > 0) {
    from += std::chrono::days{1};
    const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(from)};
    if (day != std::chrono::Saturday && day != std::chrono::Sunday)
      --days;
  }
  return from;
}

std::vector<Due> dues_of(bool email, Timestamp from) {
  constexpr std::chrono::hours warning{24};
  std::vector<Due> out{{confirmed_in_time, from + confirmation_time, from + confirmation_time}};
  if (email) {
    const auto one_click = from + std::chrono::hours{48};
    out.push_back({"one_click_48_hours", one_click, one_click - warning});
  }
  const auto law = business_days_after(from, business_days_by_law);
  out.push_back(
      {email ? "can_spam_10_business_days" : "tcpa_10_business_days", law, law - warning});
  return out;
}

DeadlineWatch::Notice DeadlineWatch::notice_of(const events::DeadlineReached& event) {
  return {event.delivery, event.rule, event.state};
}

std::vector<events::DeadlineReached> DeadlineWatch::poll(const OptOutTable& table, Position log_end,
                                                         Timestamp now) {
  std::map<std::pair<DeliveryId, std::string>, DeadlineState> told;
  for (const auto& one : table.told)
    told[{one.delivery, one.rule}] = one.state;
  std::map<Notice, events::DeadlineReached> news;
  std::set<DeliveryId> still_open;
  for (const auto& one : table.open) {
    still_open.insert(one.delivery);
    for (const bool email : {false, true}) {
      if (email ? !one.email : !one.phone)
        continue;
      for (const auto& due : dues_of(email, one.since)) {
        if (now < due.near)
          continue;
        const auto state = now < due.due ? DeadlineState::near : DeadlineState::missed;
        const auto at = told.find({one.delivery, std::string(due.rule)});
        if (at != told.end() && at->second >= state)
          continue;
        const events::DeadlineReached reached{one.delivery,          one.contact, one.target,
                                              std::string(due.rule), due.due,     state};
        news.insert_or_assign(notice_of(reached), reached);
      }
    }
  }
  for (auto settled : table.told)
    if (!still_open.contains(settled.delivery)) {
      settled.state = DeadlineState::settled;
      news.insert_or_assign(notice_of(settled), settled);
    }
  std::erase_if(noticed_, [&](const auto& each) { return !news.contains(each.first); });
  std::erase_if(asked_, [&](const auto& each) { return !news.contains(each); });
  std::vector<events::DeadlineReached> out;
  for (const auto& [notice, event] : news)
    if (table.read_to >= noticed_.emplace(notice, log_end).first->second
        && asked_.insert(notice).second)
      out.push_back(event);
  return out;
}

void DeadlineWatch::not_recorded(const events::DeadlineReached& event) {
  asked_.erase(notice_of(event));
}

} // namespace tidemark::domain
