#include "events/format/next_step.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/identity/routes.hpp"
#include "projections/identity/duplicate_view.hpp"
#include "projections/identity/parked_view.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema parked_schema{
    "parked",
    {{integer("webhook"), integer("index"), text("kind"), text("state"), time("since"),
      integer("position"), text("reason_code"), text("text"), text("next_step")}}};

Json parked_json(const projections::ParkedView& one) {
  const auto code = one.dead ? Reason::waited_too_long : Reason::waiting_for_contact;
  const auto& reason = explain_reason(code);
  return {{"webhook", one.input.value},
          {"index", one.index},
          {"kind", one.kind},
          {"state", one.dead ? "dead" : "waiting"},
          {"since", to_rfc3339(one.since)},
          {"position", one.position.value},
          {"reason_code", code},
          {"text", reason.text},
          {"next_step", next_step_for(code, {.position = one.input})}};
}

Result<Json> list_parked(const ApiContext& api) {
  TRY(count, api.limit());
  TRY(after, api.after());
  const auto state = api.param("state");
  if (!state.empty() && state != "waiting" && state != "dead")
    return Error{"bad_state", "state is waiting, as when it is left out, or dead"};
  TRY(page, projections::parked_page(api.scan, api.tenant(), state == "dead", after, count));
  return page_json(page, parked_json);
}

constexpr Schema proposal_schema{"proposal", {{text("stays"), text("merge")}}};
constexpr Schema duplicates_schema{
    "duplicates",
    {{list(text("contacts")), list(text("alike")), number("name_likeness"), boolean("names_differ"),
      object("proposal", proposal_schema)}}};

Json cluster_json(const domain::DuplicateCluster& cluster) {
  const auto& first = cluster.contacts.front().value;
  return {{"contacts", values_json(cluster.contacts)},
          {"alike", cluster.alike},
          {"name_likeness", cluster.name_likeness},
          {"names_differ", cluster.names_differ},
          {"proposal", {{"stays", first}, {"merge", "POST /api/v1/contacts/" + first + "/merge"}}}};
}

Result<Json> list_duplicates(const ApiContext& api) {
  TRY(clusters, projections::duplicates(api.scan, api.tenant()));
  TRY(count, api.limit());
  TRY(after, api.after_contact());
  // Clusters are in the order of their first contacts, whoever is merged.
  projections::Page<domain::DuplicateCluster> page;
  for (auto& cluster : clusters) {
    if (cluster.contacts.front().value <= after)
      continue;
    if (page.items.size() == count) {
      page.next = page.items.back().contacts.front().value;
      break;
    }
    page.items.push_back(std::move(cluster));
  }
  return page_json(page, cluster_json);
}

constexpr Route people_rows[] = {
    {"parked", "GET", "/api/v1/parked", Right::read, list_parked, &list_of<parked_schema>,
     "state limit after"},
    {"duplicates", "GET", "/api/v1/duplicates", Right::read, list_duplicates,
     &list_of<duplicates_schema>, "limit after"},
};

} // namespace

constinit const Routes people_routes = people_rows;

} // namespace tidemark::gateway
