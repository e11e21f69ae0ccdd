#include "gateway/contacts/contact_route.hpp"

#include "base/text/json_reader.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/request_body.hpp"
#include "gateway/api/store_request.hpp"
#include "gateway/api/table_scan.hpp"
#include "projections/identity/parked_view.hpp"

#include <charconv>

namespace tidemark::gateway {
namespace {

std::uint16_t contact_refusal_status(const Error& error) {
  if (error.code == "not_found")
    return 404;
  for (const auto* conflict :
       {"nothing_waits", "same_contact", "already_merged", "other_has_parts", "not_merged"})
    if (error.code == conflict)
      return 409;
  return error.code.starts_with("bad_") ? 400 : 500;
}

} // namespace

Answer ContactRoute::refuse(std::uint16_t status, std::string_view code,
                            std::string message) const {
  return problem_answer({status, std::string(code), std::move(message)}, request_.request_id,
                        ports_.clock.now());
}

Answer ContactRoute::answer() const {
  const auto body = json::parse(request_.body);
  if (!body || body->root().kind() != json::Kind::object)
    return refuse(400, "bad_body",
                  "the body must be one JSON object: "
                      + (body ? "it is something else" : body.error().text));
  auto request = asked(body->root());
  if (request)
    return record(*std::move(request));
  const auto status = contact_refusal_status(request.error());
  if (status == 500)
    return refuse(500, "not_stored",
                  "the data could not be read, so nothing was stored; see the service's log, then "
                  "send it again");
  return refuse(status, request.error().code, request.error().text);
}

Result<events::Event> ContactRoute::asked(json::Value body) const {
  switch (request_.route->id) {
  case RouteId::merge_contacts:
    return merge(body);
  case RouteId::unmerge_contacts:
    return unmerge(body);
  default:
    return release(body);
  }
}

/// As far as the tables are; the engine decides from the log, and `explain` says what it decided.
Result<projections::ContactView> ContactRoute::known(const ContactId& contact) const {
  TRY(found, projections::contact(scan_of(ports_.tables), caller_.tenant, contact));
  if (!found)
    return Error{"not_found", "there is no contact " + contact.value
                                  + "; GET /api/v1/contacts finds it by phone, e-mail or name"};
  return *std::move(found);
}

Result<events::Event> ContactRoute::merge(json::Value body) const {
  TRYV(only_members(body, {"other", "reason"}));
  TRY(reason, reason_of(body));
  events::ContactsMergeRequested request;
  request.contact = ContactId(request_.target.segments[3]);
  request.other = ContactId(std::string(body["other"].text().value_or("")));
  if (request.other.value.empty())
    return Error{"bad_other", "other is missing: the id of the contact that becomes part of this "
                              "one"};
  if (request.other == request.contact)
    return Error{"same_contact", "it is the same contact; other is the one that becomes part of "
                                 "it"};
  TRYV(can_merge(request.contact, request.other));
  request.reason = std::move(reason);
  request.by = caller_.name;
  request.request_id = request_.request_id;
  return events::Event(std::move(request));
}

Status ContactRoute::can_merge(const ContactId& contact, const ContactId& other) const {
  const auto stays = known(contact), goes = known(other);
  for (const auto* view : {&stays, &goes}) {
    if (!*view)
      return view->error();
    if (const auto& whole = (*view)->merged_into; !whole.value.empty())
      return Error{"already_merged", "the contact " + (*view)->id.value + " is part of "
                                         + whole.value + " already; name that one"};
  }
  if (!goes->parts.empty())
    return Error{"other_has_parts",
                 "the contact " + other.value + " has taken " + goes->parts.front().value
                     + " in: merge the other way round, or take that merge back first"};
  return Done{};
}

Result<events::Event> ContactRoute::unmerge(json::Value body) const {
  TRYV(only_members(body, {"other", "reason"}));
  TRY(reason, reason_of(body));
  events::ContactsUnmergeRequested request;
  request.contact = ContactId(request_.target.segments[3]);
  request.other = ContactId(std::string(body["other"].text().value_or("")));
  if (request.other.value.empty())
    return Error{"bad_other", "other is missing: the id of the contact that is to be one of its "
                              "own again"};
  TRYV(known(request.contact));
  TRY(part, known(request.other));
  if (part.merged_into != request.contact)
    return Error{"not_merged", "the contact " + request.other.value + " is no part of "
                                   + request.contact.value
                                   + "; GET /api/v1/contacts/{id} shows merged_into"};
  request.reason = std::move(reason);
  request.by = caller_.name;
  request.request_id = request_.request_id;
  return events::Event(std::move(request));
}

Result<events::Event> ContactRoute::release(json::Value body) const {
  TRYV(only_members(body, {"contact", "reason"}));
  TRY(reason, reason_of(body));
  const std::string_view text = request_.target.segments[3];
  events::ParkedReleaseRequested request;
  const auto [stop, failed] =
      std::from_chars(text.data(), text.data() + text.size(), request.input.value);
  if (failed != std::errc{} || stop != text.data() + text.size())
    return Error{"bad_position", "the path names the position of a webhook, which is a number"};
  request.contact = ContactId(std::string(body["contact"].text().value_or("")));
  if (request.contact.value.empty())
    return Error{"bad_contact", "contact is missing: the id of the contact whose it is"};
  TRY(waiting, projections::parked_of(scan_of(ports_.tables), caller_.tenant, request.input));
  if (waiting.empty())
    return Error{"nothing_waits", "nothing of this webhook waits for its contact; GET "
                                  "/api/v1/parked lists what does"};
  TRYV(known(request.contact));
  request.key = waiting.front().key;
  request.reason = std::move(reason);
  request.by = caller_.name;
  request.request_id = request_.request_id;
  return events::Event(std::move(request));
}

Answer ContactRoute::record(events::Event request) const {
  storage::Append append;
  append.tenant = caller_.tenant;
  append.events.push_back({events::admin_stream(), std::move(request), {}, {}});
  return store_request(ports_, std::move(append), request_.request_id,
                       "nothing was stored; send it again later");
}

} // namespace tidemark::gateway
