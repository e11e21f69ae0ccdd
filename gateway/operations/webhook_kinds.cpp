#include "gateway/operations/webhook_kinds.hpp"

#include "base/text/split.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/operations/routes.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::gateway {
namespace {

using projections::KindOutcome;
using Kind = projections::KindCounts::Kind;

constexpr std::chrono::hours day{24};
constexpr std::array without_handler{KindOutcome::kind_of_later_work,
                                     KindOutcome::unknown_event_type, KindOutcome::no_event_type};

std::uint64_t count_of(const Kind& kind, KindOutcome outcome) {
  return kind[static_cast<std::size_t>(outcome)].count;
}

std::uint64_t with_handler(const Kind& kind) {
  return count_of(kind, KindOutcome::handled) + count_of(kind, KindOutcome::skipped)
         + count_of(kind, KindOutcome::quarantined);
}

bool is_allowed(const connectors::Settings& settings, std::string_view pattern) {
  const auto allowed = split(settings.get("allowed_events"), "\n");
  return allowed.empty() || std::ranges::any_of(allowed, [&](std::string_view one) {
           return connectors::patterns_meet(one, pattern);
         });
}

constexpr Schema handled_schema{
    "handled_kind", {{text("name"), text("about"), boolean("allowed"), integer("count")}}};
constexpr Schema seen_schema{
    "seen_kind",
    {{text("kind"), text("reason_code"), integer("count"), time("last_at"), integer("newest")}}};
constexpr Schema kinds_schema{
    "connector_kinds",
    {{text("connector"), text("title"), list(text("allowed_events")),
      list("handled", handled_schema), list("without_handler", seen_schema),
      list("ignored", seen_schema), time("since"), boolean("whole_day")}}};
constexpr Schema kinds_page_schema{"webhook_kinds", {{list("items", kinds_schema)}}};

Json seen_json(const std::string& name, const Kind& kind, KindOutcome outcome,
               std::string_view reason_code) {
  return {{"kind", name},
          {"reason_code", reason_code},
          {"count", count_of(kind, outcome)},
          {"last_at", to_rfc3339(kind[static_cast<std::size_t>(outcome)].last)},
          {"newest", kind[static_cast<std::size_t>(outcome)].newest.value}};
}

/// Each kind counts with the first entry that fits it.
Json handled_json(const WebhookSource& source, const projections::KindCounts::Kinds& kinds) {
  const auto handled = source.connector->handled_kinds
                           ? source.connector->handled_kinds(source.settings)
                           : std::vector<connectors::HandledKind>{};
  std::vector<std::uint64_t> counts(handled.size());
  for (const auto& [name, kind] : kinds)
    for (std::size_t i = 0; i < handled.size(); ++i)
      if (connectors::fits_kind(handled[i].name, name)) {
        counts[i] += with_handler(kind);
        break;
      }
  auto out = Json::array();
  for (std::size_t i = 0; i < handled.size(); ++i)
    out.push_back({{"name", handled[i].name},
                   {"about", handled[i].about},
                   {"allowed", is_allowed(source.settings, handled[i].name)},
                   {"count", counts[i]}});
  return out;
}

/// `GET /webhooks/kinds`: what each connector acts on, and what came that it does not.
Result<Json> list_kinds(const ApiContext& api) {
  auto items = Json::array();
  for (const auto& source : api.options.sources) {
    if (source.tenant != api.tenant())
      continue;
    TRY(answer, api.kinds.of(source.tenant, source.settings.name));
    auto missing = Json::array();
    auto ignored = Json::array();
    for (const auto& [name, kind] : answer.kinds) {
      for (const auto outcome : without_handler)
        if (count_of(kind, outcome) > 0)
          missing.push_back(
              seen_json(name, kind, outcome,
                        projections::kind_outcome_names[static_cast<std::size_t>(outcome)]));
      if (count_of(kind, KindOutcome::ignored) > 0)
        ignored.push_back(
            seen_json(name, kind, KindOutcome::ignored, name_of(Reason::event_not_allowed)));
    }
    items.push_back({{"connector", source.settings.name.value},
                     {"title", source.connector->title},
                     {"allowed_events", split(source.settings.get("allowed_events"), "\n")},
                     {"handled", handled_json(source, answer.kinds)},
                     {"without_handler", std::move(missing)},
                     {"ignored", std::move(ignored)},
                     {"since", to_rfc3339(answer.since)},
                     {"whole_day", answer.whole_day}});
  }
  return Json{{"items", std::move(items)}};
}

constexpr Route kind_rows[] = {
    {"webhook_kinds", "GET", "/api/v1/webhooks/kinds", Right::read, list_kinds, &kinds_page_schema},
};

} // namespace

constinit const Routes webhook_kind_routes = kind_rows;

WebhookKinds::WebhookKinds(const storage::LogStore& log, const WallClock& clock)
    : log_(log), clock_(clock), started_(clock.now()), read_to_(log.durable()) {
  counts_.count_totals_from(started_);
}

Result<Position> WebhookKinds::begin() {
  TRY(older, storage::position_at(log_, clock_.now() - day - std::chrono::hours{1}));
  const auto end = log_.durable();
  if (end.value - older.value <= events_max)
    return older;
  older = Position{end.value - events_max};
  TRY(first, storage::recorded_event(log_, Position{older.value + 1}));
  from_ = first.envelope.recorded_at;
  return older;
}

Status WebhookKinds::read_the_day() {
  if (day_read_)
    return Done{};
  TRY(at, begin());
  counts_ = {};
  counts_.count_totals_from(started_);
  read_to_ = at;
  day_read_ = true;
  return Done{};
}

Status WebhookKinds::read_on() {
  const auto read =
      storage::read_each(log_, read_to_, SIZE_MAX, [&](std::string_view record) -> Result<bool> {
        TRYV(counts_.add(record));
        ++read_to_.value; // so that none is counted twice when the log cannot be read further
        return true;
      });
  return read ? Status(Done{}) : Status(read.error());
}

Result<WebhookKinds::Answer> WebhookKinds::of(const TenantId& tenant,
                                              const ConnectorName& connector) {
  const std::lock_guard lock(guard_);
  TRYV(read_the_day());
  TRYV(read_on());
  const Timestamp since = std::chrono::floor<std::chrono::hours>(clock_.now() - day);
  return Answer{counts_.since(tenant, connector, since), std::max(since, from_), from_ <= since};
}

std::string WebhookKinds::metrics(const std::vector<WebhookSource>& sources) {
  const std::lock_guard lock(guard_);
  static_cast<void>(read_on()); // health says that the log cannot be read
  std::string out =
      "# HELP tidemark_webhook_kinds_total Webhooks that were read, by what became of "
      "their kind\n# TYPE tidemark_webhook_kinds_total counter\n";
  const auto totals = counts_.totals();
  for (const auto& source : sources) {
    const auto found = totals.find({source.tenant, source.settings.name});
    for (std::size_t i = 0; i < projections::kind_outcome_names.size(); ++i)
      out += fmt::format(
          "tidemark_webhook_kinds_total{{tenant=\"{}\",connector=\"{}\",outcome=\"{}\"}} {}\n",
          source.tenant.value, source.settings.name.value, projections::kind_outcome_names[i],
          found == totals.end() ? 0 : found->second[i]);
  }
  return out;
}

} // namespace tidemark::gateway
