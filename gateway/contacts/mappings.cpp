#include "events/format/tags.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/contacts/routes.hpp"

namespace tidemark::gateway {
namespace {

using projections::MappingView;

constexpr Schema mapping_schema{
    "mapping",
    {{text("contact"), text("connector"), text("remote_id"), time("since"), integer("position")}}};

Result<projections::Page<MappingView>> wanted_mappings(const ApiContext& api) {
  TRY(limit, api.limit());
  const ConnectorName connector{std::string(api.param("connector"))};
  const ContactId contact{std::string(api.param("contact"))};
  const RemoteId remote_id{std::string(api.param("remote_id"))};
  projections::Page<MappingView> page;
  if (!contact.value.empty()) {
    TRY(found, projections::mappings_of(api.scan, api.tenant(), contact));
    page.items = std::move(found);
  } else if (!remote_id.value.empty()) {
    if (connector.value.empty())
      return Error{"bad_query", "remote_id needs connector beside it"};
    const auto hash = events::remote_hash(api.ports.hasher, api.tenant(), connector, remote_id);
    TRY(found, projections::mapping(api.scan, api.tenant(), connector, to_hex(hash)));
    if (found)
      page.items.push_back(*std::move(found));
  } else {
    const auto after = from_hex(api.param("after")); // the cursor is a key: bytes
    if (!after)
      return Error{"bad_cursor", "after is the next of the page before"};
    TRY(found, projections::mappings_page(api.scan, api.tenant(), connector, *after, limit));
    page = {std::move(found.items), to_hex(found.next)};
  }
  if (page.items.empty()) {
    TRYV(api.check_system("connector"));
  }
  return page;
}

Result<Json> list_mappings(const ApiContext& api) {
  TRY(page, wanted_mappings(api));
  return page_json(page, [&](const MappingView& mapping) -> Json {
    return {{"contact", mapping.contact.value},
            {"connector", mapping.connector.value},
            {"remote_id", api.shown_id(mapping.remote_id)},
            {"since", to_rfc3339(mapping.since)},
            {"position", mapping.position.value}};
  });
}

constexpr Route mapping_rows[] = {{"mappings", "GET", "/api/v1/mappings", Right::read,
                                   list_mappings, &list_of<mapping_schema>,
                                   "contact connector remote_id limit after"}};

} // namespace

constinit const Routes mapping_routes = mapping_rows;

} // namespace tidemark::gateway
