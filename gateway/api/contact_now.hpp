#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/rules.hpp"
#include "storage/log_store.hpp"

#include <optional>

namespace tidemark::gateway {

/// A contact as its recorded events make it, up to where the log is durable. For answers only:
/// whoever decides reads on under an append condition. An id that nobody has gives an empty one.
Result<domain::Contact> contact_now(const storage::LogStore& log, const TenantId& tenant,
                                    const ContactId& id);

/// Whom the contact is part of now, itself when of nobody; nothing when it is not known.
Result<std::optional<ContactId>> contact_of_now(const storage::LogStore& log,
                                                const TenantId& tenant, const ContactId& id);

/// Who has the address now, by its keyed hash, as for a call or message; nothing when nobody has.
/// Unlike the tables it knows what was recorded a moment ago.
Result<std::optional<ContactId>> holder_now(const storage::LogStore& log, const TenantId& tenant,
                                            const AddressHash& address,
                                            const domain::SyncRules& rules);

} // namespace tidemark::gateway
