#include "gateway/api/json.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/operations/alert_rules.hpp"
#include "gateway/operations/routes.hpp"

#include <algorithm>

// Who is told of alerts, and whether they take it.
namespace tidemark::gateway {
namespace {

constexpr std::chrono::minutes failing_patience{5};

bool hears_of(const ReceiverReport& receiver, const TenantId& tenant) {
  return receiver.tenants.empty()
         || std::ranges::find(receiver.tenants, tenant) != receiver.tenants.end();
}

std::vector<ReceiverReport> receivers_of(const ApiContext& api) {
  auto all = api.ports.receivers ? api.ports.receivers->receivers() : std::vector<ReceiverReport>();
  std::erase_if(all, [&](const auto& one) { return !hears_of(one, api.tenant()); });
  return all;
}

constexpr Schema receiver_schema{
    "receiver",
    {{text("name"), text("kind"), boolean("second_way"), integer("pending"),
      nullable(time("last_told_at")), nullable(time("failing_since")), nullable(text("error"))}}};

Json receiver_json(const ReceiverReport& one) {
  return {{"name", one.name},
          {"kind", one.kind},
          {"second_way", one.second_way},
          {"pending", one.pending},
          {"last_told_at", or_null(one.last_told)},
          {"failing_since", or_null(one.failing_since)},
          {"error", or_null(std::string_view(one.last_error))}};
}

Result<Json> list_receivers(const ApiContext& api) {
  std::vector<KeyedItem> items;
  for (const auto& one : receivers_of(api))
    items.push_back({one.name, receiver_json(one)});
  return paged(api, std::move(items));
}

constexpr Schema tested_schema{"tested_receiver",
                               {{text("receiver"), boolean("taken"), nullable(text("error"))}}};

Result<Json> test_receiver(const ApiContext& api) {
  const std::string name(api.segment("name"));
  const auto known = receivers_of(api);
  if (std::ranges::find(known, name, &ReceiverReport::name) == known.end())
    return Error{"not_found", "there is no such receiver; GET /api/v1/alerts/receivers lists them"};
  TRY(why, api.ports.receivers->test(name));
  return Json{
      {"receiver", name}, {"taken", why.empty()}, {"error", or_null(std::string_view(why))}};
}

constexpr Route receiver_rows[] = {
    {"receivers", "GET", "/api/v1/alerts/receivers", Right::read, list_receivers,
     &list_of<receiver_schema>, "limit after"},
    {"test_receiver", "POST", "/api/v1/alerts/receivers/{name}/test", Right::operate, test_receiver,
     &tested_schema},
};

} // namespace

constinit const Routes receiver_routes = receiver_rows;

namespace alert_rules {

/// Critical when nobody whom the tenant has takes alerts.
Status add_receivers(Alerts& out, const AlertSources& from) {
  std::vector<const ReceiverReport*> failing;
  std::size_t all = 0;
  for (const auto& one : from.receivers) {
    if (!hears_of(one, from.tenant))
      continue;
    ++all;
    if (one.failing_since && from.now - *one.failing_since >= failing_patience)
      failing.push_back(&one);
  }
  for (const auto* one : failing)
    out.push_back({receiver_failing, failing.size() == all ? "critical" : "warning",
                   *one->failing_since,
                   "the receiver " + one->name + " has not taken alerts since "
                       + to_rfc3339(*one->failing_since) + " (" + one->last_error
                       + "): check it, then tidemark alerts test " + one->name,
                   one->name});
  return Done{};
}

} // namespace alert_rules
} // namespace tidemark::gateway
