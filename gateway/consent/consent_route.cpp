#include "gateway/consent/consent_route.hpp"

#include "base/text/json_reader.hpp"
#include "base/text/json_writer.hpp"
#include "domain/consent/suppression.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/request_body.hpp"
#include "gateway/api/store_request.hpp"
#include "gateway/api/table_scan.hpp"
#include "gateway/consent/consent_preview.hpp"

#include <algorithm>
#include <charconv>

namespace tidemark::gateway {
namespace {

using events::Channel;
using events::ConsentChange;

constexpr std::chrono::minutes clock_tolerance{5};
constexpr std::string_view unreadable =
    "the data could not be read, so nothing was stored and nobody was opted in or out; see the "
    "service's log, then send it again";

Hash16 hash_of(const KeyedHasher& hasher, const TenantId& tenant, events::Field kind,
               std::string_view address) {
  return kind == events::Field::email ? events::email_hash(hasher, tenant, address)
                                      : events::phone_hash(hasher, tenant, address);
}

std::optional<Channel> channel_named(std::string_view name) {
  const auto& names = events::EnumNames<Channel>::names;
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? std::nullopt : std::optional(static_cast<Channel>(at - names.begin()));
}

std::uint16_t consent_refusal_status(const Error& error) {
  if (error.code == "not_found")
    return 404;
  if (error.code == "already_decided" || error.code == "not_decided_here"
      || error.code == "address_not_known")
    return 409;
  return error.code.starts_with("bad_") ? 400 : 500;
}

} // namespace

Answer ConsentRoute::refuse(std::uint16_t status, std::string_view code,
                            std::string message) const {
  return problem_answer({status, code, std::move(message)}, request_.request_id,
                        ports_.clock.now());
}

Answer ConsentRoute::answer() const {
  const auto body = json::parse(request_.body);
  if (!body || body->root().kind() != json::Kind::object)
    return refuse(400, "bad_body",
                  "the body must be one JSON object: "
                      + (body ? "it is something else" : body.error().text));
  const auto id = request_.route->id;
  const auto requests = id == RouteId::decide_review ? decision(body->root())
                        : id == RouteId::request_opt_in
                            ? statement(body->root(), ConsentChange::granted)
                            : statement(body->root(), ConsentChange::revoked);
  if (requests)
    return record(*requests);
  const auto status = consent_refusal_status(requests.error());
  if (status == 500)
    return refuse(500, "not_stored", std::string(unreadable));
  return refuse(status, requests.error().code, requests.error().text);
}

Result<std::vector<Channel>> ConsentRoute::channels(json::Value body, events::Field kind) const {
  const auto all = domain::channels_of(kind);
  if (!body["channels"].stated())
    return all;
  std::vector<Channel> out;
  for (const auto& item : body["channels"].items()) {
    const auto channel = channel_named(item.text().value_or(""));
    if (!channel || std::find(all.begin(), all.end(), *channel) == all.end())
      return Error{"bad_channels", kind == events::Field::email
                                       ? "an e-mail address has the channel email only"
                                       : "channels of a phone number are sms, call and whatsapp"};
    if (std::find(out.begin(), out.end(), *channel) == out.end())
      out.push_back(*channel);
  }
  if (out.empty())
    return Error{"bad_channels",
                 "channels is a list with at least one channel; leave it out for all of them"};
  return out;
}

Result<std::string> ConsentRoute::stated_at(json::Value body) const {
  if (!body["stated_at"].stated())
    return std::string();
  const auto said = from_rfc3339(body["stated_at"].text().value_or(""));
  if (!said)
    return Error{"bad_stated_at", "stated_at is a time in RFC 3339 with its zone, such as "
                                  "2026-01-05T10:00:00Z"};
  if (*said > ports_.clock.now() + clock_tolerance)
    return Error{"bad_stated_at",
                 "stated_at lies in the future; check it, and this machine's clock"};
  return to_rfc3339(*said);
}

ConsentRoute::Requests ConsentRoute::statement(json::Value body, ConsentChange change) const {
  if (const auto status =
          only_members(body, {"address", "channels", "sender", "reason", "stated_at"});
      !status)
    return status.error();
  const auto address =
      read_address(body["address"].text().value_or(""), options_.default_region(caller_.tenant));
  if (!address)
    return Error{"bad_address",
                 "address is missing, or is neither a phone number in any usual form "
                 "nor an e-mail address"};
  TRY(reason, reason_of(body));
  TRY(chosen, channels(body, address->kind));
  TRY(said, stated_at(body));
  if (body["sender"].stated() && !body["sender"].text())
    return Error{"bad_sender", "sender is a text: the number or service that it is about"};
  events::ConsentRequested request;
  request.kind = address->kind;
  request.address = PiiText(address->value);
  request.change = change;
  request.channels = std::move(chosen);
  // Our number in the form in which messages name it; a service's name stays as it is.
  const std::string sender(body["sender"].text().value_or(""));
  const auto number = phone_key(sender, options_.default_region(caller_.tenant));
  request.sender = number.empty() ? sender : number;
  request.evidence = events::Evidence::api;
  request.reason = std::move(reason);
  request.by = caller_.name;
  request.stated_at = std::move(said);
  request.request_id = request_.request_id;
  return std::vector{std::move(request)};
}

/// The recorded statement may hold the address's hash only: then a contact that has it tells.
Result<std::string> ConsentRoute::address_of(const projections::ReviewView& review) const {
  if (!review.address.empty())
    return review.address;
  const auto scan = scan_of(ports_.tables);
  TRY(owner, projections::contact_by_key(scan, caller_.tenant, events::name_of(review.field),
                                         review.address_hash));
  TRY(contact, owner ? projections::contact(scan, caller_.tenant, *owner)
                     : Result<std::optional<projections::ContactView>>(
                         std::optional<projections::ContactView>{}));
  if (contact) {
    std::vector<std::string> values;
    if (const auto merged = contact->fields.find(review.field); merged != contact->fields.end())
      values.push_back(merged->second.value);
    for (const auto& record : contact->records)
      values.emplace_back(record.fields.get(review.field));
    for (const auto& value : values)
      if (const auto one = read_address(value, options_.default_region(caller_.tenant));
          one
          && to_hex(hash_of(ports_.hasher, caller_.tenant, one->kind, one->value))
                 == review.address_hash)
        return one->value;
  }
  return Error{"address_not_known", "the review's address is known by its hash only; read the "
                                    "message and send POST /api/v1/opt-outs for its sender"};
}

ConsentRoute::Requests ConsentRoute::decision(json::Value body) const {
  TRYV(only_members(body, {"decision", "reason"}));
  const auto word = body["decision"].text().value_or("");
  if (word != "opt_out" && word != "not_an_opt_out")
    return Error{"bad_decision", "decision is opt_out or not_an_opt_out"};
  TRY(reason, reason_of(body));
  const std::string_view id = request_.target.segments[3];
  Position position;
  const auto [stop, failed] = std::from_chars(id.data(), id.data() + id.size(), position.value);
  const auto scan = scan_of(ports_.tables);
  TRY(reviews, projections::reviews_at(scan, caller_.tenant, position));
  if (failed != std::errc{} || stop != id.data() + id.size() || reviews.empty())
    return Error{"not_found", "there is no such review; GET /api/v1/reviews lists them"};
  std::vector<events::ConsentRequested> out;
  for (const auto& review : reviews) {
    if (review.kind == "identity")
      return Error{"not_decided_here", "two contacts that are one person are merged with POST "
                                       "/api/v1/contacts/{id}/merge, or left apart"};
    if (!review.open)
      continue;
    TRY(address, address_of(review));
    events::ConsentRequested request;
    request.kind = review.field;
    request.address = PiiText(address);
    request.change = word == "opt_out" ? ConsentChange::revoked : ConsentChange::cleared;
    for (const auto& name : review.channels)
      if (const auto channel = channel_named(name))
        request.channels.push_back(*channel);
    request.evidence = events::Evidence::manual;
    request.reason = reason;
    request.by = caller_.name;
    request.review = position;
    request.request_id = request_.request_id;
    out.push_back(std::move(request));
  }
  if (out.empty())
    return Error{"already_decided", "the review was decided already; the address's history says by "
                                    "whom and why"};
  return out;
}

Answer ConsentRoute::record(const std::vector<events::ConsentRequested>& requests) const {
  storage::Append append;
  append.tenant = caller_.tenant;
  for (const auto& request : requests) {
    const auto hash =
        hash_of(ports_.hasher, caller_.tenant, request.kind, request.address.reveal());
    // The person's other addresses are closed with it, so whatever may concern anybody waits until
    // it is decided whose they are.
    append.events.push_back({events::admin_stream(),
                             request,
                             {events::consent_tag(hash), events::any_opt_out_tag()},
                             {}});
  }
  std::string members;
  if (requests.size() == 1 && requests[0].review == Position{}) {
    const auto preview = preview_of(ports_, caller_.tenant, requests[0]);
    if (!preview)
      return refuse(500, "not_stored", std::string(unreadable));
    members = ",\"address\":";
    json::append_string(members, requests[0].address.reveal()); // as it was read
    members += ",\"channels\":" + *preview;
  }
  return store_request(ports_, std::move(append), request_.request_id,
                       "nothing was stored and nobody was opted in or out; send it again later",
                       members);
}

} // namespace tidemark::gateway
