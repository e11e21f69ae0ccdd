#include "gateway/consent/statements.hpp"

#include "base/contains.hpp"
#include "domain/intake/consent_decisions.hpp"
#include "events/codec.hpp"
#include "events/format/reason.hpp"
#include "events/format/tags.hpp"
#include "gateway/consent/routes.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

using events::Channel;
using events::ConsentChange;

constexpr std::chrono::minutes clock_tolerance{5};

// ---- what is said

Result<std::vector<Channel>> channels_in(const Body& body, events::Field kind) {
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
                 "channels is a list with at least one channel; it may be left out"};
  return out;
}

Result<std::string> stated_at(const Body& body, Timestamp now) {
  if (!body["stated_at"].stated())
    return std::string();
  const auto said = from_rfc3339(body["stated_at"].text().value_or(""));
  if (!said)
    return Error{"bad_stated_at", "stated_at is a time in RFC 3339 with its zone, such as "
                                  "2026-01-05T10:00:00Z"};
  if (*said > now + clock_tolerance)
    return Error{"bad_stated_at",
                 "stated_at lies in the future; check it, and this machine's clock"};
  return to_rfc3339(*said);
}

Result<events::ConsentRequested> read_statement(const ApiContext& api, ConsentChange change) {
  TRY(body, api.body());
  const auto address = read_address(body.text("address"), api.region());
  if (!address)
    return Error{"bad_address",
                 "address is missing, or is neither a phone number in any usual form "
                 "nor an e-mail address"};
  TRY(reason, body.reason());
  TRY(channels, channels_in(body, address->kind));
  TRY(said, stated_at(body, api.now()));
  if (body["sender"].stated() && !body["sender"].text())
    return Error{"bad_sender", "sender is a text: the number or service that it is about"};
  events::ConsentRequested request;
  request.kind = address->kind;
  request.address = PiiText(address->value);
  request.change = change;
  request.channels = std::move(channels);
  // Our number in the form in which messages name it; a service's name stays as it is.
  request.sender = phone_key(body.text("sender"), api.region());
  if (request.sender.empty())
    request.sender = body.text("sender");
  request.evidence = events::Evidence::api;
  request.stated_at = std::move(said);
  return asked(api, std::move(reason), std::move(request));
}

// ---- what it leads to

constexpr Schema change_schema{
    "consent_change", {{text("change"), optional(text("reason_code")), optional(text("text"))}}};
constexpr Schema statement_schema{
    "consent_request",
    {{text("status"), integer("position"), text("address"), map("channels", change_schema)}}};

/// Channel to `change` (revoked, granted, ignored, no_change) and, where it has no effect,
/// `reason_code` and `text`. Decided as the engine will decide it, by what stands against the
/// address now; what is said in between counts too.
Result<Json> preview_of(const ApiContext& api, const events::ConsentRequested& request) {
  events::ConsentChanged subject;
  subject.kind = request.kind;
  subject.address_hash = api.hash_of({request.kind, std::string(request.address.reveal())});
  subject.source = ConnectorName("api");
  subject.request = request.review;
  subject.input = Position{api.ports.log.durable().value + 1};
  subject.received_at = api.now();
  TRY(state, consent_state(api, subject.address_hash));
  const auto sign = domain::sign_of(request);
  Json out = Json::object();
  for (const auto channel : sign.channels)
    out[std::string(name_of_enum(channel))] = {{"change", "no_change"}};
  for (const auto& change : domain::decide_consent(state, sign, subject))
    for (const auto channel : change.channels) {
      auto& one = out[std::string(name_of_enum(channel))];
      one = {{"change", name_of_enum(change.change)}};
      if (change.reason_code == Reason::none)
        continue;
      one["reason_code"] = change.reason_code;
      one["text"] = explain_reason(change.reason_code).text;
    }
  return out;
}

Result<Json> state_consent(const ApiContext& api, ConsentChange change) {
  TRY(request, read_statement(api, change));
  TRY(channels, preview_of(api, request));
  const std::string address(request.address.reveal()); // as it was read
  TRY(out, record_statements(api, {std::move(request)}));
  out["address"] = address;
  out["channels"] = std::move(channels);
  return std::move(out);
}

Result<Json> request_opt_out(const ApiContext& api) {
  return state_consent(api, ConsentChange::revoked);
}

Result<Json> request_opt_in(const ApiContext& api) {
  return state_consent(api, ConsentChange::granted);
}

/// A question to somebody who has opted out is one more message to him.
Status may_be_asked(const Json& channels) {
  for (const auto& [channel, one] : channels.items())
    if (one["change"] != name_of_enum(ConsentChange::asked))
      return Error{"opted_out", "this address has opted out of " + channel
                                    + ", or words wait to be read that may say so: it must not be "
                                      "asked. Only START or UNSTOP from the person opens it again"};
  return Done{};
}

Result<Json> record_question(const ApiContext& api) {
  TRY(request, read_statement(api, ConsentChange::asked));
  if (request.kind != events::Field::phone)
    return Error{"bad_address", "a question is answered by YES in a text: name a phone number"};
  TRY(body, api.body());
  if (!request.sender.empty())
    return Error{"bad_sender", "a YES answers for all senders: leave sender out"};
  if (!body["channels"].stated())
    request.channels = {Channel::sms};
  if (contains(request.channels, Channel::call))
    return Error{"bad_channels", "a YES in a text opens sms or whatsapp, no calls"};
  TRY(channels, preview_of(api, request));
  TRYV(may_be_asked(channels));
  const std::string address(request.address.reveal());
  TRY(out, record_statements(api, {std::move(request)}));
  out["address"] = address;
  out["channels"] = std::move(channels);
  return std::move(out);
}

constexpr Route statement_rows[] = {
    {"request_opt_out", "POST", "/api/v1/opt-outs", Right::review, request_opt_out,
     &statement_schema, "", "address channels sender reason stated_at", unreadable_consent},
    {"record_question", "POST", "/api/v1/opt-in-questions", Right::review, record_question,
     &statement_schema, "", "address channels sender reason stated_at", unreadable_consent},
    {"request_opt_in", "POST", "/api/v1/opt-ins", Right::review, request_opt_in, &statement_schema,
     "", "address channels sender reason stated_at", unreadable_consent},
};

} // namespace

Result<domain::ConsentState> consent_state(const ApiContext& api, const AddressHash& address) {
  domain::ConsentState state;
  TRYV(storage::read_under_tag(
      api.ports.log, api.tenant(), events::consent_tag(address), {},
      [&](const events::Recorded& recorded) { domain::evolve(state, address, recorded.event); }));
  return state;
}

std::optional<Channel> channel_named(std::string_view name) {
  const auto& names = events::EnumNames<Channel>::names;
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? std::nullopt : std::optional(static_cast<Channel>(at - names.begin()));
}

Result<Json> record_statements(const ApiContext& api,
                               std::vector<events::ConsentRequested> requests) {
  std::vector<storage::NewEvent> out;
  for (auto& request : requests) {
    const auto hash = api.hash_of({request.kind, std::string(request.address.reveal())});
    // The person's other addresses are closed with it, so whatever may concern anybody waits until
    // it is decided whose they are.
    out.push_back({events::admin_stream(),
                   std::move(request),
                   {events::consent_tag(hash), events::any_opt_out_tag()},
                   {}});
  }
  return record(api, std::move(out),
                "nothing was stored and nobody was opted in or out; send it again later");
}

constinit const Routes statement_routes = statement_rows;

} // namespace tidemark::gateway
