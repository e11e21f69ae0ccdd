#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/schema.hpp"

namespace tidemark::gateway {

/// Lists that the contact is on.
Result<Json> lists_json(const ApiContext& api, const ContactId& contact);
inline constexpr Schema membership_schema{"list_membership",
                                          {{text("name"), text("connector"), time("since")}}};

} // namespace tidemark::gateway
