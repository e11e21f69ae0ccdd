#include "app/notices/notice_text.hpp"

#include "connectors/standard_webhooks.hpp"
#include "gateway/api/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::app {
namespace {

using Json = nlohmann::ordered_json;
using Kind = config::ReceiverConfig::Kind;

/// More of one rule at once say no more.
constexpr std::size_t shown_max = 20;
/// Alertmanager takes an alert for over when it has not heard of it for so long.
constexpr std::chrono::minutes alertmanager_patience{4};

std::size_t active_in(const Notice& notice) {
  return static_cast<std::size_t>(
      std::ranges::count_if(notice.alerts, [](const auto& alert) { return !alert.over; }));
}

/// critical when one that is active is, or where none is any more one that was.
std::string severity_of(const Notice& notice) {
  const bool none_active = active_in(notice) == 0;
  const bool critical = std::ranges::any_of(notice.alerts, [&](const auto& alert) {
    return alert.severity == "critical" && (none_active || !alert.over);
  });
  return critical ? "critical" : "warning";
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string webhook_body(const Notice& notice, const std::string& service, Timestamp now) {
  Json out{{"type", notice.kind == Notice::Kind::heartbeat ? "tidemark.heartbeat"
                    : notice.kind == Notice::Kind::test    ? "tidemark.test"
                                                           : "tidemark.alert"},
           {"timestamp", to_rfc3339(now)},
           {"data", {{"service", service}}}};
  if (notice.kind != Notice::Kind::group)
    return dumped(out);
  auto& data = out["data"];
  const auto& tenant = notice.alerts.front().key.tenant.value;
  data["tenant"] = tenant.empty() ? Json() : Json(tenant);
  data["rule"] = notice.alerts.front().key.rule;
  data["severity"] = severity_of(notice);
  data["active"] = active_in(notice);
  data["alerts"] = Json::array();
  for (const auto& alert : notice.alerts)
    if (data["alerts"].size() < shown_max)
      data["alerts"].push_back({{"subject", alert.key.subject},
                                {"severity", alert.severity},
                                {"since", to_rfc3339(alert.since)},
                                {"resolved_at", gateway::or_null(alert.over)},
                                {"text", alert.text}});
  data["not_listed"] = notice.alerts.size() - data["alerts"].size();
  return dumped(out);
}

std::vector<std::string> signed_headers(const SecretText& key, const std::string& id,
                                        const std::string& body, Timestamp now) {
  const auto seconds = std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  return {"Content-Type: application/json", "webhook-id: " + id, "webhook-timestamp: " + seconds,
          "webhook-signature: "
              + connectors::standard_webhooks::signature_of(key.reveal(), id, seconds, body)};
}

Json alertmanager_alert(const std::string& name, const std::string& severity,
                        const std::string& service, const std::string& text, Timestamp since,
                        Timestamp ends) {
  return {{"labels", {{"alertname", name}, {"severity", severity}, {"service", service}}},
          {"annotations", {{"summary", text}}},
          {"startsAt", to_rfc3339(since)},
          {"endsAt", to_rfc3339(ends)}};
}

std::string alertmanager_body(const Notice& notice, const std::string& service, Timestamp now) {
  auto out = Json::array();
  for (const auto& alert : notice.alerts) {
    out.push_back(alertmanager_alert(alert.key.rule, alert.severity, service, alert.text,
                                     alert.since,
                                     alert.over.value_or(now + alertmanager_patience)));
    if (!alert.key.tenant.value.empty())
      out.back()["labels"]["tenant"] = alert.key.tenant.value;
    out.back()["labels"]["subject"] = alert.key.subject;
  }
  if (notice.kind == Notice::Kind::test)
    out.push_back(alertmanager_alert("tidemark_test", "none", service,
                                     "Somebody tries whether alerts of Tidemark arrive.", now,
                                     now + std::chrono::minutes{1}));
  else
    out.push_back(alertmanager_alert("tidemark_alive", "none", service,
                                     "Always active: when it is gone, Tidemark does not run.", now,
                                     now + alertmanager_patience));
  return dumped(out);
}

/// A head of a mail must not have lines that somebody else chose.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

std::string mail_subject(const Notice& notice) {
  if (notice.kind == Notice::Kind::test)
    return "[Tidemark] test: alerts arrive";
  const auto& key = notice.alerts.front().key;
  const auto active = active_in(notice);
  return fmt::format("[Tidemark] {} {} ({}): {}", active == 0 ? "over:" : severity_of(notice),
                     key.rule, key.tenant.value.empty() ? "all tenants" : key.tenant.value,
                     active == 0 ? "nothing is active any more"
                                 : std::to_string(active) + " active");
}

std::string mail_lines(const Notice& notice) {
  if (notice.kind == Notice::Kind::test)
    return "Somebody tries whether alerts of Tidemark arrive. Nothing has to be done.\r\n";
  std::string out;
  std::size_t shown = 0;
  for (const auto& alert : notice.alerts) {
    if (++shown > shown_max)
      break;
    out += fmt::format("{} since {}{}: {} [{}]\r\n", alert.severity, to_rfc3339(alert.since),
                       alert.over ? ", over at " + to_rfc3339(*alert.over) : std::string(),
                       one_line(alert.text), one_line(alert.key.subject));
  }
  if (notice.alerts.size() > shown_max)
    out += fmt::format("and {} more\r\n", notice.alerts.size() - shown_max);
  return out + "\r\ntidemark status lists what is active. No personal data is in this mail.\r\n";
}

/// RFC 5322's date, in UTC.
std::string mail_date(Timestamp now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(now - day)};
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format(
      "{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days.at(std::chrono::weekday{day}.c_encoding()),
      static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
      static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
      time.seconds().count());
}

std::string mail_body(const config::ReceiverConfig& receiver, const Notice& notice,
                      const std::string& service, Timestamp now) {
  std::string to;
  for (const auto& one : receiver.to)
    to += (to.empty() ? "" : ", ") + one;
  const auto domain = receiver.from.substr(receiver.from.find('@') + 1);
  return "Date: " + mail_date(now) + "\r\nFrom: Tidemark <" + receiver.from + ">\r\nTo: " + to
         + "\r\nSubject: " + one_line(mail_subject(notice)) + "\r\nMessage-ID: <" + notice.id + "@"
         + domain
         + ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
           "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
         + one_line(service) + "\r\n\r\n" + mail_lines(notice);
}

} // namespace

OutgoingNotice outgoing(const config::ReceiverConfig& receiver, const Notice& notice,
                        const std::string& service, Timestamp now) {
  OutgoingNotice out;
  out.url = receiver.url;
  switch (receiver.kind) {
  case Kind::webhook:
    out.body = webhook_body(notice, service, now);
    out.headers = signed_headers(receiver.secret.value_or(SecretText()), notice.id, out.body, now);
    break;
  case Kind::alertmanager:
    out.url += out.url.ends_with('/') ? "api/v2/alerts" : "/api/v2/alerts";
    out.headers = {"Content-Type: application/json"};
    out.body = alertmanager_body(notice, service, now);
    break;
  case Kind::mail:
    out.body = mail_body(receiver, notice, service, now);
    out.from = receiver.from;
    out.to = receiver.to;
    out.username = receiver.username;
    out.password = receiver.password;
    out.must_be_encrypted = !receiver.plain;
    break;
  }
  return out;
}

} // namespace tidemark::app
