#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/query.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::gateway {
namespace {

/// Records looked at for one page; with a rare type a page may be short and still have a `next`.
constexpr std::size_t records_per_page_max = 20'000;

} // namespace

Query::Outcome Query::event_json(const events::StoredEvent& event) const {
  const auto& e = event.envelope;
  Json data; // null when sealed: unreadable without the person's key
  if (e.payload_encoding != events::Encoding::sealed) {
    data = Json::parse(event.payload, nullptr, false);
    if (data.is_discarded())
      return Error{"payload_not_json", "a stored payload is not JSON"};
    if (!caller_.sees_personal_data())
      mask_payload(data);
  }
  return Json{{"position", e.position.value},
              {"at", to_rfc3339(e.recorded_at)},
              {"type", e.type},
              {"tenant", e.tenant.value},
              {"stream", e.stream.value},
              {"stream_version", e.version.value},
              {"cause", e.cause == Position{} ? Json() : Json(e.cause.value)},
              {"command_index", e.command_index},
              {"decider", events::name_of(e.decider)},
              {"correlation", e.correlation.value},
              {"rules", e.rules},
              {"epoch", e.epoch.value},
              {"hash", to_hex(e.hash)},
              {"encoding", e.payload_encoding == events::Encoding::sealed ? "sealed" : "plain"},
              {"data", std::move(data)},
              {"attachment_bytes", event.attachment.size()}};
}

Query::Outcome Query::event() const {
  TRY(at, position(request_.target.segments[3]));
  TRY(found, ports_.log.at(at));
  if (!found || !is_ours(found->envelope.tenant.value))
    return unknown("event");
  return event_json(*found);
}

Query::Outcome Query::tagged_events(const ContactId& contact) const {
  const auto count = limit();
  const auto after = position(param("after"));
  if (!count || !after)
    return count ? after.error() : count.error();
  // One more than asked for tells whether there is a next page.
  TRY(found, ports_.log.tagged(caller_.tenant, events::contact_tag(contact), after.value(),
                               count.value() + 1));
  if (found.empty() && after.value() == Position{})
    return unknown("contact");
  Json items = Json::array();
  Json next;
  Position last;
  for (const auto at : found) {
    if (items.size() == count.value()) {
      next = std::to_string(last.value);
      break;
    }
    TRY(event, ports_.log.at(at));
    last = at;
    if (!event || (!param("type").empty() && event->envelope.type != param("type")))
      continue;
    auto item = event_json(*event);
    if (!item)
      return item;
    items.push_back(std::move(item.value()));
  }
  if (next.is_null() && found.size() > count.value())
    next = std::to_string(last.value);
  return Json{{"items", std::move(items)}, {"next", std::move(next)}};
}

Query::Outcome Query::events() const {
  if (!param("contact").empty())
    return tagged_events(ContactId(std::string(param("contact"))));
  const auto count = limit();
  const auto after = position(param("after"));
  if (!count || !after)
    return count ? after.error() : count.error();
  const auto type = param("type");
  std::vector<Position> wanted;
  Position last = after.value();
  std::optional<Error> damage;
  const auto read =
      ports_.log.read(after.value(), records_per_page_max, [&](std::string_view record) {
        const auto header = events::read_header(record);
        if (!header) {
          damage = header.error();
          return false;
        }
        last = header.value().position;
        if (is_ours(header.value().tenant) && (type.empty() || header.value().type == type))
          wanted.push_back(last);
        return wanted.size() < count.value();
      });
  if (!read || damage)
    return damage ? *damage : read.error();
  Json items = Json::array();
  for (const auto at : wanted) {
    TRY(event, ports_.log.at(at));
    auto item = event ? event_json(*event) : unknown("event");
    if (!item)
      return item;
    items.push_back(std::move(item.value()));
  }
  const bool more = last < ports_.log.durable();
  return Json{{"items", std::move(items)},
              {"next", more ? Json(std::to_string(last.value)) : Json()}};
}

} // namespace tidemark::gateway
