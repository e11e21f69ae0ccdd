#include "connectors/aloware/aloware.hpp"
#include "connectors/connector.hpp"
#include "connectors/generic/generic.hpp"
#include "connectors/gohighlevel/gohighlevel.hpp"
#include "connectors/verity/verity.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace tidemark::connectors {
namespace {

/// Every connector that is built in. Explicit: a linker may drop what registers itself.
const auto& table() {
  static const std::vector<Connector> connectors{
      gohighlevel::connector(),
      aloware::connector(),
      verity::connector(),
      generic::connector(),
  };
  return connectors;
}

constexpr std::array common{
    Setting{"base_url", SettingKind::url, false, "",
            "Where the system's API is, without a path at the end. GoHighLevel and Aloware have a "
            "known address; set it for a test system or a proxy."},
    Setting{"receives", SettingKind::boolean, false, "true",
            "Whether changes are sent to this system; false only listens to it."},
    Setting{
        "requests_per_second", SettingKind::integer, false, "10",
        "Requests per second on average, below what the vendor allows; 0 for no limit of ours."},
    Setting{"webhooks_per_minute", SettingKind::integer, false, "0",
            "Webhooks a minute that are taken from this system; 0 for no limit. What may be an "
            "opt-out is always taken."},
    Setting{"refused_status", SettingKind::integer, false, "0",
            "HTTP status of a webhook whose signature does not hold: 401, 403 or 404; 0 for what "
            "the connector's type gives."},
    Setting{
        "silence_minutes", SettingKind::integer, false, "0",
        "Minutes without a webhook after which somebody is told; 0 for what alerts.silence_minutes "
        "says."},
    Setting{"allowed_events", SettingKind::list, false, "",
            "Event names that are acted on, such as \"Contact*\", a * at the end standing for any "
            "rest; others are stored and ignored, unless they may hold an opt-out. Empty: all."},
    Setting{
        "retired_secrets", SettingKind::secret, false, "",
        "Keys and secrets that webhooks were signed with before, separated by spaces. Nothing is "
        "accepted by them: only tidemark log verify-signature uses them.",
        true},
    Setting{"burst", SettingKind::integer, false, "20",
            "Requests that may go out at once after a quiet time."},
    Setting{"concurrency", SettingKind::integer, false, "8", "Requests open at the same time."},
    Setting{"timeout_ms", SettingKind::integer, false, "10000",
            "Milliseconds to wait for an answer."},
    Setting{"breaker_failures", SettingKind::integer, false, "5",
            "Contacts whose requests fail in a row before only probes go out."},
    Setting{"breaker_pause_ms", SettingKind::integer, false, "60000",
            "Milliseconds until the first probe, and after a failed one."},
    Setting{"breaker_successes", SettingKind::integer, false, "3",
            "Probes in a row that must succeed before everything goes out again."},
    Setting{
        "reconcile_every", SettingKind::text, false, "",
        "How often the system's contacts are listed and compared, such as 24h; never, or empty, "
        "for only when it is asked for. Aloware, asked number by number: every 7d when empty."},
    Setting{
        "on_delete", SettingKind::text, false, "nothing",
        "What the other systems hear when a contact is deleted in this one: nothing, archive or "
        "mark_do_not_call."},
    Setting{"default_region", SettingKind::text, false, "US",
            "Country (ISO 3166) in which phone numbers without a country code are read."},
    Setting{"allow_loopback_http", SettingKind::boolean, false, "false",
            "Accept http:// for an address that is literally the own machine; for tests only."},
};

} // namespace

std::span<const Connector> all() {
  return table();
}

const Connector* find(std::string_view type) {
  const auto connectors = all();
  const auto at =
      std::ranges::find_if(connectors, [&](const Connector& known) { return known.type == type; });
  return at == connectors.end() ? nullptr : &*at;
}

std::span<const Setting> common_settings() {
  return common;
}

} // namespace tidemark::connectors
