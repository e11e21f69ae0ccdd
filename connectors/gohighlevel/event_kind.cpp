#include "base/contains.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/inbound.hpp"

#include <algorithm>

namespace tidemark::connectors::gohighlevel {
namespace {

/// What the connector acts on: the vendor's `ContactCreate` and DF-Middleware's `contact.created`.
struct Handled {
  std::string_view name;
  EventClass event_class;
};
constexpr std::array<Handled, 22> handled{{
    {"ContactCreate", EventClass::contact},
    {"ContactCreated", EventClass::contact},
    {"ContactUpdate", EventClass::contact},
    {"ContactUpdated", EventClass::contact},
    {"ContactChange", EventClass::contact},
    {"ContactChanged", EventClass::contact},
    {"ContactTagUpdate", EventClass::contact},
    {"ContactTagUpdated", EventClass::contact},
    {"ContactDndUpdate", EventClass::contact},
    {"ContactDndUpdated", EventClass::contact},
    {"TagAdded", EventClass::contact},
    {"TagRemoved", EventClass::contact},
    {"ContactDelete", EventClass::contact_deleted},
    {"ContactDeleted", EventClass::contact_deleted},
    {"ContactRemoved", EventClass::contact_deleted},
    {"InboundMessage", EventClass::message},
    {"OutboundMessage", EventClass::message},
    {"Appointment*", EventClass::appointment},
    {"Calendar*", EventClass::appointment},
    {"Opportunity*", EventClass::opportunity},
    {"Pipeline*", EventClass::opportunity},
    {"LCEmailStats", EventClass::email_stats},
}};

std::string_view about(EventClass event_class) {
  switch (event_class) {
  case EventClass::contact:
    return "contacts";
  case EventClass::contact_deleted:
    return "deleted contacts";
  case EventClass::message:
    return "calls and messages";
  case EventClass::appointment:
    return "appointments";
  case EventClass::opportunity:
    return "opportunities";
  default:
    return "unsubscribed mail";
  }
}

struct Later {
  std::string_view prefix;
  std::string_view of;
};
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
  for (const auto& one : handled)
    if (fits_kind(one.name, stated))
      return {one.event_class, safe_kind(stated), {}};
  for (const auto& later : later_kinds)
    if (name.starts_with(later.prefix))
      return {EventClass::later, safe_kind(stated), later.of};
  return {EventClass::unknown, safe_kind(stated), {}};
}

std::vector<HandledKind> handled_kinds(const Settings&) {
  std::vector<HandledKind> out;
  for (const auto& one : handled)
    out.push_back({std::string(one.name), about(one.event_class)});
  out.push_back({std::string(provider_channel), about(EventClass::message)});
  return out;
}

} // namespace tidemark::connectors::gohighlevel
