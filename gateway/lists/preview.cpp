#include "gateway/lists/preview.hpp"

#include "domain/decide.hpp"
#include "events/format/reason.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/api/json.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

using Names = std::vector<std::string>;

/// What a rebuild would ask for about one contact.
struct Preview {
  Names put_on, taken_off, stays_on;
  Names left_if_there; ///< lists of ours on which we did not put the contact
  std::string owner, sequence;
  Reason reason_code = Reason::none;
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
       domain::decide(contact, domain::RebuildLists{id, connector}, {id, rules, as_if})) {
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

Json preview_json(const ContactId& id, const Preview& preview) {
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

} // namespace

Result<Json> preview_rebuild(const ApiContext& api, const ConnectorName& connector) {
  constexpr auto most = events::lists_rebuild_contacts_max;
  TRY(limit, api.limit(most, most));
  TRY(after, api.after_contact());
  TRY(page, projections::contact_ids(api.scan, api.tenant(), after, limit));
  const auto* rules = api.rules();
  if (!rules)
    return Error{"no_rules", "no rules are in force for the tenant"};
  std::uint64_t put_on = 0, taken_off = 0;
  Json items = Json::array();
  for (const auto& id : page.items) {
    TRY(contact, contact_now(api.ports.log, api.tenant(), id));
    const auto preview = preview_of(contact, id, connector, *rules, api.now());
    if (!preview.asks && preview.reason_code == Reason::nothing_to_rebuild)
      continue;
    put_on += preview.put_on.size();
    taken_off += preview.taken_off.size();
    items.push_back(preview_json(id, preview));
  }
  return Json{{"status", "dry_run"},       {"contacts", page.items.size()},
              {"put_on", put_on},          {"taken_off", taken_off},
              {"items", std::move(items)}, {"next", or_null(page.next)}};
}

} // namespace tidemark::gateway
