#include "gateway/find/lookups.hpp"

#include "domain/consent/suppression.hpp"
#include "events/format/reason.hpp"
#include "events/format/tags.hpp"
#include "gateway/actions/bulk_actions.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/credentials/access_book.hpp"
#include "projections/consent/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tidemark::gateway {
namespace {

constexpr std::size_t contacts_found_max = 20;

bool always(const ApiContext&, std::string_view) {
  return true;
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// ---- contacts

Status add_contact(const ApiContext& api, const ContactId& id, FoundThings& found) {
  TRY(contact, projections::contact(api.scan, api.tenant(), id));
  std::string text = "it is known, the tables do not show it yet";
  if (contact && !contact->merged_into.value.empty()) {
    text = "part of the contact " + contact->merged_into.value;
  } else if (contact) {
    std::set<std::string> systems;
    for (const auto& record : contact->records)
      if (record.in_use)
        systems.insert(record.connector.value);
    text = systems.empty() ? "it has no record in any system" : "it has records in";
    for (const auto& system : systems)
      text += (system == *systems.begin() ? " " : ", ") + system;
  }
  TRY(newest, api.ports.log.newest_tagged(api.tenant(), events::contact_tag(id)));
  found.push_back({"contact", id.value, std::move(text),
                   command_for(api, "explain --contact " + id.value), newest});
  return Done{};
}

bool may_be_contact(const ApiContext&, std::string_view id) {
  return id.size() == 21 && id[0] == 'c' && is_hex(id.substr(1));
}

Status find_contact(const ApiContext& api, const std::string& id, FoundThings& found) {
  TRY(newest, api.ports.log.newest_tagged(api.tenant(), events::contact_tag(ContactId(id))));
  if (newest == Position{})
    return Done{};
  return add_contact(api, ContactId(id), found);
}

// ---- addresses

bool may_be_address(const ApiContext& api, std::string_view id) {
  return read_address(id, api.region()).has_value();
}

Result<std::vector<ContactId>> holders_of(const ApiContext& api, const Address& address) {
  const auto hash = to_hex(api.hash_of(address));
  TRY(own, projections::contacts_by_key(api.scan, api.tenant(), events::name_of(address.kind), hash,
                                        {}, contacts_found_max));
  TRY(sharing, projections::contacts_sharing(api.scan, api.tenant(), hash, {}, contacts_found_max));
  own.items.insert(own.items.end(), sharing.items.begin(), sharing.items.end());
  return std::move(own.items);
}

std::string consent_text(const domain::ConsentState& state) {
  const auto closed = domain::any_suppression(state);
  if (closed.gate == domain::Gate::closed)
    return fmt::format("closed by an opt-out, event {}", closed.evidence.value);
  return closed.gate == domain::Gate::in_review ? "a possible opt-out waits for a decision"
                                                : "no opt-out is active";
}

/// For who may not see it, a word in its place.
std::string shell_word(const ApiContext& api, const std::string& address) {
  if (!api.caller.sees_personal_data())
    return "ADDRESS";
  std::string out = "'";
  for (const char c : address)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

Status find_address(const ApiContext& api, const std::string& id, FoundThings& found) {
  const auto address = *read_address(id, api.region());
  const auto tag = events::consent_tag(api.hash_of(address));
  TRY(holders, holders_of(api, address));
  TRY(newest, api.ports.log.newest_tagged(api.tenant(), tag));
  if (holders.empty() && newest == Position{})
    return Done{};
  TRY(state, projections::consent_state_of(api.scan, api.tenant(), to_hex(api.hash_of(address))));
  const auto kind = events::name_of(address.kind);
  found.push_back(
      {std::string(kind), api.shown(kind, address.value),
       fmt::format("{}; contacts that have it: {}", consent_text(state), holders.size()),
       command_for(api, "audit opt-outs --address " + shell_word(api, address.value)), newest});
  for (const auto& holder : holders) {
    TRYV(add_contact(api, holder, found));
  }
  return Done{};
}

// ---- vendors' ids

Status add_record(const ApiContext& api, const ConnectorName& connector, const std::string& id,
                  FoundThings& found) {
  const RemoteId remote{id};
  const auto hash = events::remote_hash(api.ports.hasher, api.tenant(), connector, remote);
  TRY(contact, projections::contact_by_record(api.scan, api.tenant(), connector, to_hex(hash)));
  if (contact) {
    TRY(newest, api.ports.log.newest_tagged(api.tenant(), events::identity_tag(hash)));
    found.push_back({"record", connector.value + ":" + api.shown_id(remote),
                     "a record of the contact " + contact->value,
                     command_for(api, "explain --contact " + contact->value), newest});
  }
  const auto about =
      events::subject_tag(api.ports.hasher(HashedKind::subject, api.tenant(), connector.value, id));
  TRY(webhook, api.ports.log.newest_tagged(api.tenant(), about));
  if (webhook == Position{})
    return Done{};
  return add_event(api, webhook, found);
}

bool names_connector(const ApiContext& api, std::string_view id) {
  const auto colon = id.find(':');
  return colon != std::string_view::npos && colon + 1 < id.size()
         && api.source(ConnectorName(std::string(id.substr(0, colon))));
}

Status find_record(const ApiContext& api, const std::string& id, FoundThings& found) {
  const auto colon = id.find(':');
  return add_record(api, ConnectorName(id.substr(0, colon)), id.substr(colon + 1), found);
}

Status find_record_anywhere(const ApiContext& api, const std::string& id, FoundThings& found) {
  for (const auto& source : api.options.sources)
    if (source.tenant == api.tenant()) {
      TRYV(add_record(api, source.settings.name, id, found));
    }
  return Done{};
}

// ---- what Tidemark numbers itself

bool may_be_position(const ApiContext&, std::string_view id) {
  const auto at = read_position(id);
  return at && *at != Position{};
}

Status find_position(const ApiContext& api, const std::string& id, FoundThings& found) {
  TRY(at, read_position(id));
  if (at > api.ports.log.durable())
    return Done{};
  return add_event(api, at, found);
}

Status find_request(const ApiContext& api, const std::string& id, FoundThings& found) {
  constexpr std::size_t events_max = 20;
  TRY(at, api.ports.log.tagged(api.tenant(), events::named_tag(id), {}, events_max));
  for (const auto position : at) {
    TRYV(add_event(api, position, found));
  }
  return Done{};
}

Status find_delivery(const ApiContext& api, const std::string& id, FoundThings& found) {
  TRY(delivery, projections::delivery(api.scan, api.tenant(), DeliveryId(id)));
  if (!delivery)
    return Done{};
  auto text = fmt::format("{} in {}: {} since {}", delivery->operation, delivery->target.value,
                          delivery->state, to_rfc3339(delivery->since));
  if (delivery->reason_code != Reason::none)
    text += fmt::format(" ({})", name_of(delivery->reason_code));
  found.push_back({"delivery", id, std::move(text), command_for(api, "explain --delivery " + id),
                   delivery->newest});
  return Done{};
}

Status find_action(const ApiContext& api, const std::string& id, FoundThings& found) {
  const auto action = api.actions.find(api.tenant(), id);
  if (action)
    found.push_back({"action", id,
                     fmt::format("{}, {} since {}: {} of {} asked for", action->wish.what,
                                 action->state, to_rfc3339(action->started_at),
                                 action->counts.requested, action->counts.matched),
                     "GET /api/v1/actions/" + id});
  return Done{};
}

bool may_see_tokens(const ApiContext& api, std::string_view) {
  return api.caller.role == Role::local || domain::rights_of(api.caller.role).has(Right::audit);
}

Status find_token(const ApiContext& api, const std::string& id, FoundThings& found) {
  const auto page = api.access.page();
  const auto at = page->state.tokens.find(id);
  if (at == page->state.tokens.end())
    return Done{};
  const auto& token = at->second;
  if (token.tenant != api.tenant() && !(token.installation && api.caller.is_for_all()))
    return Done{};
  found.push_back({"token", id,
                   fmt::format("a token of the role {}: {}", domain::name_of(token.role),
                               domain::name_of(domain::state_of(token, api.now()))),
                   command_for(api, "token list")});
  return Done{};
}

constexpr IdLookup lookups[] = {
    {"position of an event", may_be_position, find_position},
    {"request id, vendor's id of a webhook", always, find_request},
    {"delivery id", always, find_delivery},
    {"contact id", may_be_contact, find_contact},
    {"phone number or e-mail address", may_be_address, find_address},
    {"connector:remote-id", names_connector, find_record},
    {"a vendor's id in any system", always, find_record_anywhere},
    {"action id", always, find_action},
    {"token id", may_see_tokens, find_token},
};

} // namespace

std::span<const IdLookup> id_lookups() {
  return lookups;
}

} // namespace tidemark::gateway
