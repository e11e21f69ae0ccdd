#include "sandbox/world/control/seed.hpp"

#include "base/text/phone.hpp"

#include <charconv>

namespace tidemark::sandbox {
namespace {

constexpr std::uint64_t contacts_max = 100'000;

/// The digits of an E.164 number as a number, 0 for anything else.
std::uint64_t number_in(const std::string& phone) {
  std::uint64_t number = 0;
  if (is_e164(phone))
    std::from_chars(phone.data() + 1, phone.data() + phone.size(), number);
  return number;
}

std::string filled_in(std::string text, std::uint64_t place) {
  constexpr std::string_view mark = "{n}";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
    text.replace(at, mark.size(), std::to_string(place));
  return text;
}

} // namespace

HttpReply seed_contacts(System& system, const Json& body) {
  const Json range = body.is_object() ? body.value("phones", Json::object()) : Json::object();
  const auto first = range.is_object() ? number_in(text_of(range, "from")) : 0;
  const auto last = range.is_object() ? number_in(text_of(range, "to")) : 0;
  if (first == 0 || last < first || last - first >= contacts_max)
    return error_reply(400, "send {\"phones\":{\"from\":\"+12025550001\",\"to\":"
                            "\"+12025551200\"},\"fields\":{}}, at most 100000 numbers");
  const Json fields = body.value("fields", Json{{"first_name", "Seed"}, {"last_name", "{n}"}});
  if (!fields.is_object())
    return error_reply(400, "fields must be an object of contact fields");
  for (auto number = first; number <= last; ++number) {
    Json contact = fields;
    contact["phone"] = "+" + std::to_string(number);
    for (auto& [name, value] : contact.items())
      if (value.is_string())
        value = filled_in(value.get<std::string>(), number - first + 1);
    if (!system.plant(contact))
      return error_reply(404, "this system has no contacts of its own");
  }
  return json_reply(201, {{"seeded", last - first + 1}});
}

} // namespace tidemark::sandbox
