#include "projections/consent/reviews.hpp"

#include "projections/table/keys.hpp"

namespace tidemark::projections {
namespace {

void on(const events::Envelope& envelope, const events::ConsentChanged& e, RowBatch& rows) {
  const auto& tenant = envelope.tenant;
  if (e.change == events::ConsentChange::review) {
    const auto input = position_part(e.input);
    rows.put(tenant, {"review", input, "consent", hash_part(e.address_hash)}, [&](RowJson& json) {
      json.number("position", e.input.value)
          .time("at", e.received_at)
          .hash("address_hash", e.address_hash)
          .text("address", e.address.reveal())
          .text("field", events::name_of(e.kind))
          .texts("channels", e.channels,
                 [](events::Channel channel) { return name_of_enum(channel); })
          .text("source", e.source.value)
          .text("rule", e.rule)
          .text("reason_code", e.reason_code);
    });
    rows.put(tenant, {"address", hash_part(e.address_hash), input},
             [&](RowJson& json) { json.number("position", e.input.value); });
    rows.put(tenant, {"open", input, hash_part(e.address_hash)}, [&](RowJson& json) {
      json.number("position", e.input.value)
          .time("at", e.received_at)
          .hash("address_hash", e.address_hash)
          .text("source", e.source.value)
          .text("rule", e.rule);
    });
  }
  if (e.request != Position{}) {
    rows.remove(tenant, {"open", position_part(e.request), hash_part(e.address_hash)});
    rows.put(tenant, {"review", position_part(e.request), "decided", hash_part(e.address_hash)},
             [&](RowJson& json) {
               json.origin(envelope).text("change", name_of_enum(e.change)).text("by", e.by);
             });
  }
}

void on(const events::Envelope& envelope, const events::IdentityReviewRequested& e,
        RowBatch& rows) {
  const auto position = position_part(envelope.position);
  rows.put(envelope.tenant, {"review", position, "identity"}, [&](RowJson& json) {
    json.origin(envelope)
        .number("webhook", envelope.correlation.value)
        .text("contact", e.contact.value)
        .text("other", e.other.value)
        .text("reason_code", e.reason_code)
        .texts("matched", e.matched, [](auto by) { return name_of_enum(by); });
  });
  for (const auto* contact : {&e.contact, &e.other})
    if (!contact->value.empty())
      rows.put(envelope.tenant, {"contact", contact->value, position},
               [&](RowJson& json) { json.number("position", envelope.position.value); });
}

bool reviews_want(std::string_view type) {
  return type == events::ConsentChanged::name || type == events::IdentityReviewRequested::name;
}

void reviews_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  if (const auto* change = std::get_if<events::ConsentChanged>(&recorded.event))
    on(recorded.envelope, *change, rows);
  else if (const auto* review = std::get_if<events::IdentityReviewRequested>(&recorded.event))
    on(recorded.envelope, *review, rows);
}

} // namespace

const Projection reviews{"reviews", 3, reviews_want, reviews_rows};

} // namespace tidemark::projections
