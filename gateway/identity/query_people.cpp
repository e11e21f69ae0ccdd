#include "events/reasons.hpp"
#include "gateway/api/cursor.hpp"
#include "gateway/api/query.hpp"
#include "projections/identity/duplicate_view.hpp"
#include "projections/identity/parked_view.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::gateway {

Query::Outcome Query::parked() const {
  const auto count = limit();
  const auto after = position(param("after"));
  if (!count || !after)
    return count ? after.error() : count.error();
  const auto state = param("state");
  if (!state.empty() && state != "waiting" && state != "dead")
    return Error{"bad_state", "state is waiting, as when it is left out, or dead"};
  TRY(page, projections::parked_page(scan_, caller_.tenant, state == "dead", after.value(),
                                     count.value()));
  Json items = Json::array();
  for (const auto& each : page.items) {
    const auto* code = each.dead ? "waited_too_long" : "waiting_for_contact";
    const auto reason = explain_reason(code);
    items.push_back({{"webhook", each.input.value},
                     {"index", each.index},
                     {"kind", each.kind},
                     {"state", each.dead ? "dead" : "waiting"},
                     {"since", to_rfc3339(each.since)},
                     {"position", each.position.value},
                     {"reason_code", code},
                     {"text", reason.text},
                     {"next_step", reason.next_step}});
  }
  return Json{{"items", std::move(items)}, {"next", page.next.empty() ? Json() : Json(page.next)}};
}

Query::Outcome Query::duplicates() const {
  TRY(clusters, projections::duplicates(scan_, caller_.tenant));
  const auto count = limit();
  const auto after = read_cursor(CursorKind::contact, param("after"));
  if (!count || !after)
    return count ? after.error() : count.error();
  Json items = Json::array();
  std::string shown_to; // clusters are in the order of their first contacts, whoever is merged
  Json next;
  for (const auto& cluster : clusters) {
    if (cluster.contacts.front().value <= *after)
      continue;
    if (items.size() == count.value()) {
      next = shown_to;
      break;
    }
    shown_to = cluster.contacts.front().value;
    Json contacts = Json::array();
    for (const auto& contact : cluster.contacts)
      contacts.push_back(contact.value);
    items.push_back(
        {{"contacts", std::move(contacts)},
         {"alike", cluster.alike},
         {"name_likeness", cluster.name_likeness},
         {"names_differ", cluster.names_differ},
         {"proposal",
          {{"stays", cluster.contacts.front().value},
           {"merge", "POST /api/v1/contacts/" + cluster.contacts.front().value + "/merge"}}}});
  }
  return Json{{"items", std::move(items)}, {"next", std::move(next)}};
}

} // namespace tidemark::gateway
