#include "events/format/tags.hpp"
#include "gateway/api/store.hpp"
#include "gateway/contacts/routes.hpp"
#include "projections/identity/parked_view.hpp"

// An operator says who is who.

namespace tidemark::gateway {
namespace {

/// As far as the tables are; the engine decides from the log, and `explain` says what it decided.
Result<projections::ContactView> known_contact(const ApiContext& api, const ContactId& contact) {
  TRY(found, projections::contact(api.scan, api.tenant(), contact));
  if (!found)
    return Error{"not_found", "there is no contact " + contact.value
                                  + "; GET /api/v1/contacts finds it by phone, e-mail or name"};
  return *std::move(found);
}

Result<projections::ContactView> unmerged_contact(const ApiContext& api, const ContactId& contact) {
  TRY(found, known_contact(api, contact));
  if (!found.merged_into.value.empty())
    return Error{"already_merged", "the contact " + found.id.value + " is part of "
                                       + found.merged_into.value + " already; name that one"};
  return std::move(found);
}

Result<Json> merge_contacts(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(text, body.text("other", {"bad_other", "other is missing: the id of the contact that becomes "
                                             "part of this one"}));
  const ContactId contact(api.segment("id")), other(text);
  if (other == contact)
    return Error{"same_contact", "it is the same contact; other is the one that becomes part of "
                                 "it"};
  TRYV(unmerged_contact(api, contact));
  TRY(goes, unmerged_contact(api, other));
  if (!goes.parts.empty())
    return Error{"other_has_parts",
                 "the contact " + other.value + " has taken " + goes.parts.front().value
                     + " in: merge the other way round, or take that merge back first"};
  events::ContactsMergeRequested request;
  request.contact = contact;
  request.other = other;
  return record(api, events::admin_stream(), asked(api, std::move(reason), std::move(request)));
}

Result<Json> unmerge_contacts(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(text, body.text("other", {"bad_other", "other is missing: the id of the contact that is to "
                                             "be one of its own again"}));
  const ContactId contact(api.segment("id")), other(text);
  TRYV(known_contact(api, contact));
  TRY(part, known_contact(api, other));
  if (part.merged_into != contact)
    return Error{"not_merged", "the contact " + other.value + " is no part of " + contact.value
                                   + "; GET /api/v1/contacts/{id} shows merged_into"};
  events::ContactsUnmergeRequested request;
  request.contact = contact;
  request.other = other;
  return record(api, events::admin_stream(), asked(api, std::move(reason), std::move(request)));
}

/// What waits for its person belongs to this contact.
Result<Json> release_parked(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  const auto input = read_position(api.segment("position"));
  if (!input)
    return Error{"bad_position", "the path names the position of a webhook, which is a number"};
  TRY(text, body.text("contact",
                      {"bad_contact", "contact is missing: the id of the contact whose it is"}));
  TRY(waiting, projections::parked_of(api.scan, api.tenant(), *input));
  if (waiting.empty())
    return Error{"nothing_waits", "nothing of this webhook waits for its contact; GET "
                                  "/api/v1/parked lists what does"};
  const ContactId contact(text);
  TRYV(known_contact(api, contact));
  events::ParkedReleaseRequested request;
  request.input = *input;
  request.key = waiting.front().key;
  request.contact = contact;
  return record(api, events::admin_stream(), asked(api, std::move(reason), std::move(request)));
}

constexpr Route merge_rows[] = {
    {"merge_contacts", "POST", "/api/v1/contacts/{id}/merge", Right::operate, merge_contacts,
     &accepted, "", "other reason", unreadable_so_nothing_stored},
    {"unmerge_contacts", "POST", "/api/v1/contacts/{id}/unmerge", Right::operate, unmerge_contacts,
     &accepted, "", "other reason", unreadable_so_nothing_stored},
    {"release_parked", "POST", "/api/v1/webhooks/{position}/release", Right::operate,
     release_parked, &accepted, "", "contact reason", unreadable_so_nothing_stored},
};

} // namespace

constinit const Routes merge_routes = merge_rows;

} // namespace tidemark::gateway
