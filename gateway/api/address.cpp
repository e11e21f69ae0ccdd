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

std::optional<Address> read_address(std::string_view text, std::string_view region) {
  using events::Field;
  const auto kind = text.find('@') == std::string_view::npos ? Field::phone : Field::email;
  auto value = kind == Field::phone
                   ? phone_key(text, region)
                   : domain::identity_key(kind, domain::normalised(kind, text, ""));
  if (value.empty())
    return std::nullopt;
  return Address{kind, std::move(value)};
}

} // namespace tidemark::gateway
