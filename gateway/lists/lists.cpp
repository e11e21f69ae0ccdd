#include "gateway/lists/lists.hpp"

#include "gateway/api/json.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/lists/routes.hpp"
#include "projections/conversations/broadcasts.hpp"
#include "projections/lists/lists.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema list_schema{
    "list",
    {{text("connector"), text("name"), integer("members"), integer("waiting"), integer("errors"),
      nullable(time("last_sync"))}}};

Result<Json> list_lists(const ApiContext& api) {
  TRY(found, projections::list_statuses(api.scan, api.tenant(),
                                        ConnectorName(std::string(api.param("connector")))));
  if (found.empty()) {
    TRYV(api.check_system("connector"));
  }
  std::vector<KeyedItem> items;
  for (const auto& one : found)
    items.push_back({one.target.value + '\0' + one.list,
                     {{"connector", one.target.value},
                      {"name", one.list},
                      {"members", one.members},
                      {"waiting", one.waiting},
                      {"errors", one.errors},
                      {"last_sync", or_null(one.last_sync)}}});
  return paged(api, std::move(items));
}

constexpr Schema broadcast_schema{"broadcast",
                                  {{text("connector"),
                                    text("broadcast"),
                                    nullable(text("channel")),
                                    nullable(text("last_event")),
                                    boolean("completed"),
                                    nullable(time("sent_at")),
                                    integer("recipients"),
                                    integer("sent"),
                                    integer("delivered"),
                                    integer("pending"),
                                    integer("failed"),
                                    integer("bounced"),
                                    integer("opted_out"),
                                    integer("responses"),
                                    integer("appointments"),
                                    nullable(number("delivery_rate")),
                                    nullable(number("failure_rate")),
                                    nullable(number("opt_out_rate")),
                                    nullable(number("response_rate")),
                                    nullable(number("conversion_rate"))}}};

/// Null of nothing: that nobody opted out of messages that nobody saw is no rate of 0.
Json percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0)
    return nullptr;
  return static_cast<double>(projections::hundredths_of_percent(part, whole)) / 100.0;
}

Json broadcast_json(const projections::BroadcastView& one) {
  const auto& n = one.numbers;
  return {{"connector", one.connector.value},
          {"broadcast", one.broadcast},
          {"channel", or_null(one.channel)},
          {"last_event", or_null(one.last_event)},
          {"completed", one.completed},
          {"sent_at", or_null(one.first_sent)},
          {"recipients", n.recipients},
          {"sent", n.sent()},
          {"delivered", n.delivered},
          {"pending", n.pending},
          {"failed", n.failed},
          {"bounced", n.bounced},
          {"opted_out", n.opted_out},
          {"responses", n.responses},
          {"appointments", n.appointments},
          {"delivery_rate", percent(n.delivered, n.sent())},
          {"failure_rate", percent(n.failed + n.bounced, n.sent())},
          {"opt_out_rate", percent(n.opted_out, n.delivered)},
          {"response_rate", percent(n.responses, n.delivered)},
          {"conversion_rate", percent(n.appointments, n.responses)}};
}

Result<Json> list_broadcasts(const ApiContext& api) {
  TRY(found, projections::all_broadcasts(api.scan, api.tenant()));
  std::vector<KeyedItem> items;
  for (const auto& one : found)
    items.push_back({one.connector.value + '\0' + one.broadcast, broadcast_json(one)});
  return paged(api, std::move(items));
}

constexpr Route list_rows[] = {
    {"lists", "GET", "/api/v1/lists", Right::read, list_lists, &list_of<list_schema>,
     "connector limit after"},
    {"broadcasts", "GET", "/api/v1/broadcasts", Right::read, list_broadcasts,
     &list_of<broadcast_schema>, "limit after"},
};

} // namespace

Result<Json> lists_json(const ApiContext& api, const ContactId& contact) {
  TRY(found, projections::lists_of(api.scan, api.tenant(), contact));
  return array_json(found, [](const projections::ContactList& one) -> Json {
    return {{"name", one.list}, {"connector", one.target.value}, {"since", to_rfc3339(one.since)}};
  });
}

constinit const Routes list_routes = list_rows;

} // namespace tidemark::gateway
