#include "events/access.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/events/routes.hpp"

namespace tidemark::gateway {
namespace {

/// Records looked at for one page; with a rare type a page may be short and still have a `next`.
constexpr std::size_t records_per_page_max = 20'000;

constexpr Schema event_schema{
    "event",
    {{integer("position"), time("at"), text("type"), text("tenant"), text("stream"),
      integer("stream_version"), nullable(integer("cause")), integer("command_index"),
      text("decider"), integer("correlation"), integer("rules"), integer("epoch"), text("hash"),
      text("encoding"), nullable(any("data")), integer("attachment_bytes")}}};

Result<Json> event_json(const ApiContext& api, const events::StoredEvent& event) {
  const auto& e = event.envelope;
  const bool sealed = e.payload_encoding == events::Encoding::sealed;
  Json data; // null when sealed: unreadable without the person's key
  if (!sealed) {
    data = Json::parse(event.payload, nullptr, false);
    if (data.is_discarded())
      return Error{"payload_not_json", "a stored payload is not JSON"};
    for (const auto name : events::never_shown)
      if (data.contains(name))
        data[std::string(name)] = "***";
    if (!api.caller.sees_personal_data())
      mask_payload(data);
  }
  return Json{{"position", e.position.value},
              {"at", to_rfc3339(e.recorded_at)},
              {"type", e.type},
              {"tenant", e.tenant.value},
              {"stream", e.stream.value},
              {"stream_version", e.version.value},
              {"cause", or_null(e.cause)},
              {"command_index", e.command_index},
              {"decider", events::name_of(e.decider)},
              {"correlation", e.correlation.value},
              {"rules", e.rules},
              {"epoch", e.epoch.value},
              {"hash", to_hex(e.hash)},
              {"encoding", sealed ? "sealed" : "plain"},
              {"data", std::move(data)},
              {"attachment_bytes", event.attachment.size()}};
}

Result<Json> show_event(const ApiContext& api) {
  TRY(at, read_position(api.segment("position")));
  TRY(found, api.ports.log.at(at));
  if (!found || !api.is_ours(found->envelope.tenant.value))
    return unknown("event");
  return event_json(api, *found);
}

/// Of one contact, in log order.
Result<Json> timeline_of(const ApiContext& api, const ContactId& contact) {
  TRY(count, api.limit());
  TRY(after, api.after());
  // One more than asked for tells whether there is a next page.
  TRY(found, api.ports.log.tagged(api.tenant(), events::contact_tag(contact), after, count + 1));
  if (found.empty() && after == Position{})
    return unknown("contact");
  const auto type = api.param("type");
  Json items = Json::array();
  Json next;
  Position last;
  for (const auto at : found) {
    if (items.size() == count) {
      next = std::to_string(last.value);
      break;
    }
    TRY(event, api.ports.log.at(at));
    last = at;
    if (!event || (!type.empty() && event->envelope.type != type))
      continue;
    TRY(item, event_json(api, *event));
    items.push_back(std::move(item));
  }
  if (next.is_null() && found.size() > count)
    next = std::to_string(last.value);
  return list_json(std::move(items), std::move(next));
}

Result<Json> show_timeline(const ApiContext& api) {
  return timeline_of(api, ContactId(api.segment("id")));
}

/// Events of the tenant, and how far the log was read for them.
struct EventPage {
  std::vector<Json> items;
  Position read_to;
};

Result<EventPage> events_after(const ApiContext& api, Position after, std::size_t count) {
  const auto type = api.param("type");
  auto& log = api.ports.log;
  std::vector<Position> wanted;
  EventPage out{{}, after};
  std::optional<Error> damage;
  const auto read = log.read(after, records_per_page_max, [&](std::string_view record) {
    const auto header = events::read_header(record);
    if (!header) {
      damage = header.error();
      return false;
    }
    out.read_to = header->position;
    if (api.is_ours(header->tenant) && (type.empty() || header->type == type))
      wanted.push_back(out.read_to);
    return wanted.size() < count;
  });
  if (!read || damage)
    return damage ? *damage : read.error();
  for (const auto at : wanted) {
    TRY(event, log.at(at));
    TRY(item, event ? event_json(api, *event) : unknown("event"));
    out.items.push_back(std::move(item));
  }
  return out;
}

Result<Json> list_events(const ApiContext& api) {
  if (const auto contact = api.param("contact"); !contact.empty())
    return timeline_of(api, ContactId(std::string(contact)));
  TRY(count, api.limit());
  TRY(after, api.after());
  TRY(page, events_after(api, after, count));
  const bool more = page.read_to < api.ports.log.durable();
  return list_json(Json(std::move(page.items)),
                   more ? Json(std::to_string(page.read_to.value)) : Json());
}

/// Where the reader stands: what his browser has seen last, or what he asks for, or the log's end.
Result<Position> stream_begin(const ApiContext& api) {
  const auto seen = connectors::only_header(api.request.headers, "last-event-id");
  if (seen && !seen->empty())
    return read_position(*seen);
  return api.param("after").empty() ? Result(api.ports.log.durable()) : api.after();
}

/// Server-sent events (HTML standard, 9.2). Each answer has what is there and ends: the reader
/// comes again a second later and says where he stands, so none is lost over a restart or a broken
/// connection, and whoever may no longer see them is refused at once.
Answer stream_events(const ApiContext& api) {
  constexpr std::size_t most = 100;
  const auto begin = stream_begin(api);
  if (!begin)
    return refusal(api, begin.error());
  if (const auto end = api.ports.log.durable(); *begin > end) // of a log that was put back since
    return refusal(api, {"bad_position", "the log ends at " + std::to_string(end.value)
                                             + ": begin there, or with what you have not seen"});
  const auto page = events_after(api, *begin, most);
  if (!page)
    return refusal(api, page.error());
  Answer out;
  out.content_type = "text/event-stream";
  out.headers.emplace_back("X-Accel-Buffering", "no");
  out.body = page->read_to < api.ports.log.durable() ? "retry: 1\n\n" : "retry: 1000\n\n";
  for (const auto& item : page->items)
    out.body += "id: " + item["position"].dump() + "\ndata: " + item.dump() + "\n\n";
  // Without data it is no event, but the reader keeps it.
  out.body += "id: " + std::to_string(page->read_to.value) + "\n\n";
  return out;
}

constexpr Route event_rows[] = {
    {"timeline", "GET", "/api/v1/contacts/{id}/timeline", Right::read, show_timeline,
     &list_of<event_schema>, "type limit after"},
    {"events", "GET", "/api/v1/events", Right::read, list_events, &list_of<event_schema>,
     "contact type limit after"},
    {"event_stream", "GET", "/api/v1/events/stream", Right::read, stream_events, nullptr,
     "type after"},
    {"event", "GET", "/api/v1/events/{position}", Right::read, show_event, &event_schema},
};

} // namespace

constinit const Routes event_routes = event_rows;

} // namespace tidemark::gateway
