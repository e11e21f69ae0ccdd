#pragma once
#include "domain/conversations/sent_messages.hpp"
#include "gateway/api/context.hpp"

namespace tidemark::gateway {

/// What the gate counts for the contact now.
Result<domain::SentMessages> sent_to(const ApiContext& api, const ContactId& contact);

} // namespace tidemark::gateway
