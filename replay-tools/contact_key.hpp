#pragma once
#include "base/keyed_hash.hpp"
#include "base/result.hpp"
#include "projections/views.hpp"

#include <string>
#include <string_view>

namespace tidemark::tools {

/// The contact that KEY names: a contact id, a phone number in any form, an e-mail address, or
/// `connector:remote-id`. Errors: not_found, bad_usage; neither quotes the key.
Result<ContactId> contact_named(const projections::Scan& scan, const KeyedHasher& hasher,
                                const TenantId& tenant, std::string_view key,
                                std::string_view region);

} // namespace tidemark::tools
