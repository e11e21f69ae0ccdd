#pragma once
#include "base/keyed_hash.hpp"
#include "storage/log_store.hpp"

#include <functional>
#include <string>

namespace tidemark::bench {

/// Appends the life of `contacts` contacts as the engine writes it (about 14 events each: a webhook
/// of 1.5 KB, its interpretation, the decisions, two deliveries with answers, identity cards).
/// `progress` hears how many are done. Returns false when the log refused something.
bool write_contacts(storage::LogStore& log, const KeyedHasher& hasher, std::uint64_t contacts,
                    const std::function<void(std::uint64_t)>& progress);

/// Whose life that is: the tenant, and the contact of that number.
extern const TenantId made_up_tenant;
ContactId made_up_contact(std::uint64_t number);

/// Writes them into a data folder, which is made where it is not there; tells on standard error how
/// far it is.
Status fill_folder(const std::string& data, std::uint64_t contacts);

} // namespace tidemark::bench
