#include "events/format/reason.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/queues/routes.hpp"
#include "gateway/queues/waiting.hpp"
#include "projections/delivery/open_deliveries_view.hpp"

#include <algorithm>
#include <map>
#include <tuple>

// What is older than it should be, one line for each cause.

namespace tidemark::gateway {
namespace {

/// From then on it is overdue (requirement H16).
constexpr std::chrono::minutes overdue_after{5};

constexpr Schema overdue_schema{
    "overdue",
    {{text("stage"), nullable(text("system")), text("reason_code"), text("text"),
      nullable(text("next_step")), integer("count"), boolean("at_least"), time("oldest_at"),
      number("oldest_age_seconds"), text("oldest")}}};

/// Why what goes to a system waits, besides what its newest answer says; "" where nothing holds it.
std::string_view held_back_by(const domain::ConnectorReport& report) {
  if (report.pause)
    return report.pause->of == domain::PauseOf::connector ? name_of(Reason::paused)
                                                          : name_of(report.pause->of);
  if (report.circuit != domain::CircuitState::closed)
    return name_of(Reason::circuit_open);
  if (report.budget.day_used_up)
    return name_of(Reason::day_used_up);
  if (report.account && report.account->state != domain::AccountState::connected
      && !report.account->usable)
    return name_of(report.account->state);
  return {};
}

std::map<std::string, std::string_view> held_back_now(const ApiContext& api) {
  std::map<std::string, std::string_view> out;
  for (const auto& report : api.ports.health.connectors())
    if (report.tenant == api.tenant())
      out[report.connector.value] = held_back_by(report);
  return out;
}

/// What holds the whole system back counts before what one answer said.
Result<WaitingList> deliveries_overdue(const ApiContext& api, Timestamp before) {
  TRY(open, projections::open_deliveries(api.scan, api.tenant(), before, waiting_max));
  const auto held = held_back_now(api);
  WaitingList out;
  out.at_least = open.cut;
  for (const auto& each : open.items) {
    const auto by = held.find(each.target.value);
    const bool is_held = by != held.end() && !by->second.empty();
    const auto reason = is_held                            ? by->second
                        : each.reason_code != Reason::none ? name_of(each.reason_code)
                                                           : std::string_view("waiting");
    out.items.push_back({each.target.value, std::string(reason), each.since, each.delivery.value});
  }
  return out;
}

/// Those that came first are decided first, but for opt-outs: when the oldest is late, all count.
WaitingList inputs_overdue(const ApiContext& api) {
  const auto flow = api.ports.health.throughput(api.tenant());
  WaitingList out;
  out.at_least = flow.undecided > waiting_max;
  if (flow.oldest_undecided)
    out.items.assign(
        std::min<std::uint64_t>(flow.undecided, waiting_max),
        {"", "undecided", *flow.oldest_undecided, std::to_string(flow.oldest_position.value)});
  return out;
}

struct Cause {
  std::uint64_t count = 0;
  bool at_least = false;
  Timestamp oldest;
  std::string which;
};
using Causes = std::map<std::tuple<std::string_view, std::string, std::string>, Cause>;

void add(Causes& causes, std::string_view stage, const WaitingList& list, Timestamp before) {
  for (const auto& each : list.items) {
    if (each.since >= before)
      continue;
    auto& cause = causes[{stage, each.system, each.reason_code}];
    if (cause.count == 0 || each.since < cause.oldest) {
      cause.oldest = each.since;
      cause.which = each.which;
    }
    ++cause.count;
    cause.at_least = list.at_least;
  }
}

/// For words that are no reasons of a delivery.
Explanation explain(std::string_view code) {
  constexpr std::pair<std::string_view, Explanation> words[] = {
      {"undecided",
       {"The input is not decided yet.", "See /health and tidemark status: a part of the engine "
                                         "may not answer."}},
      {"waiting",
       {"No answer to it came yet: others are before it, it waits for the contact's record there, "
        "or its request is out."}},
      {"all_sending",
       {"All sending is stopped.", "When it may go on: tidemark resume-all --to 10 --reason WHY."}},
      {"restore",
       {"All sending waits until a restore is signed.",
        "Once marks were read back: tidemark restored, tidemark restored sign --reason WHY."}},
      {"tenant",
       {"The tenant is suspended.",
        "When it may work again: tidemark tenant resume ID --reason WHY."}},
      {"renewing", {"A new token for the system is on its way."}},
      {"not_connected",
       {"Nobody has connected the account.", "Connect it: tidemark connect CONNECTOR."}},
      {"failing", {"The token for the system could not be renewed; it is tried again."}}};
  const auto* found = std::ranges::find(words, code, [](const auto& word) { return word.first; });
  return found != std::end(words) ? found->second
                                  : explain_reason(reason_named(code).value_or(Reason::none));
}

Json cause_json(const Causes::value_type& entry, Timestamp now) {
  const auto& [key, cause] = entry;
  const auto& [stage, system, reason] = key;
  const auto words = explain(reason);
  return {
      {"stage", stage},
      {"system", or_null(system)},
      {"reason_code", reason},
      {"text", words.text},
      {"next_step", or_null(words.next_step)},
      {"count", cause.count},
      {"at_least", cause.at_least},
      {"oldest_at", to_rfc3339(cause.oldest)},
      {"oldest_age_seconds", std::chrono::floor<std::chrono::seconds>(now - cause.oldest).count()},
      {"oldest", cause.which}};
}

Result<Causes> causes_of(const ApiContext& api) {
  const auto before = api.now() - overdue_after;
  const WaitingSources from{api.scan, api.ports.log, api.tenant()};
  Causes out;
  add(out, "inputs", inputs_overdue(api), before);
  TRY(deliveries, deliveries_overdue(api, before));
  add(out, "deliveries", deliveries, before);
  TRY(parked, parked_now(from));
  add(out, "parked", parked, before);
  TRY(reviews, reviews_now(from));
  add(out, "reviews", reviews, before);
  TRY(held, quarantine_now(from));
  add(out, "quarantine", held, before);
  return out;
}

/// The oldest first.
Result<Json> list_overdue(const ApiContext& api) {
  TRY(causes, causes_of(api));
  std::vector<KeyedItem> items;
  for (const auto& entry : causes) {
    const auto& [stage, system, reason] = entry.first;
    items.push_back(
        {to_rfc3339(entry.second.oldest) + std::string(stage) + '\0' + system + '\0' + reason,
         cause_json(entry, api.now())});
  }
  return paged(api, std::move(items));
}

constexpr Route overdue_rows[] = {{"overdue", "GET", "/api/v1/overdue", Right::read, list_overdue,
                                   &list_of<overdue_schema>, "limit after"}};

} // namespace

constinit const Routes overdue_routes = overdue_rows;

} // namespace tidemark::gateway
