#include "events/format/tags.hpp"
#include "gateway/api/store.hpp"
#include "gateway/outages/outage_note.hpp"
#include "gateway/outages/planned_end.hpp"
#include "gateway/outages/routes.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::size_t note_characters_max = 500, link_bytes_max = 500;

/// C0, DEL and C1 (U+0080 to U+009F): a terminal may obey them.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || is_c1)
      return true;
  }
  return false;
}

/// Of UTF-8: each but its first byte begins with the bits 10.
std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Result<std::string> note_text_in(const Body& body) {
  auto out = body.text("text");
  if (std::ranges::all_of(out, [](char c) { return c == ' '; }))
    return Error{"bad_text", "text is missing: say what is known of the outage"};
  if (has_control(out))
    return Error{"bad_text", "text has a line break or another control character: write one line"};
  if (characters_in(out) > note_characters_max)
    return Error{"bad_text", "text is longer than 500 characters; say it in fewer words"};
  return out;
}

/// With a host and without a user, all of it ASCII that is seen.
bool is_https_link(std::string_view link) {
  constexpr std::string_view scheme = "https://";
  if (!link.starts_with(scheme) || link.size() > link_bytes_max)
    return false;
  const auto authority =
      link.substr(scheme.size(), link.find_first_of("/?#", scheme.size()) - scheme.size());
  return !authority.empty() && authority.find('@') == std::string_view::npos
         && std::ranges::all_of(link, [](char c) {
              return c > ' ' && c < 0x7F
                     && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
            });
}

Result<std::string> link_in(const Body& body) {
  auto out = body.text("link");
  if (body["link"].stated() && !is_https_link(out))
    return Error{"bad_link", "link is an address that begins with https://, 500 bytes at most, "
                             "without user and password"};
  return out;
}

constexpr std::string_view note_not_stored =
    "nothing was stored and nothing changed; send it again later";

Result<Json> note_outage(const ApiContext& api) {
  TRY(connector, api.connector_in_path());
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(text, note_text_in(body));
  TRY(link, link_in(body));
  TRY(planned, planned_end_in(api, body));
  events::ConnectorNoted event;
  event.connector = connector;
  event.text = std::move(text);
  event.link = std::move(link);
  event.planned_end = planned;
  return record(api, events::note_stream(connector),
                asked(api, std::move(reason), std::move(event)), note_not_stored);
}

Result<Json> clear_outage_note(const ApiContext& api) {
  TRY(connector, api.connector_in_path());
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(note, read_outage_note(api.ports.log, api.tenant(), connector));
  if (!note)
    return Error{"no_note", "this connector has no note"};
  events::ConnectorNoteCleared event;
  event.connector = connector;
  return record(api, events::note_stream(connector),
                asked(api, std::move(reason), std::move(event)), note_not_stored);
}

constexpr Route outage_note_rows[] = {
    {"note_outage", "POST", "/api/v1/connectors/{name}/note", Right::operate, note_outage,
     &accepted, "", "text link until reason", unreadable_so_nothing_stored},
    {"clear_outage_note", "POST", "/api/v1/connectors/{name}/note/clear", Right::operate,
     clear_outage_note, &accepted, "", "reason", unreadable_so_nothing_stored},
};

} // namespace

constinit const Routes outage_note_routes = outage_note_rows;

} // namespace tidemark::gateway
