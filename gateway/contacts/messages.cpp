#include "events/activity.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/contacts/routes.hpp"
#include "projections/conversations/message_view.hpp"

#include <algorithm>

// The messages with a person, newest first (requirement M16).

namespace tidemark::gateway {
namespace {

constexpr std::size_t sharing_max = 100; ///< contacts that are looked at for one number

constexpr Schema shown_schema{
    "message_shown",
    {{text("target"), text("action"), text("delivery"), text("state"), text("reason_code"),
      nullable(text("id")), nullable(text("thread"))}}};
constexpr Schema message_schema{"message",
                                {{integer("position"),
                                  time("at"),
                                  nullable(time("stated_at")),
                                  text("contact"),
                                  text("system"),
                                  text("said_by"),
                                  nullable(text("id")),
                                  nullable(text("thread")),
                                  text("channel"),
                                  text("direction"),
                                  text("state"),
                                  text("address"),
                                  text("our_address"),
                                  nullable(text("subject")),
                                  text("text"),
                                  integer("attachments"),
                                  boolean("listed"),
                                  nullable(text("agent")),
                                  nullable(text("error_code")),
                                  nullable(text("error_text")),
                                  list("shown", shown_schema)}}};

/// What became of showing or sending it, as the delivery stands.
Json shown_json(const projections::ShownMessage& one) {
  return Json{{"target", one.target.value},     {"action", one.action},
              {"delivery", one.delivery.value}, {"state", one.state},
              {"reason_code", one.reason_code}, {"id", or_null(one.id)},
              {"thread", or_null(one.thread)}};
}

Json message_json(const ApiContext& api, const projections::MessageView& one) {
  const auto said = [&](const std::string& text) {
    return text.empty() ? Json() : Json(api.shown("text", text));
  };
  const auto stated = from_rfc3339(one.stated_at);
  auto shown = Json::array();
  for (const auto& place : one.shown)
    shown.push_back(shown_json(place));
  return Json{{"position", one.position.value},
              {"at", to_rfc3339(one.at)},
              {"stated_at", stated ? Json(to_rfc3339(*stated)) : Json()},
              {"contact", one.contact.value},
              {"system", one.source.value},
              {"said_by", one.said_by},
              {"id", or_null(one.id)},
              {"thread", or_null(one.thread)},
              {"channel", one.channel},
              {"direction", one.inbound ? "inbound" : "outbound"},
              {"state", one.status},
              {"address", api.shown("phone", one.address)},
              {"our_address", one.our_address},
              {"subject", said(one.subject)},
              {"text", api.shown("text", one.text)},
              {"attachments", one.attachments},
              {"listed", one.listed},
              {"agent", or_null(one.agent)},
              {"error_code", or_null(one.error_code)},
              {"error_text", or_null(one.error_text)},
              {"shown", std::move(shown)}};
}

/// A contact with all that became part of it, or the contact that it is part of.
Status add_whole(const ApiContext& api, const ContactId& id, std::vector<ContactId>& out) {
  TRY(found, projections::contact(api.scan, api.tenant(), id));
  if (!found)
    return Done{};
  out.push_back(id);
  out.insert(out.end(), found->parts.begin(), found->parts.end());
  return Done{};
}

/// Everybody who has the number, or shares it.
Result<std::vector<ContactId>> contacts_with(const ApiContext& api, const std::string& phone) {
  const auto hash = to_hex(api.hash_of({events::Field::phone, phone}));
  TRY(owners, projections::contacts_by_key(api.scan, api.tenant(), "phone", hash, {}, sharing_max));
  TRY(others, projections::contacts_sharing(api.scan, api.tenant(), hash, {}, sharing_max));
  std::vector<ContactId> out;
  for (const auto* page : {&owners, &others})
    for (const auto& id : page->items) {
      TRYV(add_whole(api, id, out));
    }
  return out;
}

struct Asked {
  std::vector<ContactId> contacts;
  projections::MessageFilter filter;
};

Result<Asked> asked_for(const ApiContext& api) {
  Asked out;
  const auto contact = api.param("contact");
  const auto phone = api.param("phone");
  if (contact.empty() == phone.empty())
    return Error{"bad_query", "give phone or contact: whose messages?"};
  if (!contact.empty()) {
    TRYV(add_whole(api, ContactId(std::string(contact)), out.contacts));
    if (out.contacts.empty())
      return unknown("contact");
  } else {
    out.filter.address = phone_key(phone, api.region());
    if (out.filter.address.empty())
      return Error{"bad_phone", "this is no phone number in any usual form; write for example "
                                "phone=%2B12025550142"};
    TRY(found, contacts_with(api, out.filter.address));
    out.contacts = std::move(found);
  }
  const auto direction = api.param("direction");
  if (!direction.empty() && direction != "inbound" && direction != "outbound")
    return Error{"bad_direction", "direction is inbound or outbound"};
  if (!direction.empty())
    out.filter.inbound = direction == "inbound";
  out.filter.status = api.param("state");
  constexpr auto& states = events::EnumNames<events::MessageStatus>::names;
  if (!out.filter.status.empty() && out.filter.status != "suppressed"
      && std::ranges::find(states, out.filter.status) == states.end())
    return Error{"bad_state",
                 "state is one of unknown, queued, sent, delivered, read, failed, suppressed"};
  out.filter.source = api.param("system");
  out.filter.thread = api.param("thread");
  return out;
}

Result<Json> list_messages(const ApiContext& api) {
  TRY(limit, api.limit());
  TRY(before, api.after());
  TRY(asked, asked_for(api));
  // One more than asked for tells whether there is a next page.
  TRY(found, projections::messages_of(api.scan, api.tenant(), asked.contacts, asked.filter, before,
                                      limit + 1));
  if (found.empty()) {
    TRYV(api.check_system("system"));
  }
  const bool more = found.size() > limit;
  if (more)
    found.pop_back();
  auto items = Json::array();
  for (const auto& one : found)
    items.push_back(message_json(api, one));
  return list_json(std::move(items),
                   more ? Json(std::to_string(found.back().position.value)) : Json());
}

constexpr Route message_rows[] = {
    {"messages", "GET", "/api/v1/messages", Right::read, list_messages, &list_of<message_schema>,
     "phone contact direction state system thread limit after"},
};

} // namespace

constinit const Routes message_routes = message_rows;

} // namespace tidemark::gateway
