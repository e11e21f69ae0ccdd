#include "gateway/consent/reviews.hpp"

#include "events/format/next_step.hpp"
#include "gateway/consent/routes.hpp"
#include "gateway/consent/statements.hpp"
#include "projections/consent/review_view.hpp"

namespace tidemark::gateway {
namespace {

using events::ConsentChange;
using projections::ReviewView;

Json review_json(const ApiContext& api, const ReviewView& review) {
  const auto& reason = explain_reason(review.reason_code);
  Json out{{"id", std::to_string(review.position.value)},
           {"position", review.position.value},
           {"kind", review.kind},
           {"open", review.open},
           {"at", to_rfc3339(review.at)},
           {"reason_code", review.reason_code},
           {"text", reason.text},
           {"next_step",
            review.open ? Json(next_step_for(review.reason_code, {.position = review.position}))
                        : Json()}};
  if (review.kind == "identity") {
    out["contacts"] = {review.contact.value, review.other.value};
    out["matched"] = review.matched;
    return out;
  }
  const auto& address = review.address;
  out["address"] =
      address.empty() ? Json() : Json(api.shown(events::name_of(review.field), address));
  out["channels"] = review.channels;
  out["source"] = review.source.value;
  out["rule"] = review.rule;
  out["decision"] = or_null(review.decision);
  out["by"] = or_null(review.by);
  out["decided"] = or_null(review.decided);
  return out;
}

Result<Json> list_reviews(const ApiContext& api) {
  TRY(count, api.limit());
  TRY(after, api.after());
  const auto state = api.param("state");
  if (!state.empty() && state != "open" && state != "all")
    return Error{"bad_state", "state is open, as when it is left out, or all"};
  TRY(page, projections::reviews_page(api.scan, api.tenant(), state != "all", after, count));
  return page_json(page, [&](const ReviewView& review) { return review_json(api, review); });
}

/// The recorded statement may hold the address's hash only: then a contact that has it tells.
Result<std::string> address_of(const ApiContext& api, const ReviewView& review) {
  if (!review.address.empty())
    return review.address;
  constexpr std::size_t owners_max = 10; // each of them has the address
  TRY(owners, projections::contacts_by_key(api.scan, api.tenant(), events::name_of(review.field),
                                           review.address_hash, {}, owners_max));
  std::vector<std::string> values;
  for (const auto& owner : owners.items) {
    TRY(contact, projections::contact(api.scan, api.tenant(), owner));
    if (!contact)
      continue;
    if (const auto merged = contact->fields.find(review.field); merged != contact->fields.end())
      values.push_back(merged->second.value);
    for (const auto& record : contact->records)
      values.emplace_back(record.fields.get(review.field));
  }
  for (const auto& value : values)
    if (const auto one = read_address(value, api.region());
        one && to_hex(api.hash_of(*one)) == review.address_hash)
      return one->value;
  return Error{"address_not_known", "the review's address is known by its hash only; read the "
                                    "message and send POST /api/v1/opt-outs for its sender"};
}

Result<Json> decide_review(const ApiContext& api) {
  TRY(body, api.body());
  const auto decision = body.text("decision");
  if (decision != "opt_out" && decision != "not_an_opt_out")
    return Error{"bad_decision", "decision is opt_out or not_an_opt_out"};
  TRY(reason, body.reason());
  const auto position = read_position(api.segment("id"));
  std::vector<ReviewView> reviews;
  if (position) {
    TRY(found, projections::reviews_at(api.scan, api.tenant(), *position));
    reviews = std::move(found);
  }
  if (reviews.empty())
    return Error{"not_found", "there is no such review; GET /api/v1/reviews lists them"};
  std::vector<events::ConsentRequested> out;
  for (const auto& review : reviews) {
    if (review.kind == "identity")
      return Error{"not_decided_here", "two contacts that are one person are merged with POST "
                                       "/api/v1/contacts/{id}/merge, or left apart"};
    if (!review.open)
      continue;
    TRY(address, address_of(api, review));
    events::ConsentRequested request;
    request.kind = review.field;
    request.address = PiiText(address);
    request.change = decision == "opt_out" ? ConsentChange::revoked : ConsentChange::cleared;
    for (const auto& name : review.channels)
      if (const auto channel = channel_named(name))
        request.channels.push_back(*channel);
    request.evidence = events::Evidence::manual;
    request.review = *position;
    out.push_back(asked(api, reason, std::move(request)));
  }
  if (out.empty())
    return Error{"already_decided", "the review was decided already; the address's history says by "
                                    "whom and why"};
  return record_statements(api, std::move(out));
}

constexpr Route review_rows[] = {
    {"reviews", "GET", "/api/v1/reviews", Right::read, list_reviews, &list_of<review_schema>,
     "state limit after"},
    {"decide_review", "POST", "/api/v1/reviews/{id}", Right::review, decide_review, &accepted, "",
     "decision reason", unreadable_consent},
};

} // namespace

Result<Json> reviews_json(const ApiContext& api, const projections::ContactView& contact) {
  Json items = Json::array();
  const auto add = [&](std::string_view kind, const std::string& key) -> Status {
    TRY(found, projections::reviews_of(api.scan, api.tenant(), kind, key));
    for (const auto& review : found)
      if (review.open)
        items.push_back(review_json(api, review));
    return Done{};
  };
  TRYV(add("contact", contact.id.value));
  for (const auto* hashes : {&contact.phones, &contact.emails})
    for (const auto& hash : *hashes) {
      TRYV(add("address", hash));
    }
  return items;
}

constinit const Routes review_routes = review_rows;

} // namespace tidemark::gateway
