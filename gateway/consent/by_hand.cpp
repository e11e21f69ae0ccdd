#include "events/consent.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/store.hpp"
#include "gateway/consent/routes.hpp"
#include "projections/attention/by_hand_view.hpp"
#include "projections/consent/hearing.hpp"

#include <algorithm>

// Opt-outs that leave something to people, and that it is done.

namespace tidemark::gateway {
namespace {

constexpr std::size_t listed_max = 10'000;
constexpr std::size_t addresses_max = 100;

constexpr Schema by_hand_schema{
    "opt_out_by_hand",
    {{integer("position"), nullable(text("address")), text("address_hash"), text("connector"),
      text("contact"), list(text("channels")), text("state"), integer("opt_out"), time("since"),
      time("alert_from"), text("next_step")}}};

Json item_json(const ApiContext& api, const projections::LeftToPeople& one) {
  return {{"position", one.position.value},
          {"address", or_null(api.shown(events::name_of(one.kind), one.address))},
          {"address_hash", one.address_hash},
          {"connector", one.connector.value},
          {"contact", one.contact.value},
          {"channels", one.channels},
          {"state", one.state},
          {"opt_out", one.opt_out.value},
          {"since", to_rfc3339(one.since)},
          {"alert_from", to_rfc3339(one.alert_from)},
          {"next_step", "Set do-not-contact for the person in " + one.connector.value
                            + " by hand, then POST /api/v1/opt-outs/by-hand/done."}};
}

Result<Json> list_by_hand(const ApiContext& api) {
  TRY(all, projections::all_left_to_people(api.scan, api.tenant(),
                                           ConnectorName(std::string(api.param("connector"))),
                                           listed_max, api.now()));
  if (all.empty()) {
    TRYV(api.check_system("connector"));
  }
  std::vector<KeyedItem> items;
  for (const auto& one : all)
    items.push_back(
        {sortable(one.position.value) + ' ' + one.connector.value + ' ' + one.contact.value,
         item_json(api, one)});
  return paged(api, std::move(items));
}

// ---- done

/// An address as it was given, or the hash of one that no event names.
struct Named {
  events::Field kind = events::Field::phone;
  std::string value; ///< "" when only the hash is known
  std::string hash;
};

Result<Named> named(const ApiContext& api, const std::string& text) {
  if (auto address = read_address(text, api.region()))
    return Named{address->kind, address->value, to_hex(api.hash_of(*address))};
  if (hash16_from_hex(text))
    return Named{events::Field::phone, {}, text};
  return Error{"bad_address", "an address is missing, or is neither a phone number in any usual "
                              "form, nor an e-mail address, nor an address_hash of the list"};
}

Result<std::vector<Named>> addresses_in(const ApiContext& api, const Body& body) {
  std::vector<Named> out;
  if (body["addresses"].stated()) {
    for (const auto& item : body["addresses"].items()) {
      TRY(one, named(api, std::string(item.text().value_or(""))));
      out.push_back(std::move(one));
    }
    if (out.empty() || out.size() > addresses_max || body["address"].stated())
      return Error{"bad_address", "addresses is a list of 1 to 100, in the place of address"};
    return out;
  }
  TRY(one, named(api, body.text("address")));
  out.push_back(std::move(one));
  return out;
}

Result<Position> up_to_in(const ApiContext& api, const Body& body) {
  const auto now = api.ports.log.durable();
  if (!body["up_to"].stated())
    return now;
  const auto number = body["up_to"].integer();
  if (!number || *number <= 0 || static_cast<std::uint64_t>(*number) > now.value)
    return Error{"bad_position", "up_to is a position of the log: that of the newest opt-out that "
                                 "was seen in the list"};
  return Position{static_cast<std::uint64_t>(*number)};
}

/// Whose mark at the connector is open, of those who have or had the address.
Result<std::vector<ContactId>> contacts_left(const ApiContext& api, const Named& address,
                                             const ConnectorName& connector, Position up_to) {
  TRY(view, projections::opt_outs_of(api.scan, api.tenant(), address.hash));
  std::vector<ContactId> out;
  for (const auto& told : view.propagation)
    if (told.target == connector && told.intended <= up_to && (told.hears || told.by_hand)
        && projections::may_be_left_to_people(told)
        && std::find(out.begin(), out.end(), told.contact) == out.end())
      out.push_back(told.contact);
  if (out.empty())
    return Error{"nothing_by_hand",
                 "nothing is left to people for this address at this connector, up to this "
                 "position: GET /api/v1/opt-outs/by-hand lists what is"};
  return out;
}

constexpr Schema done_schema{"opt_out_done_by_hand",
                             {{text("status"), integer("position"), integer("addresses"),
                               text("connector"), integer("up_to")}}};

Result<Json> mark_done(const ApiContext& api) {
  TRY(body, api.body());
  TRY(why, body.reason());
  TRY(name, body.text("connector", {"bad_connector", "connector is missing: the system in which "
                                                     "the mark was set"}));
  TRY(up_to, up_to_in(api, body));
  TRY(addresses, addresses_in(api, body));
  std::vector<storage::NewEvent> events;
  for (const auto& address : addresses) {
    events::OptOutMarkedByHand event;
    event.kind = address.kind;
    event.address = PiiText(address.value);
    event.connector = ConnectorName(name);
    event.up_to = up_to;
    TRY(contacts, contacts_left(api, address, event.connector, up_to));
    event.contacts = std::move(contacts);
    std::vector<events::Tag> tags;
    for (const auto& contact : event.contacts)
      tags.push_back(events::contact_tag(contact));
    events.push_back(
        {events::admin_stream(), asked(api, why, std::move(event)), std::move(tags), {}});
  }
  TRY(out, record(api, std::move(events), nothing_stored));
  out["addresses"] = addresses.size();
  out["connector"] = name;
  out["up_to"] = up_to.value;
  return std::move(out);
}

constexpr Route by_hand_rows[] = {
    {"opt_outs_by_hand", "GET", "/api/v1/opt-outs/by-hand", Right::read, list_by_hand,
     &list_of<by_hand_schema>, "connector limit after"},
    {"opt_outs_done", "POST", "/api/v1/opt-outs/by-hand/done", Right::review, mark_done,
     &done_schema, "", "address addresses connector reason up_to", unreadable_so_nothing_stored},
};

} // namespace

constinit const Routes by_hand_routes = by_hand_rows;

} // namespace tidemark::gateway
