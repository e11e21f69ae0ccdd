#include "base/text/json_writer.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/request.hpp"

namespace tidemark::connectors::gohighlevel {
namespace {

/// The vendor gives up to 100 (README fact 11). Fewer, since all that a page leads to is one
/// append.
constexpr std::size_t page_contacts = 20;

/// The `searchAfter` of a contact as it goes into the next request: a time or text, and the id.
std::string cursor_of(const json::Value& after) {
  std::string out = "[";
  for (const auto& item : after.items()) {
    if (out.size() > 1)
      out.push_back(',');
    if (const auto text = item.text())
      json::append_string(out, *text);
    else
      out += item.scalar().value_or("null");
  }
  return out.size() > 1 ? out + "]" : std::string();
}

} // namespace

HttpRequest list_page(std::string_view cursor, const Settings& settings) {
  JsonObject body;
  body.text("locationId", settings.get("location_id"))
      .raw("pageLimit", std::to_string(page_contacts))
      // Oldest first: who is added meanwhile comes at the end.
      .raw("sort", R"([{"field":"dateAdded","direction":"asc"}])");
  if (!cursor.empty())
    body.raw("searchAfter", cursor);
  return request_to(settings, "POST", "/contacts/search", body.finish());
}

Result<ListedPage> translate_page(std::string_view body, const Settings& settings) {
  TRY(document, json::parse(body));
  const auto list = document["contacts"];
  if (list.kind() != json::Kind::array)
    return Error{"answer_not_understood", "the answer to a search holds no list of contacts"};
  ListedPage out;
  out.translation.kind = "Contact list";
  const auto contacts = list.items();
  out.contacts = static_cast<std::uint32_t>(contacts.size());
  for (const auto& contact : contacts) {
    auto one = translate_listed(contact, settings);
    for (auto& command : one.commands)
      out.translation.commands.push_back(std::move(command));
    for (auto& part : one.skipped)
      out.translation.skipped.push_back(std::move(part));
  }
  if (contacts.empty())
    return out;
  // A page may be short in the middle of the list; only an empty one is surely behind its end.
  out.next_cursor = cursor_of(contacts.back()["searchAfter"]);
  if (out.next_cursor.empty() && contacts.size() >= page_contacts)
    return Error{"answer_not_understood", "the last contact of a full page has no searchAfter"};
  return out;
}

} // namespace tidemark::connectors::gohighlevel
