#pragma once
#include "base/keyed_hash.hpp"
#include "events/identity.hpp"
#include "events/intake.hpp"

#include <set>
#include <string>
#include <string_view>

/// Which stored webhooks are about one contact, also those that led to nothing.
namespace tidemark::domain {

/// The contact, what became part of it, its addresses and its records.
class ContactKeys {
public:
  /// `region`: of the tenant's national numbers. `card`: null when the contact has none.
  ContactKeys(const KeyedHasher& hasher, TenantId tenant, std::string region,
              const ContactId& contact, const events::IdentityCardWritten* card);

  /// It led to a command of the contact's.
  bool has_command_in(const events::WebhookInterpreted& read) const;
  /// A value in the body is an address of the contact's or the id of its record there. Of a body
  /// that is no JSON nothing is known.
  bool is_named_in(std::string_view body, const ConnectorName& connector) const;

private:
  bool is_key(std::string_view member, const std::string& value,
              const ConnectorName& connector) const;

  const KeyedHasher& hasher_;
  TenantId tenant_;
  std::string region_;
  std::set<ContactId> contacts_;
  std::set<Hash16> keys_; ///< addresses and records
};

} // namespace tidemark::domain
