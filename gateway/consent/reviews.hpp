#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/schema.hpp"

namespace tidemark::gateway {

/// Open reviews of the contact and of every address on its card.
Result<Json> reviews_json(const ApiContext& api, const projections::ContactView& contact);

/// Of an identity review come the contacts, of a possible opt-out the rest.
inline constexpr Schema review_schema{
    "review",
    {{text("id"), integer("position"), text("kind"), boolean("open"), time("at"),
      text("reason_code"), text("text"), nullable(text("next_step")),
      optional(list(text("contacts"))), optional(list(text("matched"))),
      optional(nullable(text("address"))), optional(list(text("channels"))),
      optional(text("source")), optional(text("rule")), optional(nullable(text("decision"))),
      optional(nullable(text("by"))), optional(nullable(integer("decided")))}}};

} // namespace tidemark::gateway
