#include "app/notices/notice_book.hpp"

#include "base/bytes.hpp"
#include "base/contains.hpp"
#include "base/crypto.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace tidemark::app {
namespace {

using Json = nlohmann::ordered_json;

/// The same alerts in the same state have the same id.
Notice notice_of(Notice::Kind kind, std::string_view receiver, std::vector<NoticeAlert> alerts) {
  std::string said(receiver);
  for (const auto& alert : alerts)
    said += "\n" + alert.key.tenant.value + "\n" + alert.key.rule + "\n" + alert.key.subject + "\n"
            + alert.severity + "\n" + to_rfc3339(alert.since)
            + (alert.over ? "\nover" : "\nactive");
  return {kind, "alert_" + sha256_hex(said).substr(0, 32), std::move(alerts)};
}

/// "" where there is no such text: a file that somebody changed must not end the service.
std::string text_in(const Json& json, const char* name) {
  const auto at = json.is_object() ? json.find(name) : json.end();
  return at == json.end() || !at->is_string() ? std::string() : at->get<std::string>();
}

std::optional<Timestamp> time_in(const Json& json, const char* name) {
  return from_rfc3339(text_in(json, name));
}

} // namespace

NoticeBook::NoticeBook(std::vector<NoticeRules> receivers)
    : receivers_(std::move(receivers)), progress_(receivers_.size()) {}

bool NoticeBook::see(const std::vector<NoticeAlert>& active, Timestamp now) {
  bool changed = false;
  std::set<NoticeKey> still;
  for (const auto& alert : active) {
    still.insert(alert.key);
    const auto [at, is_new] = entries_.try_emplace(alert.key, Entry{alert, now, {}});
    changed |= is_new || at->second.alert.over || at->second.alert.severity != alert.severity;
    at->second.alert = alert; // its text counts: 3 deliveries, 4 deliveries
  }
  for (auto& [key, entry] : entries_)
    if (!entry.alert.over && !still.contains(key)) {
      entry.alert.over = now;
      changed = true;
    }
  const auto before = entries_.size();
  forget_done(now);
  return changed || entries_.size() != before;
}

bool NoticeBook::concerns(const NoticeRules& rules, const Entry& entry) const {
  const auto& tenant = entry.alert.key.tenant;
  if (!tenant.value.empty() && !rules.tenants.empty() && !contains(rules.tenants, tenant))
    return false;
  if (entry.told.contains(rules.receiver)) // who was told is told the rest
    return true;
  if (rules.critical_only && entry.alert.severity != "critical")
    return false;
  return !rules.second_way || std::ranges::none_of(receivers_, [&](const auto& other) {
    return !other.second_way && entry.told.contains(other.receiver);
  });
}

/// Is there anything that the receiver was not told as it is?
bool NoticeBook::owes(const NoticeRules& rules, const Entry& entry) const {
  if (!concerns(rules, entry))
    return false;
  const auto told = entry.told.find(rules.receiver);
  if (told == entry.told.end())
    return true;
  const bool over = entry.alert.over.has_value();
  return told->second.over != over || (!over && told->second.severity != entry.alert.severity);
}

bool NoticeBook::is_due(const NoticeRules& rules, const Entry& entry, Timestamp now) const {
  const bool waits_for_others = rules.second_way && !entry.told.contains(rules.receiver)
                                && now - entry.seen_at < first_way_patience;
  return !waits_for_others && owes(rules, entry);
}

std::optional<Notice> NoticeBook::due(std::size_t receiver, Timestamp now) const {
  const auto& progress = progress_.at(receiver);
  if (progress.failing_since && now < progress.next_try)
    return std::nullopt;
  const auto& rules = receivers_[receiver];
  if (!rules.groups)
    return due_all(receiver, now);
  if (rules.heartbeat && now - progress.last_heartbeat >= between_repeats)
    return Notice{Notice::Kind::heartbeat, "heartbeat_" + to_rfc3339(now), {}};
  return due_group(receiver, now);
}

/// The group of which something is due for the longest, with all that is so of it.
std::optional<Notice> NoticeBook::due_group(std::size_t receiver, Timestamp now) const {
  const auto& rules = receivers_[receiver];
  const auto& groups = progress_[receiver].groups;
  const Entry* first = nullptr;
  for (const auto& [key, entry] : entries_) {
    const auto told = groups.find({key.tenant, key.rule});
    const bool too_soon = told != groups.end() && now - told->second < between_notices;
    if (!too_soon && is_due(rules, entry, now) && (!first || entry.seen_at < first->seen_at))
      first = &entry;
  }
  if (!first)
    return std::nullopt;
  const auto& group = first->alert.key;
  std::vector<NoticeAlert> alerts;
  for (const auto& [key, entry] : entries_)
    if (key.tenant == group.tenant && key.rule == group.rule
        && (is_due(rules, entry, now)
            || (concerns(rules, entry) && !entry.alert.over
                && entry.told.contains(rules.receiver))))
      alerts.push_back(entry.alert);
  return notice_of(Notice::Kind::group, rules.receiver, std::move(alerts));
}

/// Everything, as Alertmanager wants it: what is not repeated is over for it.
std::optional<Notice> NoticeBook::due_all(std::size_t receiver, Timestamp now) const {
  const auto& rules = receivers_[receiver];
  bool news = now - progress_[receiver].last_any >= between_repeats;
  std::vector<NoticeAlert> alerts;
  for (const auto& [key, entry] : entries_) {
    const bool is_news = is_due(rules, entry, now);
    news |= is_news;
    if (is_news || (entry.told.contains(rules.receiver) && !entry.alert.over))
      alerts.push_back(entry.alert);
  }
  if (!news)
    return std::nullopt;
  return notice_of(Notice::Kind::all, rules.receiver, std::move(alerts));
}

void NoticeBook::taken(std::size_t receiver, const Notice& notice, Timestamp now) {
  auto& progress = progress_.at(receiver);
  for (const auto& alert : notice.alerts) {
    progress.groups[{alert.key.tenant, alert.key.rule}] = now;
    if (const auto at = entries_.find(alert.key); at != entries_.end())
      at->second.told[receivers_[receiver].receiver] = {alert.severity, alert.over.has_value()};
  }
  std::erase_if(progress.groups,
                [&](const auto& each) { return now - each.second >= between_notices; });
  (notice.kind == Notice::Kind::heartbeat ? progress.last_heartbeat : progress.last_any) = now;
  progress.last_told = now;
  works(receiver);
  forget_done(now);
}

void NoticeBook::works(std::size_t receiver) {
  auto& progress = progress_.at(receiver);
  progress.failing_since.reset();
  progress.wait = {};
  progress.last_error.clear();
}

void NoticeBook::failed(std::size_t receiver, std::string why, Timestamp now) {
  auto& progress = progress_.at(receiver);
  if (!progress.failing_since)
    progress.failing_since = now;
  progress.wait = progress.wait.count() == 0
                      ? first_retry
                      : std::min<std::chrono::seconds>(progress.wait * 2, longest_retry);
  progress.next_try = now + progress.wait;
  progress.last_error = std::move(why);
}

/// What is over stays until everybody whom it concerns was told so, or that was long ago.
void NoticeBook::forget_done(Timestamp now) {
  std::erase_if(entries_, [&](const auto& each) {
    const auto& entry = each.second;
    return entry.alert.over
           && (now - *entry.alert.over >= kept_after_end
               || std::ranges::none_of(receivers_,
                                       [&](const auto& rules) { return owes(rules, entry); }));
  });
}

ReceiverState NoticeBook::state(std::size_t receiver, Timestamp now) const {
  const auto& progress = progress_.at(receiver);
  const auto& rules = receivers_[receiver];
  const auto pending = std::ranges::count_if(
      entries_, [&](const auto& each) { return is_due(rules, each.second, now); });
  return {static_cast<std::size_t>(pending), progress.last_told, progress.failing_since,
          progress.last_error};
}

std::string NoticeBook::to_json() const {
  auto alerts = Json::array();
  for (const auto& [key, entry] : entries_) {
    Json one{{"tenant", key.tenant.value},
             {"rule", key.rule},
             {"subject", key.subject},
             {"severity", entry.alert.severity},
             {"since", to_rfc3339(entry.alert.since)},
             {"text", entry.alert.text},
             {"seen_at", to_rfc3339(entry.seen_at)},
             {"told", Json::object()}};
    if (entry.alert.over)
      one["over"] = to_rfc3339(*entry.alert.over);
    for (const auto& [receiver, told] : entry.told)
      one["told"][receiver] = {{"severity", told.severity}, {"over", told.over}};
    alerts.push_back(std::move(one));
  }
  auto receivers = Json::object();
  for (std::size_t i = 0; i < receivers_.size(); ++i) {
    const auto& progress = progress_[i];
    if (!progress.last_told)
      continue;
    auto& one = receivers[receivers_[i].receiver] = {{"last_told", to_rfc3339(*progress.last_told)},
                                                     {"groups", Json::array()}};
    for (const auto& [group, at] : progress.groups)
      one["groups"].push_back(
          {{"tenant", group.first.value}, {"rule", group.second}, {"told_at", to_rfc3339(at)}});
  }
  const Json out{
      {"version", 1}, {"alerts", std::move(alerts)}, {"receivers", std::move(receivers)}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// When each was told of last; without it, one may be told again too soon.
void NoticeBook::read_receivers(const Json& json) {
  for (std::size_t i = 0; i < receivers_.size(); ++i) {
    const auto at = json.is_object() ? json.find(receivers_[i].receiver) : json.end();
    if (at == json.end() || !at->is_object())
      continue;
    progress_[i].last_told = time_in(*at, "last_told");
    const auto groups = at->find("groups");
    if (groups == at->end() || !groups->is_array())
      continue;
    for (const auto& group : *groups)
      if (const auto told = time_in(group, "told_at"))
        progress_[i].groups[{TenantId(text_in(group, "tenant")), text_in(group, "rule")}] = *told;
  }
}

Status NoticeBook::read_json(const std::string& text) {
  entries_.clear();
  const Error damaged{"data_damaged", "it cannot be read; alerts are told once more"};
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("alerts") || json.find("version") == json.end()
      || *json.find("version") != 1)
    return damaged;
  std::map<NoticeKey, Entry> entries;
  for (const auto& one : json["alerts"]) {
    const auto since = time_in(one, "since"), seen = time_in(one, "seen_at");
    if (!since || !seen || !one.contains("told") || !one["told"].is_object())
      return damaged;
    Entry entry;
    entry.alert = {
        {TenantId(text_in(one, "tenant")), text_in(one, "rule"), text_in(one, "subject")},
        text_in(one, "severity"),
        *since,
        text_in(one, "text"),
        time_in(one, "over")};
    entry.seen_at = *seen;
    for (const auto& [receiver, told] : one["told"].items())
      entry.told[receiver] = {text_in(told, "severity"),
                              told.is_object() && told.contains("over") && told["over"] == true};
    entries.emplace(entry.alert.key, std::move(entry));
  }
  entries_ = std::move(entries);
  if (json.contains("receivers"))
    read_receivers(json["receivers"]);
  return Done{};
}

} // namespace tidemark::app
