#include "gateway/intake/webhook_route.hpp"

#include "base/overloaded.hpp"
#include "base/text/json_writer.hpp"
#include "base/text/trace_context.hpp"
#include "connectors/shared/webhook_receipt.hpp"
#include "domain/consent/suppression.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/table_scan.hpp"
#include "gateway/http/tenant_host.hpp"
#include "gateway/intake/verification.hpp"
#include "projections/consent/statements.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::size_t tags_max = 60; // storage/log_store.hpp, less one for each of those below
constexpr std::string_view retry_after_seconds = "5";

enum class BodyKind : std::uint8_t { json, form, other };

BodyKind kind_of(std::string_view content_type) {
  const auto type = trimmed(content_type.substr(0, content_type.find(';')));
  if (same_name(type, "application/json"))
    return BodyKind::json;
  if (same_name(type, "application/x-www-form-urlencoded"))
    return BodyKind::form;
  const bool plus_json = type.size() > 17 && same_name(type.substr(0, 12), "application/")
                         && same_name(type.substr(type.size() - 5), "+json");
  return plus_json ? BodyKind::json : BodyKind::other;
}

/// Final for whoever asked for the text (connectors/gohighlevel/README.md fact 19): the gate will
/// refuse it.
std::string blocked_body(Position position) {
  std::string body = "{\"success\":false,\"reason\":\"opted_out\",\"position\":";
  json::append_number(body, position.value);
  body.push_back('}');
  return body;
}

/// Without a position: it is in the spool, and the log gives it one at the next start.
std::string position_body(std::string_view status, std::optional<Position> position) {
  std::string body = "{\"status\":\"";
  body += status;
  body += "\",\"position\":";
  if (position)
    json::append_number(body, position->value);
  else
    body += "null";
  body.push_back('}');
  return body;
}

std::vector<events::Tag> consent_tags(const KeyedHasher& hasher, const TenantId& tenant,
                                      const connectors::Peek& peek) {
  std::vector<events::Tag> tags;
  for (const auto& address : peek.addresses) {
    if (tags.size() == tags_max)
      break;
    tags.push_back(
        events::consent_tag(events::address_hash(hasher, tenant, address.kind, address.value)));
  }
  if (peek.maybe_opt_out)
    tags.push_back(events::any_opt_out_tag());
  return tags;
}

} // namespace

connectors::Headers lower_case_headers(const RequestHead& head) {
  connectors::Headers headers;
  headers.reserve(head.field_count);
  for (std::size_t i = 0; i < head.field_count; ++i) {
    std::string name(head.fields[i].name);
    for (auto& c : name)
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c + ('a' - 'A'));
    headers.emplace_back(std::move(name), head.fields[i].value);
  }
  return headers;
}

WebhookRoute::WebhookRoute(const GatewayOptions& options, const GatewayPorts& ports,
                           Counters& counters, RefusedSignatures& refused_signatures,
                           IsSuspended is_suspended)
    : options_(options), ports_(ports), counters_(counters),
      refused_signatures_(refused_signatures), is_suspended_(std::move(is_suspended)),
      limits_(options) {}

/// Of the options in force: tenants come and go.
std::shared_ptr<const WebhookRoute::Inlets> WebhookRoute::inlets() const {
  auto options = options_now(options_, ports_);
  const std::lock_guard lock(inlets_guard_);
  if (inlets_ && inlets_->options == options)
    return inlets_;
  auto fresh = std::make_shared<Inlets>();
  for (std::size_t i = 0; i < options->sources.size(); ++i)
    if (const auto& source = options->sources[i]; !source.ended)
      fresh->places[source.tenant.value].emplace(source.settings.name.value, i);
  counters_.know(options->sources);
  fresh->options = std::move(options);
  inlets_ = std::move(fresh);
  return inlets_;
}

WebhookRoute::Place WebhookRoute::find(std::shared_ptr<const Inlets> inlets,
                                       std::string_view tenant, std::string_view connector,
                                       std::string_view channel) {
  const auto of_tenant = inlets->places.find(tenant);
  if (of_tenant == inlets->places.end())
    return {};
  const auto found = of_tenant->second.find(connector);
  if (found == of_tenant->second.end())
    return {};
  const auto& source = inlets->options->sources[found->second];
  for (const auto& each : source.connector->channels)
    if (each.name == channel)
      return {std::move(inlets), &source, found->second, &each};
  return {};
}

WebhookRoute::Place WebhookRoute::find(const RequestHead& head, const Target& target) const {
  const auto& parts = target.segments;
  const bool named = !parts.empty() && parts[0] == "t";
  const std::size_t at = named ? 2 : 0;
  if (parts.size() < at + 2 || parts[at] != "webhooks" || parts.size() > at + 3)
    return {};
  auto known = inlets();
  const auto host = tenant_of_host(head.get("host"), known->options->tenant_domain);
  const auto* bare = known->options->of_bare_path();
  if (!named && host.empty() && !bare)
    return {};
  const auto& tenant = named ? parts[1] : !host.empty() ? host : bare->value;
  const auto channel = parts.size() == at + 3 ? std::string_view(parts[at + 2]) : "";
  return find(std::move(known), tenant, parts[at + 1], channel);
}

Answer WebhookRoute::refuse(const Problem& problem, std::string_view request_id) const {
  return problem_answer(problem, request_id, ports_.clock.now());
}

/// The tag of the record that a body without a delivery id is about.
std::optional<events::Tag> WebhookRoute::subject(const Place& place,
                                                 const connectors::Peek& peek) const {
  if (!peek.delivery_id.empty() || peek.subject.empty())
    return std::nullopt;
  const auto& source = *place.source;
  return events::subject_tag(
      ports_.hasher(HashedKind::subject, source.tenant, source.settings.name.value, peek.subject));
}

storage::DedupeKey WebhookRoute::dedupe_key(const Place& place, std::string_view channel,
                                            const connectors::Peek& peek,
                                            std::string_view body) const {
  const auto& source = *place.source;
  const auto key = connectors::repeat_key(
      ports_.hasher, {source.tenant, source.settings.name, channel}, peek, body);
  if (key.for_ever)
    return {key.hash, std::nullopt, std::nullopt};
  // Rule 11: without an id, equal bodies are repeats for a short while only, and only while nothing
  // else came about the same record.
  const std::chrono::seconds window{source.connector->capabilities.repeat_window_seconds};
  return {key.hash, window, subject(place, peek)};
}

/// As the tables know it: what is said meanwhile is seen by the gate, which decides.
bool WebhookRoute::is_suppressed(const TenantId& tenant, const std::string& number) const {
  if (number.empty())
    return false;
  const auto state = projections::consent_state_of(
      scan_of(ports_.tables), tenant, to_hex(events::phone_hash(ports_.hasher, tenant, number)));
  return state && domain::is_suppressed(*state, events::Channel::sms, {});
}

ReadyAppend WebhookRoute::make_append(const Place& place, const RequestHead& head,
                                      const connectors::WebhookRequest& request, const Shown& shown,
                                      const std::string& request_id) const {
  const auto& source = *place.source;
  const auto peek = source.connector->peek(request, source.settings);
  const auto digest = sha256(request.body);
  events::WebhookReceived event;
  event.connector = source.settings.name;
  event.channel = request.channel;
  event.verdict =
      shown.stale ? events::VerificationVerdict::stale : events::VerificationVerdict::verified;
  event.delivery_id = json::to_valid_utf8(peek.delivery_id);
  event.maybe_opt_out = peek.maybe_opt_out;
  event.content_type = json::to_valid_utf8(head.get("content-type"));
  event.headers = connectors::kept_headers(*source.connector, request.headers);
  event.proof =
      connectors::proof_of(ports_.hasher, {source.tenant, source.settings.name, request.channel},
                           shown.by, request.headers, event.headers);
  event.proof->source_address = shown.client;
  event.body_sha256 = to_hex(digest);
  event.body_bytes = request.body.size();
  event.request_id = request_id;
  if (const auto trace = head.get("traceparent");
      head.count("traceparent") == 1 && is_traceparent(trace))
    event.trace = events::TraceContext{std::string(trace)};
  ReadyAppend ready{{place.index, place.channel, shown.stale, peek.maybe_opt_out,
                     is_suppressed(source.tenant, peek.text_to)},
                    {}};
  ready.append.tenant = source.tenant;
  ready.append.dedupe.push_back(dedupe_key(place, request.channel, peek, request.body));
  auto tags = consent_tags(ports_.hasher, source.tenant, peek);
  if (const auto about = subject(place, peek))
    tags.push_back(*about);
  for (const auto& id : {event.request_id, event.delivery_id})
    if (!id.empty())
      tags.push_back(events::named_tag(id));
  ready.append.events.push_back(
      {events::webhook_stream(source.settings.name), std::move(event), std::move(tags), {}});
  return ready;
}

std::optional<Answer> WebhookRoute::dropped(const Place& place, const std::string& request_id,
                                            const ClientName& client) const {
  const auto& tenant = place.source->tenant;
  if (!place.inlets->options->dropping.contains(tenant) || !is_suspended_(tenant))
    return std::nullopt;
  counters_.webhook(place.index, WebhookOutcome::refused);
  return refuse_webhook({403, "tenant_suspended",
                         "the tenant is suspended and takes nothing but opt-outs; this was not "
                         "stored",
                         "{\"reason\":\"tenant_suspended\"}"},
                        place.source, "tenant_suspended", request_id, client);
}

std::optional<Answer> WebhookRoute::over_limit(const Place& place,
                                               const std::string& request_id) const {
  const auto rate = limits_.take(place.index, *place.source, ports_.clock.now());
  if (!rate || rate->retry_after == 0)
    return std::nullopt;
  counters_.webhook(place.index, WebhookOutcome::limited);
  auto answer = refuse({place.source->connector->shed_status, "too_many_webhooks",
                        "more webhooks came than webhooks_per_minute allows this connector; "
                        "nothing was stored: send it again later",
                        "{\"reason\":\"rate_limited\"}"},
                       request_id);
  add_rate_headers(answer, *rate);
  answer.headers.emplace_back("Retry-After", std::to_string(rate->retry_after));
  return answer;
}

Answer WebhookRoute::refuse_webhook(const Problem& problem, const WebhookSource* source,
                                    std::string_view reason, const std::string& request_id,
                                    const ClientName& client) const {
  const auto who = client ? client() : std::string();
  if (ports_.requests)
    ports_.requests->refused({source, reason, who, request_id});
  const auto rate = limits_.refuse(who, ports_.clock.now());
  const bool too_many = rate && rate->retry_after > 0;
  auto answer = refuse(too_many ? Problem{429, "too_many_requests",
                                          "too many refused webhooks came from this address; wait, "
                                          "and check the URL and secret that they are sent with"}
                                : problem,
                       request_id);
  if (rate) {
    add_rate_headers(answer, *rate);
    if (too_many)
      answer.headers.emplace_back("Retry-After", std::to_string(rate->retry_after));
  }
  return answer;
}

Answer WebhookRoute::refuse_forged(const Place& place, const connectors::Forged& forged,
                                   std::string_view body, const std::string& request_id,
                                   const ClientName& client) const {
  const auto reason = name_of(forged.reason_code);
  counters_.forged(place.index, forged.reason_code);
  refused_signatures_.add(place.source->tenant, {.at = ports_.clock.now(),
                                                 .connector = place.source->settings.name,
                                                 .channel = std::string(place.channel->name),
                                                 .reason_code = std::string(reason),
                                                 .received = forged.received,
                                                 .computed_start = forged.computed_start,
                                                 .body_bytes = body.size(),
                                                 .body_sha256 = sha256_hex(body),
                                                 .client = client ? client() : std::string(),
                                                 .request_id = request_id});
  const auto own = place.source->refused_status;
  return refuse_webhook({own != 0 ? own : place.channel->refusal_status, "signature_refused",
                         "the request is not shown to come from the connected system; check its "
                         "webhook secret or key",
                         "{\"reason\":\"" + std::string(reason) + "\"}"},
                        place.source, reason, request_id, client);
}

std::variant<ReadyAppend, Answer> WebhookRoute::prepare(const RequestHead& head,
                                                        const Target& target, std::string body,
                                                        const std::string& request_id,
                                                        const ClientName& client) const {
  const auto place = find(head, target);
  const auto refusal = [&](const Problem& problem, std::string_view reason) {
    return refuse_webhook(problem, place.source, reason, request_id, client);
  };
  if (!place.source) {
    // As much work as a verification, so that time does not tell which tenants exist (threat 5).
    static_cast<void>(hmac_sha256("unknown", {body}));
    return refusal({404, "unknown_webhook",
                    "there is no connector or channel of this name here; check the webhook URL"},
                   "unknown_webhook");
  }
  if (head.count("content-encoding") > 0) {
    counters_.webhook(place.index, WebhookOutcome::refused);
    return refusal(
        {415, "content_encoding_not_supported", "send the body without Content-Encoding"},
        "content_encoding_not_supported");
  }
  const auto kind = kind_of(head.get("content-type"));
  if (kind == BodyKind::other || (kind == BodyKind::form && !place.channel->accepts_form)) {
    counters_.webhook(place.index, WebhookOutcome::refused);
    return refusal({415, "content_type_not_supported", "send Content-Type: application/json"},
                   "content_type_not_supported");
  }
  const auto headers = lower_case_headers(head);
  const connectors::WebhookRequest request{headers, body, place.channel->name};
  const auto verification = verify_webhook(*place.source, ports_, request);
  if (const auto* forged = std::get_if<connectors::Forged>(&verification))
    return refuse_forged(place, *forged, body, request_id, client);
  const auto* stale = std::get_if<connectors::Stale>(&verification);
  const auto& by = stale ? stale->by : std::get<connectors::Verified>(verification).by;
  auto ready = make_append(place, head, request,
                           {by, stale != nullptr, client ? client() : std::string()}, request_id);
  if (!ready.ticket.maybe_opt_out) { // those are taken whatever the limit
    if (auto answer = dropped(place, request_id, client))
      return *std::move(answer);
    if (auto answer = over_limit(place, request_id))
      return *std::move(answer);
  }
  ready.append.events[0].attachment = std::move(body);
  return ready;
}

Answer WebhookRoute::conclude(const Ticket& ticket, const storage::AppendOutcome& outcome,
                              std::string_view request_id) const {
  const auto known = inlets();
  const auto& source = known->options->sources[ticket.source];
  const auto taken = [&](std::string_view status, std::optional<Position> position,
                         WebhookOutcome counted) {
    counters_.webhook(ticket.source, counted);
    Answer answer;
    // Of a repeat nobody knows here whether the number was closed already when it came first.
    const bool blocked = ticket.closed && position && counted != WebhookOutcome::duplicate;
    answer.body = blocked ? blocked_body(*position)
                  : ticket.channel->acknowledgement.empty()
                      ? position_body(status, position)
                      : std::string(ticket.channel->acknowledgement);
    return answer;
  };
  const auto shed = [&](std::string_view reason) {
    counters_.webhook(ticket.source, WebhookOutcome::shed);
    if (ticket.maybe_opt_out && ports_.opt_out_not_stored)
      ports_.opt_out_not_stored(source.tenant, source.settings.name, reason);
    auto answer = refuse({source.connector->shed_status, "not_taken",
                          "nothing was stored; send it again later",
                          "{\"reason\":\"" + std::string(reason) + "\"}"},
                         request_id);
    answer.headers.emplace_back("Retry-After", retry_after_seconds);
    return answer;
  };
  return std::visit(
      overloaded{
          [&](const storage::Appended& done) {
            return taken("accepted", done.first,
                         ticket.stale ? WebhookOutcome::stale : WebhookOutcome::accepted);
          },
          [&](const storage::Duplicate& repeat) {
            repeats_.add(source.tenant, source.settings.name, repeat.first, ports_.clock.now());
            return taken("duplicate", repeat.first, WebhookOutcome::duplicate);
          },
          [&](const storage::Conflict&) { return shed("conflict"); },
          [&](const storage::NotTaken& refused) { return shed(refused.reason_code); },
          [&](const storage::Spooled&) {
            if (ports_.opt_out_not_stored)
              ports_.opt_out_not_stored(source.tenant, source.settings.name, spooled_reason);
            return taken("accepted", std::nullopt,
                         ticket.stale ? WebhookOutcome::stale : WebhookOutcome::accepted);
          },
      },
      outcome);
}

void WebhookRoute::record_repeats(bool all) const {
  append_repeats(ports_.log, repeats_.due(ports_.clock.now(), all));
}

} // namespace tidemark::gateway
