#include "gateway/api/address.hpp"

#include "base/text/phone.hpp"
#include "domain/rules/normalise.hpp"

namespace tidemark::gateway {

std::string phone_key(std::string_view text, std::string_view region) {
  if (const auto number = to_e164(text, region))
    return *number;
  // With its plus sign left out; where nobody can tell it from a national form, it must be written.
  const auto number = region.empty() ? std::nullopt : to_e164("+" + std::string(text), region);
  return number.value_or("");
}

std::string key_of(events::Field kind, std::string_view text, std::string_view region) {
  return kind == events::Field::phone
             ? phone_key(text, region)
             : domain::identity_key(kind, domain::normalised(kind, text, ""));
}

std::optional<Address> read_address(std::string_view text, std::string_view region) {
  const bool is_email = text.find('@') != std::string_view::npos;
  const auto kind = is_email ? events::Field::email : events::Field::phone;
  auto value = key_of(kind, text, region);
  if (value.empty())
    return std::nullopt;
  return Address{kind, std::move(value)};
}

} // namespace tidemark::gateway
