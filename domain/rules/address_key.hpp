#pragma once
#include "base/keyed_hash.hpp"
#include "events/format/field_set.hpp"

#include <optional>
#include <string>
#include <string_view>

/// A phone number or e-mail address as identity and consent know it.
namespace tidemark::domain {

struct AddressKey {
  events::Field kind = events::Field::phone;
  std::string text; ///< normalised, see identity_key
  AddressHash hash; ///< keyed, the same on cards, in consent and in tags
};

/// Nothing when the value cannot be an address of that kind; `kind` is phone or email.
std::optional<AddressKey> address_key(const KeyedHasher& hasher, const TenantId& tenant,
                                      events::Field kind, std::string_view value);

/// The form that all spellings of the mailbox share (requirement C9): found and closed beside the
/// address itself, which stays as it is written. Nothing when there is no other form.
std::optional<AddressKey> mailbox_key(const KeyedHasher& hasher, const TenantId& tenant,
                                      events::Field kind, std::string_view value);

} // namespace tidemark::domain
