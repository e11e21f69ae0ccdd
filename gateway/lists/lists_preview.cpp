#include "gateway/lists/lists_preview.hpp"

#include "domain/decide.hpp"
#include "events/reasons.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/api/cursor.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace tidemark::gateway {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

/// What a rebuild would ask for about one contact.
struct Preview {
  Names put_on, taken_off, stays_on;
  Names left_if_there; ///< lists of ours on which we did not put the contact
  std::string owner, sequence;
  std::string reason_code;
  bool asks = false;
};

bool is_held(const domain::Contact& contact, const ConnectorName& target, const std::string& list) {
  const auto& held = contact.placement.lists;
  return std::any_of(held.begin(), held.end(), [&](const auto& one) {
    return one.target == target && one.list == list && !one.leaving && !one.failed;
  });
}

void add(Preview& preview, const events::ActionIntended& action, const domain::Contact& contact) {
  preview.asks = true;
  if (!action.placement)
    return;
  const auto& placement = *action.placement;
  if (action.action == events::Action::join_list)
    preview.put_on.insert(preview.put_on.end(), placement.lists.begin(), placement.lists.end());
  if (action.action == events::Action::leave_lists) {
    for (const auto& list : placement.lists)
      (is_held(contact, action.target, list) ? preview.taken_off : preview.left_if_there)
          .push_back(list);
    preview.stays_on = placement.keep;
  }
  preview.owner += placement.user;
  preview.sequence += placement.sequence;
}

Preview preview_of(const domain::Contact& contact, const ContactId& id,
                   const ConnectorName& connector, const domain::SyncRules& rules, Timestamp now) {
  const domain::Cause as_if{{}, 0, now, {}};
  Preview out;
  for (const auto& event :
       domain::decide(contact, domain::RebuildLists{id, connector}, id, rules, as_if)) {
    if (const auto* rebuilt = std::get_if<events::ListsRebuilt>(&event)) {
      out.reason_code = rebuilt->reason_code;
      for (const auto& target : rebuilt->targets)
        if (target.outcome != events::Outcome::pending)
          out.reason_code = target.reason_code; // why it can take nothing
    } else if (const auto* action = std::get_if<events::ActionIntended>(&event)) {
      add(out, *action, contact);
    }
  }
  return out;
}

Json json_of(const ContactId& id, const Preview& preview) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {{"contact", id.value},
          {"put_on", preview.put_on},
          {"taken_off", preview.taken_off},
          {"stays_on", preview.stays_on},
          {"left_if_there", preview.left_if_there},
          {"owner", or_null(preview.owner)},
          {"sequence", or_null(preview.sequence)},
          {"reason_code", preview.reason_code},
          {"text", explain_reason(preview.reason_code).text}};
}

/// 0: it is no number from 1 to the most.
std::size_t limit_of(std::string_view text) {
  std::size_t limit = events::lists_rebuild_contacts_max;
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, limit);
  if (text.empty())
    return events::lists_rebuild_contacts_max;
  return failed != std::errc{} || stop != end || limit > events::lists_rebuild_contacts_max ? 0
                                                                                            : limit;
}

} // namespace

Answer preview_rebuild(const GatewayOptions& options, const GatewayPorts& ports,
                       const Caller& caller, const ApiRequest& request,
                       const ConnectorName& connector, const projections::Scan& scan) {
  const auto now = ports.clock.now();
  const auto unreadable = [&] {
    return problem_answer({500, "internal", "the data could not be read; see the service's log"},
                          request.request_id, now);
  };
  const auto limit = limit_of(request.target.get("limit"));
  if (limit == 0)
    return problem_answer({400, "bad_limit", "limit is a number from 1 to 200"}, request.request_id,
                          now);
  const auto rules = options.rules.find(caller.tenant);
  const auto after = read_cursor(CursorKind::contact, request.target.get("after"));
  if (!after)
    return problem_answer({400, after.error().code, after.error().text}, request.request_id, now);
  const auto page = projections::contact_ids(scan, caller.tenant, *after, limit);
  if (!page || rules == options.rules.end())
    return unreadable();
  std::uint64_t put_on = 0, taken_off = 0;
  Json items = Json::array();
  for (const auto& id : page->items) {
    const auto contact = contact_now(ports.log, caller.tenant, id);
    if (!contact)
      return unreadable();
    const auto preview = preview_of(*contact, id, connector, rules->second, now);
    if (!preview.asks && preview.reason_code == "nothing_to_rebuild")
      continue;
    put_on += preview.put_on.size();
    taken_off += preview.taken_off.size();
    items.push_back(json_of(id, preview));
  }
  Answer answer;
  answer.body =
      Json{{"status", "dry_run"},       {"contacts", page->items.size()},
           {"put_on", put_on},          {"taken_off", taken_off},
           {"items", std::move(items)}, {"next", page->next.empty() ? Json() : Json(page->next)}}
          .dump(-1, ' ', false, Json::error_handler_t::replace);
  return answer;
}

} // namespace tidemark::gateway
