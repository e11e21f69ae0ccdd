#include "base/text/phone.hpp"
#include "sandbox/world/gohighlevel/gohighlevel.hpp"
#include "sandbox/world/http/url.hpp"

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
    return text_of(filter, "group") == "OR" ? std::ranges::any_of(parts, one)
                                            : std::ranges::all_of(parts, one);
  }
  const auto field = text_of(filter, "field");
  const auto is = lower_case(text_of(contact, field.c_str()));
  const Json value = filter.value("value", Json());
  if (text_of(filter, "operator") == "range")
    return (!value.contains("gte") || is >= lower_case(text_of(value, "gte")))
           && (!value.contains("lte") || is <= lower_case(text_of(value, "lte")));
  const auto wanted = lower_case(text_of(filter, "value"));
  return text_of(filter, "operator") == "contains" ? is.find(wanted) != std::string::npos
                                                   : is == wanted;
}

bool is_known(const Json& filter) {
  if (!filter.is_object())
    return false;
  if (filter.contains("filters"))
    return filter["filters"].is_array() && std::ranges::all_of(filter["filters"], is_known);
  const auto name = text_of(filter, "operator");
  return !text_of(filter, "field").empty()
         && (name == "eq" || name == "contains" || name == "range");
}

/// What is wrong with a search's body; an empty array when nothing is.
Json search_faults(const Json& body) {
  Json faults = Json::array();
  if (!body.contains("locationId"))
    faults.push_back("locationId can't be undefined");
  const auto page_limit = number_of(body, "pageLimit", 0);
  if (page_limit < 1 || page_limit > 100)
    faults.push_back("pageLimit must be between 1 and 100");
  const Json filters = body.value("filters", Json::array());
  if (!filters.is_array() || !std::ranges::all_of(filters, is_known))
    faults.push_back("filters must hold field, operator (eq, contains, range) and value");
  const Json after = body.value("searchAfter", Json());
  if (!after.is_null() && (!after.is_array() || after.size() != 2 || !after[1].is_string()))
    faults.push_back("searchAfter must be the array of the last contact");
  return faults;
}

/// Contacts of a search in their order: a sort field's value and then the id.
struct Ranked {
  std::string value;
  std::string id;
};

void put_in_order(std::vector<Ranked>& hits, bool descending) {
  std::ranges::sort(hits, [&](const Ranked& a, const Ranked& b) {
    if (a.value != b.value)
      return descending ? a.value > b.value : a.value < b.value;
    return a.id < b.id;
  });
}

/// Where the page begins: behind the contact of `searchAfter`, or at `page`.
std::size_t first_of_page(const std::vector<Ranked>& hits, const Json& body, long page_limit,
                          bool descending) {
  const Json after = body.value("searchAfter", Json());
  if (after.is_null())
    return static_cast<std::size_t>(std::max(0L, number_of(body, "page", 1) - 1) * page_limit);
  const auto value = after[0].is_string() ? after[0].get<std::string>() : std::string{};
  const auto id = after[1].get<std::string>();
  const auto behind = [&](const Ranked& hit) {
    if (hit.value != value)
      return descending ? hit.value < value : hit.value > value;
    return hit.id > id;
  };
  return static_cast<std::size_t>(std::ranges::find_if(hits, behind) - hits.begin());
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
  if (query_value(query, "locationId") != office_.world.settings.ghl_location)
    return failure(403);
  auto ids = office_.book.with_email(email);
  if (ids.empty())
    ids = office_.book.with_phone(to_e164(number, "US").value_or(number));
  return office_.with_trace(
      200, {{"contact", ids.empty() ? Json() : shape(*office_.book.find(ids.front()))}});
}

HttpReply Gohighlevel::search(const Json& body) {
  if (auto faults = search_faults(body); !faults.empty())
    return office_.unprocessable(std::move(faults));
  if (text_of(body, "locationId") != office_.world.settings.ghl_location)
    return failure(403);
  const Json filters = body.value("filters", Json::array());
  const auto query = lower_case(text_of(body, "query"));
  const auto phone = equal_to(filters, "phone");
  const auto email = equal_to(filters, "email");
  const Json sort = body.value("sort", Json::array());
  const Json order = sort.is_array() && !sort.empty() ? sort[0] : Json::object();
  const auto sort_field = text_of(order, "field").empty() ? "dateAdded" : text_of(order, "field");
  const bool descending = text_of(order, "direction") == "desc";
  std::vector<Ranked> hits;
  for (const auto& id : office_.book.asked_for(phone, email)) {
    const auto& contact = *office_.book.find(id);
    const bool hit = query.empty() || contains_folded(contact, "name", query)
                     || contains_folded(contact, "email", query)
                     || contains_folded(contact, "phone", query);
    if (hit && matches(contact, {{"filters", filters}}))
      hits.push_back({text_of(contact, sort_field.c_str()), id});
  }
  put_in_order(hits, descending);
  const auto page_limit = number_of(body, "pageLimit", 0);
  const auto first = first_of_page(hits, body, page_limit, descending);
  Json list = Json::array();
  for (auto i = first; i < hits.size() && i < first + static_cast<std::size_t>(page_limit); ++i) {
    list.push_back(shape(*office_.book.find(hits[i].id)));
    list.back()["searchAfter"] = Json::array({hits[i].value, hits[i].id});
  }
  return office_.with_trace(200, {{"contacts", std::move(list)}, {"total", hits.size()}});
}

} // namespace tidemark::sandbox
