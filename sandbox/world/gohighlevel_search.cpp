#include "base/phone.hpp"
#include "sandbox/world/gohighlevel.hpp"
#include "sandbox/world/url.hpp"

#include <algorithm>

namespace tidemark::sandbox {
namespace {

bool contains_folded(const Json& contact, const char* member, const std::string& word) {
  return lower_case(text_of(contact, member)).find(word) != std::string::npos;
}

bool matches(const Json& contact, const Json& filter) {
  if (filter.contains("filters") && filter["filters"].is_array()) {
    const auto& parts = filter["filters"];
    const auto one = [&](const Json& part) { return matches(contact, part); };
    return text_of(filter, "group") == "OR" ? std::any_of(parts.begin(), parts.end(), one)
                                            : std::all_of(parts.begin(), parts.end(), one);
  }
  const auto field = text_of(filter, "field");
  const auto wanted = lower_case(text_of(filter, "value"));
  const auto is = lower_case(text_of(contact, field.c_str()));
  return text_of(filter, "operator") == "contains" ? is.find(wanted) != std::string::npos
                                                   : is == wanted;
}

/// Value of a plain `eq` filter on the field, or "": such searches need no scan.
std::string equal_to(const Json& filters, std::string_view field) {
  for (const auto& filter : filters)
    if (filter.is_object() && text_of(filter, "field") == field
        && text_of(filter, "operator") == "eq")
      return text_of(filter, "value");
  return {};
}

} // namespace

HttpReply Gohighlevel::find_duplicate(std::string_view query) {
  const auto number = query_value(query, "number");
  const auto email = query_value(query, "email");
  if (query_value(query, "locationId") != world_.settings.ghl_location)
    return failure(403);
  auto ids = book_.with_email(email);
  if (ids.empty())
    ids = book_.with_phone(to_e164(number, "US").value_or(number));
  return with_trace(200, {{"contact", ids.empty() ? Json() : shape(*book_.find(ids.front()))}});
}

HttpReply Gohighlevel::search(const Json& body) {
  const auto page_limit = number_of(body, "pageLimit", 0);
  if (!body.contains("locationId") || page_limit < 1 || page_limit > 100)
    return with_trace(422,
                      {{"statusCode", 422},
                       {"message", Json::array({"locationId and pageLimit (1 to 100) needed"})},
                       {"error", "Unprocessable Entity"}});
  if (text_of(body, "locationId") != world_.settings.ghl_location)
    return failure(403);
  const Json filters = body.value("filters", Json::array());
  const auto query = lower_case(text_of(body, "query"));
  const auto phone = equal_to(filters, "phone");
  const auto email = equal_to(filters, "email");
  std::vector<std::string> ids;
  if (!phone.empty() || !email.empty()) {
    ids = phone.empty() ? book_.with_email(email) : book_.with_phone(phone);
  } else {
    for (const auto& [id, contact] : book_.all())
      ids.push_back(id);
  }
  std::erase_if(ids, [&](const std::string& id) {
    const auto& contact = *book_.find(id);
    const bool hit = query.empty() || contains_folded(contact, "name", query)
                     || contains_folded(contact, "email", query)
                     || contains_folded(contact, "phone", query);
    return !hit || !matches(contact, {{"filters", filters}});
  });
  const auto first = static_cast<std::size_t>(std::max(0L, number_of(body, "page", 1) - 1))
                     * static_cast<std::size_t>(page_limit);
  Json list = Json::array();
  for (auto i = first; i < ids.size() && i < first + static_cast<std::size_t>(page_limit); ++i) {
    list.push_back(shape(*book_.find(ids[i])));
    list.back()["searchAfter"] = Json::array({i + 1, ids[i]});
  }
  return with_trace(200, {{"contacts", std::move(list)}, {"total", ids.size()}});
}

} // namespace tidemark::sandbox
