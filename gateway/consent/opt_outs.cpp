#include "gateway/consent/opt_outs.hpp"

#include "domain/rules/cause.hpp"
#include "domain/rules/normalise.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/consent/routes.hpp"
#include "projections/consent/opt_out_json.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::gateway {
namespace {

Result<Address> address_in(const ApiContext& api, std::string_view text) {
  auto found = read_address(text, api.region());
  if (found)
    return *std::move(found);
  return Error{"bad_address", "this is neither a phone number in any usual form nor an e-mail "
                              "address; write for example %2B12025550142"};
}

/// Of a spelling of a mailbox that nothing was said of by itself: what was said of all (requirement
/// C9).
Result<projections::AddressView> view_of(const ApiContext& api, const Address& one) {
  TRY(view, projections::opt_outs_of(api.scan, api.tenant(), to_hex(api.hash_of(one))));
  const auto mailbox =
      one.kind == events::Field::email ? domain::shared_mailbox(one.value) : std::string();
  if (!view.history.empty() || mailbox.empty())
    return view;
  return projections::opt_outs_of(api.scan, api.tenant(),
                                  to_hex(api.hash_of({events::Field::email, mailbox})));
}

/// `known` is the address when the caller or the contact names it: events may hold its hash only.
Json address_json(const ApiContext& api, projections::AddressView view, const std::string& known) {
  const auto& full = known.empty() ? view.address : known;
  if (view.history.empty() && full.find('@') != std::string::npos)
    view.kind = events::Field::email;
  return projections::opt_out_json(view, api.shown(events::name_of(view.kind), full), api.now());
}

Result<Json> list_opt_outs(const ApiContext& api) {
  Json items = Json::array();
  if (api.request.target.has("address")) { // an empty one is no wish for everybody's
    TRY(one, address_in(api, api.param("address")));
    TRY(view, view_of(api, one));
    items.push_back(address_json(api, std::move(view), one.value));
    return list_json(std::move(items));
  }
  TRY(count, api.limit());
  TRY(after, api.after_address());
  TRY(page, projections::opt_out_addresses(api.scan, api.tenant(), after, count));
  for (const auto& hash : page.items) {
    TRY(view, projections::opt_outs_of(api.scan, api.tenant(), hash));
    items.push_back(address_json(api, std::move(view), ""));
  }
  return list_json(std::move(items), or_null(page.next));
}

constexpr Schema said_schema{
    "consent_statement",
    {{integer("position"), integer("decided"), time("at"), time("received_at"), text("change"),
      nullable(text("channel")), list(text("channels")), text("sender"), text("source"),
      nullable(text("found_by")), text("evidence"), text("rule"), text("by"),
      nullable(text("reason")), nullable(text("reason_code")), nullable(text("text")),
      nullable(text("alias_of")), nullable(integer("review"))}}};

Result<Json> show_opt_out_history(const ApiContext& api) {
  TRY(one, address_in(api, api.segment("address")));
  TRY(view, view_of(api, one));
  std::vector<KeyedItem> items;
  for (const auto& said : view.history) {
    TRY(input, storage::recorded_event(api.ports.log, said.change.input));
    items.push_back({sortable(said.decided.value),
                     projections::statement_json(said, domain::found_by(input.event))});
  }
  return paged(api, std::move(items));
}

constexpr Route opt_out_rows[] = {
    {"opt_outs", "GET", "/api/v1/opt-outs", Right::read, list_opt_outs, &list_of<opt_out_schema>,
     "address limit after"},
    {"opt_out_history", "GET", "/api/v1/opt-outs/{address}/history", Right::read,
     show_opt_out_history, &list_of<said_schema>, "limit after"},
};

} // namespace

std::map<std::string, std::string> addresses_named(const ApiContext& api,
                                                   const projections::ContactView& contact) {
  std::map<std::string, std::string> known;
  const auto learn = [&](events::Field kind, std::string_view value) {
    if (const auto one = read_address(value, api.region()); one && one->kind == kind)
      known[to_hex(api.hash_of(*one))] = one->value;
  };
  for (const auto kind : {events::Field::phone, events::Field::email}) {
    if (const auto merged = contact.fields.find(kind); merged != contact.fields.end())
      learn(kind, merged->second.value);
    for (const auto& record : contact.records)
      learn(kind, record.fields.get(kind));
  }
  return known;
}

Result<Json> opt_outs_json(const ApiContext& api, const projections::ContactView& contact) {
  auto known = addresses_named(api, contact);
  Json items = Json::array();
  for (const auto* hashes : {&contact.phones, &contact.emails})
    for (const auto& hash : *hashes) {
      TRY(view, projections::opt_outs_of(api.scan, api.tenant(), hash));
      if (!view.history.empty())
        items.push_back(address_json(api, std::move(view), known[hash]));
    }
  return items;
}

constinit const Routes opt_out_routes = opt_out_rows;

} // namespace tidemark::gateway
