#include "gateway/api/query.hpp"
#include "projections/conversations/broadcasts.hpp"
#include "projections/lists/lists.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::gateway {
namespace {

double percent(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(projections::hundredths_of_percent(part, whole)) / 100.0;
}

} // namespace

Query::Outcome Query::lists() const {
  TRY(found, projections::list_statuses(scan_, caller_.tenant,
                                        ConnectorName(std::string(param("connector")))));
  Json items = Json::array();
  for (const auto& one : found)
    items.push_back(
        {{"connector", one.target.value},
         {"name", one.list},
         {"members", one.members},
         {"waiting", one.waiting},
         {"errors", one.errors},
         {"last_sync", one.last_sync == Timestamp{} ? Json() : Json(to_rfc3339(one.last_sync))}});
  return Json{{"items", std::move(items)}, {"next", nullptr}};
}

Query::Outcome Query::lists_json(const ContactId& contact) const {
  TRY(found, projections::lists_of(scan_, caller_.tenant, contact));
  Json items = Json::array();
  for (const auto& one : found)
    items.push_back(
        {{"name", one.list}, {"connector", one.target.value}, {"since", to_rfc3339(one.since)}});
  return items;
}

Query::Outcome Query::broadcasts() const {
  TRY(found, projections::all_broadcasts(scan_, caller_.tenant));
  Json items = Json::array();
  for (const auto& one : found) {
    const auto& n = one.numbers;
    items.push_back(
        {{"connector", one.connector.value},
         {"broadcast", one.broadcast},
         {"channel", one.channel.empty() ? Json() : Json(one.channel)},
         {"last_event", one.last_event.empty() ? Json() : Json(one.last_event)},
         {"completed", one.completed},
         {"sent_at", one.first_sent == Timestamp{} ? Json() : Json(to_rfc3339(one.first_sent))},
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
         {"conversion_rate", percent(n.appointments, n.responses)}});
  }
  return Json{{"items", std::move(items)}, {"next", nullptr}};
}

} // namespace tidemark::gateway
