#pragma once
#include "connectors/connector.hpp"
#include "domain/attempt.hpp"
#include "domain/rules/rules.hpp"
#include "events/recorded.hpp"

/// How recorded inputs are read again: the same for the engine that decides and for the replay that
/// recomputes. Pure.
namespace tidemark::connectors {

/// A connector as configured: with secrets in the engine, without in a replay.
struct Configured {
  const Connector* connector = nullptr;
  Settings settings;
};

/// What a recorded configuration says, without secrets. Unknown types are left out.
std::map<ConnectorName, Configured> configured_by(const events::ConfigApplied& applied);

/// The connector's translation of a stored webhook; null when the connector is not configured:
/// skipped with that reason, and reprocessing finds it again.
domain::Translation translate_stored(const Configured* configured,
                                     const events::StoredEvent& stored,
                                     const events::WebhookReceived& webhook);

/// The same for a page of its list, whose contacts are marked as listed.
domain::Translation translate_stored(const Configured* configured,
                                     const events::StoredEvent& stored,
                                     const events::BackfillPageReceived& page);

/// A webhook that is read again, without what it has led to before and without opt-ins.
domain::Translation translate_stored(const Configured* configured,
                                     const events::StoredEvent& stored,
                                     const events::WebhookReprocessRequested& again);

/// The translation of any input that a connector reads (domain::connector_behind); nothing for
/// others.
std::optional<domain::Translation> translate_input(const Configured* configured,
                                                   const events::StoredEvent& stored,
                                                   const events::Event& input);

/// What a connector sees of a recorded answer. `stored_body` is the event's attachment.
HttpAnswer judged_answer(const events::VendorAnswer& answer, std::string stored_body);

/// The answers of the running attempt so far, and the webhook that is to be forwarded.
struct AttemptInput {
  std::vector<Exchange> exchanges;
  std::vector<Exchange> before; ///< as in ActionWork
  std::string forward_body;
  std::vector<std::pair<std::string, std::string>> forward_headers;
};

/// Asks the connector what to do next for a pending delivery.
NextStep next_step(const Configured& configured, const domain::DeliveryQueue& lane,
                   const domain::PendingDelivery& delivery, const AttemptInput& input,
                   Timestamp now);

/// The same as the decision about the attempt takes it: a request is known by its hash.
domain::AttemptStep as_decided(const NextStep& step, std::string request_sha256 = {});
/// Of the request that it asks for, made with redacted settings; "" when it asks for none.
std::string hash_of(const NextStep& step);

} // namespace tidemark::connectors
