#pragma once
#include "events/format/field_set.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tidemark::gateway {

/// What a person is reached by, in the form in which it is hashed.
struct Address {
  events::Field kind = events::Field::phone; ///< phone or email
  std::string value;                         ///< E.164, or the e-mail in lower case
};

/// A phone number in any form (national forms in the region, a missing plus), or an e-mail address;
/// nothing when it is neither.
std::optional<Address> read_address(std::string_view text, std::string_view region);

/// A number in any form as E.164; "" when it is none.
std::string phone_key(std::string_view text, std::string_view region);
/// The form of a phone number or e-mail in which it is hashed; "" when it is none.
std::string key_of(events::Field kind, std::string_view text, std::string_view region);

} // namespace tidemark::gateway
