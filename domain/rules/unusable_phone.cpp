#include "domain/rules/unusable_phone.hpp"

#include "base/text/phone.hpp"
#include "domain/rules/normalise.hpp"

namespace tidemark::domain {

using events::Field;

Reason why_unusable(std::string_view phone) {
  if (!identity_key(Field::phone, phone).empty())
    return Reason::none;
  switch (phone_fault(phone)) {
  case PhoneFault::none:
    return Reason::none;
  case PhoneFault::not_a_number:
    return Reason::phone_not_a_number;
  case PhoneFault::too_short:
    return Reason::phone_too_short;
  case PhoneFault::too_long:
    return Reason::phone_too_long;
  case PhoneFault::impossible_area:
    return Reason::phone_impossible_area;
  }
  return Reason::phone_not_a_number;
}

Reason why_not_found(const events::FieldSet& values) {
  if (!identity_key(Field::phone, values.get(Field::phone)).empty()
      || !identity_key(Field::email, values.get(Field::email)).empty())
    return Reason::none;
  const auto fault = why_unusable(values.get(Field::phone));
  return fault == Reason::none ? Reason::no_phone_or_email : fault;
}

} // namespace tidemark::domain
