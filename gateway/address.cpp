#include "gateway/address.hpp"

#include "base/phone.hpp"
#include "domain/normalise.hpp"

namespace tidemark::gateway {

std::string phone_key(std::string_view text, std::string_view region) {
  // As it is, in the default region, or with its plus sign left out.
  for (const auto& form : {std::string(text), "+" + std::string(text)})
    if (const auto number = to_e164(form, region))
      return *number;
  return {};
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
