#include "base/contains.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/inbound.hpp"

#include <algorithm>

namespace tidemark::connectors::gohighlevel {
namespace {

/// Names in squeezed form: the vendor's `ContactCreate` and DF-Middleware's `contact.created`.
constexpr auto contact_names =
    words("contactcreate", "contactcreated", "contactupdate", "contactupdated", "contactchanged",
          "contactchange", "contacttagupdate", "contacttagupdated", "contactdndupdate",
          "contactdndupdated", "tagadded", "tagremoved");
constexpr auto deletion_names = words("contactdelete", "contactdeleted", "contactremoved");

struct Later {
  std::string_view prefix;
  std::string_view of;
};
constexpr auto message_names = words("inboundmessage", "outboundmessage");
constexpr std::array<Later, 20> later_kinds{{
    {"provideroutboundmessage", "messages"},
    {"message", "messages"},
    {"conversation", "conversations"},
    {"note", "notes"},
    {"task", "tasks"},
    {"install", "installations"},
    {"uninstall", "installations"},
    {"planchange", "installations"},
    {"externalauth", "installations"},
    {"location", "locations"},
    {"user", "users"},
    {"campaign", "campaigns"},
    {"invoice", "invoices"},
    {"order", "orders"},
    {"product", "products"},
    {"price", "products"},
    {"record", "custom objects"},
    {"objectschema", "custom objects"},
    {"relation", "custom objects"},
    {"association", "custom objects"},
}};

/// The event name as it came. Contacts themselves carry a `type` too, which is no event.
std::string_view stated_name(const json::Value& root) {
  for (const auto key : {"event", "type", "eventType"}) {
    const auto name = root[key].text();
    if (name && !trimmed(*name).empty() && *name != "lead" && *name != "customer")
      return trimmed(*name);
  }
  return {};
}

bool states_any(const json::Value& root, std::initializer_list<std::string_view> keys) {
  return std::ranges::any_of(keys, [&](std::string_view key) { return root[key].stated(); });
}

EventKind inferred(const json::Value& root) {
  if (states_any(root, {"startTime", "endTime", "calendarId"}))
    return {EventClass::appointment, "appointment.created", {}, true};
  if (states_any(root, {"contactId", "contact_id"})
      || (root["id"].stated() && states_any(root, {"firstName", "first_name", "email", "phone"})))
    return {EventClass::contact, "contact.updated", {}, true};
  return {EventClass::none, "", {}, true};
}

} // namespace

EventKind kind_of_event(const json::Value& root) {
  const auto stated = stated_name(root);
  if (stated.empty())
    return inferred(root);
  const auto name = alphanumeric_key(stated);
  const auto is = [&](std::string_view known) { return name == known; };
  if (std::ranges::any_of(contact_names, is))
    return {EventClass::contact, safe_kind(stated), {}};
  if (std::ranges::any_of(deletion_names, is))
    return {EventClass::contact_deleted, safe_kind(stated), {}};
  if (std::ranges::any_of(message_names, is))
    return {EventClass::message, safe_kind(stated), {}};
  if (name.starts_with("appointment") || name.starts_with("calendar"))
    return {EventClass::appointment, safe_kind(stated), {}};
  if (name.starts_with("opportunity") || name.starts_with("pipeline"))
    return {EventClass::opportunity, safe_kind(stated), {}};
  if (name == "lcemailstats")
    return {EventClass::email_stats, safe_kind(stated), {}};
  for (const auto& later : later_kinds)
    if (name.starts_with(later.prefix))
      return {EventClass::later, safe_kind(stated), later.of};
  return {EventClass::unknown, safe_kind(stated), {}};
}

} // namespace tidemark::connectors::gohighlevel
