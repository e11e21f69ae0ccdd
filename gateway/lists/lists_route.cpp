#include "gateway/lists/lists_route.hpp"

#include "base/text/json_writer.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/request_body.hpp"
#include "gateway/api/table_scan.hpp"
#include "gateway/lists/lists_preview.hpp"
#include "projections/table/scan.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

Answer not_stored(const ApiRequest& request, Timestamp now) {
  auto answer =
      problem_answer({503, "not_stored", "not everything was stored; send it again later"},
                     request.request_id, now);
  answer.headers.emplace_back("Retry-After", "5");
  return answer;
}

/// `{"dry_run": true}`; a body that is not there says nothing. Errors: bad_body.
Result<bool> is_dry_run(const std::string& bytes) {
  if (bytes.empty())
    return false;
  const auto body = json::parse(bytes);
  if (!body || body->root().kind() != json::Kind::object)
    return Error{"bad_body", "the body must be one JSON object: "
                                 + (body ? "it is something else" : body.error().text)};
  TRYV(only_members(body->root(), {"dry_run"}));
  const auto dry_run = (*body)["dry_run"];
  if (dry_run.stated() && !dry_run.boolean())
    return Error{"bad_body", "dry_run is true or false"};
  return dry_run.boolean().value_or(false);
}

} // namespace

Answer rebuild_lists(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
                     const ApiRequest& request) {
  const auto now = ports.clock.now();
  const ConnectorName connector(request.target.segments[3]);
  const bool known =
      std::any_of(options.sources.begin(), options.sources.end(), [&](const auto& source) {
        return source.tenant == caller.tenant && source.settings.name == connector
               && source.connector->capabilities.keeps_lists;
      });
  if (!known)
    return problem_answer({404, "not_found", "there is no connector with lists of this name"},
                          request.request_id, now);
  const auto scan = scan_of(ports.tables);
  const auto dry_run = is_dry_run(request.body);
  if (!dry_run)
    return problem_answer({400, dry_run.error().code, dry_run.error().text}, request.request_id,
                          now);
  if (*dry_run)
    return preview_rebuild(options, ports, caller, request, connector, scan);
  std::uint64_t contacts = 0;
  Position first;
  for (std::string after;;) {
    const auto page =
        projections::contact_ids(scan, caller.tenant, after, events::lists_rebuild_contacts_max);
    if (!page)
      return problem_answer({500, "internal", "the data could not be read; see the service's log"},
                            request.request_id, now);
    if (!page->items.empty()) {
      storage::Append append;
      append.tenant = caller.tenant;
      append.events.push_back({events::lists_stream(connector),
                               events::ListsRebuildRequested{connector, page->items, caller.name},
                               {},
                               {}});
      const auto outcome = storage::append_and_wait(ports.log, std::move(append));
      const auto* stored = std::get_if<storage::Appended>(&outcome);
      if (!stored)
        return not_stored(request, now);
      if (first == Position{})
        first = stored->first;
      contacts += page->items.size();
    }
    if (page->next.empty())
      break;
    after = page->next;
  }
  Answer answer;
  answer.body = "{\"status\":\"accepted\",\"position\":";
  if (first == Position{})
    answer.body += "null"; // there is nobody to look at
  else
    json::append_number(answer.body, first.value);
  answer.body += ",\"contacts\":";
  json::append_number(answer.body, contacts);
  answer.body += "}";
  return answer;
}

} // namespace tidemark::gateway
