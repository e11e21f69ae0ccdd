#pragma once
#include "domain/conversations/sent_messages.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/schema.hpp"

namespace tidemark::gateway {

/// What the gate counts for the contact now.
Result<domain::SentMessages> sent_to(const ApiContext& api, const ContactId& contact);

/// Whether each channel of each address is closed, what was sent, and what the person agreed to or
/// was asked (requirement O16).
Result<Json> compliance_json(const ApiContext& api, const projections::ContactView& contact);

inline constexpr Schema person_channel_schema{
    "person_channel",
    {{nullable(text("address")), text("address_hash"), text("channel"), boolean("opted_out"),
      text("state"), boolean("in_review"), nullable(time("since"))}}};
inline constexpr Schema person_sent_schema{
    "person_sent", {{integer("in_day"), integer("in_week"), nullable(time("last_at"))}}};
inline constexpr Schema person_consent_schema{
    "person_consent",
    {{integer("position"), time("at"), text("change"), nullable(text("address")),
      list(text("channels")), text("source"), text("evidence"), text("by"),
      nullable(text("wording"))}}};
inline constexpr Schema compliance_schema{
    "compliance",
    {{list("channels", person_channel_schema), object("sent", person_sent_schema),
      list("consent", person_consent_schema)}}};

} // namespace tidemark::gateway
