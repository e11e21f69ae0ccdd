#include "base/contains.hpp"
#include "base/text/json_writer.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/request.hpp"
#include "connectors/shared/inbound.hpp"

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

/// The vendor's `dataType` (README fact 25). What has no type of ours is told as text, which takes
/// most.
domain::CustomType type_of(std::string_view data_type) {
  using domain::CustomType;
  static constexpr auto numbers = words("NUMERICAL", "MONETORY", "MONETARY", "FLOAT");
  static constexpr auto choices =
      words("SINGLE_OPTIONS", "MULTIPLE_OPTIONS", "RADIO", "CHECKBOX", "DROPDOWN");
  if (contains(numbers, data_type))
    return CustomType::number;
  if (contains(choices, data_type))
    return CustomType::choice;
  return data_type == "DATE" ? CustomType::date : CustomType::text;
}

VendorField field_in(const json::Value& told) {
  VendorField out;
  for (const auto key : {"id", "fieldKey", "name"})
    if (const auto name = told[key].text(); name && !name->empty())
      out.names.emplace_back(*name);
  if (const auto key = told["fieldKey"].text(); key && key->starts_with("contact."))
    out.names.emplace_back(key->substr(8));
  out.type = std::string(told["dataType"].text().value_or(""));
  out.fits = type_of(out.type);
  for (const auto& option : told["picklistOptions"].items())
    if (const auto text = option.text())
      out.options.emplace_back(*text);
  out.any_option = told["isAllowedCustomOption"].boolean().value_or(false);
  return out;
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

HttpRequest list_custom_fields(const Settings& settings) {
  return request_to(
      settings, "GET",
      "/locations/" + url_encoded(settings.get("location_id")) + "/customFields?model=contact", {});
}

Result<std::vector<VendorField>> read_custom_fields(std::string_view body) {
  const auto document = json::parse(body);
  if (!document || document.value()["customFields"].kind() != json::Kind::array)
    return Error{"answer_not_understood", "the answer lists no custom fields"};
  std::vector<VendorField> out;
  for (const auto& told : document.value()["customFields"].items())
    out.push_back(field_in(told));
  return out;
}

} // namespace tidemark::connectors::gohighlevel
