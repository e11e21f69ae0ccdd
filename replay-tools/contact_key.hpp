#pragma once
#include "base/keyed_hash.hpp"
#include "base/result.hpp"
#include "replay-tools/data_folder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::tools {

/// The contacts that KEY names: a contact id, a phone number in any form, an e-mail address, or
/// `connector:remote-id`. First the one whose key it is, then those that share the address with it.
/// Never empty. Answered from the log's tags, so it needs no tables. Errors: not_found, bad_usage;
/// neither quotes the key.
Result<std::vector<ContactId>> contacts_named(const storage::LogStore& log,
                                              const KeyedHasher& hasher, const TenantId& tenant,
                                              std::string_view key, std::string_view region);

/// The first of them.
Result<ContactId> contact_named(const storage::LogStore& log, const KeyedHasher& hasher,
                                const TenantId& tenant, std::string_view key,
                                std::string_view region);

/// The phone number that a person typed, as E.164: in the region's form, international, or all its
/// digits with the country code and no plus sign. None when it is no number in any of these.
std::optional<std::string> phone_named(std::string_view text, std::string_view region);

/// The region of national numbers as the tenant's recorded configuration has it, for its first
/// connector; "US" when nothing is recorded.
std::string default_region_of(const storage::LogStore& log, const TenantId& tenant);

} // namespace tidemark::tools
