#include "events/format/tags.hpp"
#include "gateway/api/store.hpp"
#include "gateway/lists/preview.hpp"
#include "gateway/lists/routes.hpp"

namespace tidemark::gateway {
namespace {

// The answer to a rebuild. A dry run's has all of them but `position`.
constexpr Schema rebuilt_for{
    "list_preview",
    {{text("contact"), list(text("put_on")), list(text("taken_off")), list(text("stays_on")),
      list(text("left_if_there")), nullable(text("owner")), nullable(text("sequence")),
      text("reason_code"), text("text")}}};
constexpr Schema rebuild_schema{
    "list_rebuild",
    {{text("status"), optional(nullable(integer("position"))), integer("contacts"),
      optional(integer("put_on")), optional(integer("taken_off")),
      optional(list("items", rebuilt_for)), optional(nullable(text("next")))}}};

/// Asks that the lists of every known contact be put right at the system (requirement M10); with
/// `{"dry_run": true}` it records nothing.
Result<Json> rebuild_lists(const ApiContext& api) {
  const ConnectorName connector(api.segment("connector"));
  const auto* source = api.source(connector);
  if (!source || !source->connector->capabilities.keeps_lists)
    return Error{"not_found", "there is no connector with lists of this name"};
  if (!api.request.body.empty()) { // one that is not there says nothing
    TRY(body, api.body());
    TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
    if (dry_run)
      return preview_rebuild(api, connector);
  }
  std::uint64_t contacts = 0;
  Position first;
  for (std::string after;;) {
    TRY(page, projections::contact_ids(api.scan, api.tenant(), after,
                                       events::lists_rebuild_contacts_max));
    if (!page.items.empty()) {
      events::ListsRebuildRequested request{connector, page.items, api.caller.name};
      TRY(stored, store(api, {{events::lists_stream(connector), std::move(request), {}, {}}},
                        "not everything was stored; send it again later"));
      if (first == Position{})
        first = stored;
      contacts += page.items.size();
    }
    if (page.next.empty())
      break;
    after = page.next;
  }
  // No position: there is nobody to look at.
  return Json{{"status", "accepted"}, {"position", or_null(first)}, {"contacts", contacts}};
}

constexpr Route rebuild_rows[] = {{"rebuild_lists", "POST", "/api/v1/lists/{connector}/rebuild",
                                   Right::operate, rebuild_lists, &rebuild_schema, "limit after",
                                   "dry_run"}};

} // namespace

constinit const Routes rebuild_routes = rebuild_rows;

} // namespace tidemark::gateway
