#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/schema.hpp"

#include <map>
#include <string>

namespace tidemark::gateway {

/// Of every address on the contact's card; an address that nobody spoke about is left out.
Result<Json> opt_outs_json(const ApiContext& api, const projections::ContactView& contact);

/// Addresses that the contact and its records name, by the hex of their hash.
std::map<std::string, std::string> addresses_named(const ApiContext& api,
                                                   const projections::ContactView& contact);

inline constexpr Schema channel_schema{
    "consent_channel",
    {{text("state"), nullable(time("since")), nullable(integer("position")), boolean("in_review"),
      optional(list(text("senders")))}}};
inline constexpr Schema propagation_schema{"propagation",
                                           {{text("target"),
                                             text("contact"),
                                             text("action"),
                                             list(text("channels")),
                                             nullable(text("delivery")),
                                             nullable(text("via")),
                                             nullable(integer("because")),
                                             integer("intended"),
                                             nullable(integer("requested")),
                                             nullable(integer("confirmed")),
                                             nullable(integer("forwarded")),
                                             nullable(integer("done_by_hand")),
                                             nullable(number("seconds")),
                                             boolean("read_back"),
                                             nullable(boolean("marked")),
                                             nullable(integer("mark_seen")),
                                             nullable(integer("lifted")),
                                             text("state"),
                                             nullable(text("reason_code")),
                                             nullable(text("text")),
                                             nullable(text("next_step")),
                                             integer("failures")}}};
inline constexpr Schema not_propagated_schema{
    "not_propagated",
    {{text("target"), text("contact"), text("outcome"), nullable(text("reason_code")), text("text"),
      integer("position")}}};
inline constexpr Schema violation_schema{
    "violation",
    {{integer("position"), time("at"), nullable(text("delivery")), text("connector"),
      text("channel"), nullable(integer("decided_on")), integer("opt_out"), nullable(text("call")),
      nullable(text("agent"))}}};
inline constexpr Schema allowed_call_schema{
    "allowed_call",
    {{integer("position"), time("at"), text("connector"), integer("opt_out"),
      nullable(text("call")), nullable(text("agent")), integer("allowance"), text("reason"),
      text("by")}}};
inline constexpr Schema deadline_schema{
    "deadline", {{text("rule"), integer("opt_out"), time("due"), boolean("met"), text("state")}}};
inline constexpr Schema opt_out_schema{
    "opt_out",
    {{nullable(text("address")), text("address_hash"), map("channels", channel_schema),
      list("propagation", propagation_schema), list("not_propagated", not_propagated_schema),
      list(integer("reviews")), list("violations", violation_schema),
      list("allowed_calls", allowed_call_schema), list("deadlines", deadline_schema)}}};

} // namespace tidemark::gateway
