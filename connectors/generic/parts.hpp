#pragma once
#include "base/text/json_reader.hpp"
#include "connectors/connector.hpp"
#include "connectors/standard_webhooks.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The parts of the generic connector, for each other.
namespace tidemark::connectors::generic {

using standard_webhooks::Key, standard_webhooks::read_key, standard_webhooks::signature_of;

/// The words of a secret that may hold several keys, while one replaces another.
std::vector<std::string_view> words_of(std::string_view secret);

/// `webhook` or `svix`, as configured.
std::string header_name(const Settings& settings, std::string_view part);
/// A signed message to the receiver. `id` is the same in every attempt, `now` is the attempt's.
HttpRequest signed_request(const Settings& settings, const std::string& id, Timestamp now,
                           std::string body);

/// Whether a configured path can be read: names joined by full stops, none empty.
bool is_path(std::string_view path);
/// What `map` may name besides fields: id, type, version, name, opt_out.
bool is_mapped_name(std::string_view name);

Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp now);
/// See Connector.
std::vector<SecretText> webhook_keys(const Settings& settings, std::string_view channel);
std::vector<HandledKind> handled_kinds(const Settings& settings);
Peek peek(const WebhookRequest& request, const Settings& settings);
domain::Translation translate_root(const json::Value& root, const StoredWebhook& webhook,
                                   const Settings& settings);
/// What an answer other than 2xx means: README fact 4.
domain::DeliveryResult judge_failure(const HttpAnswer& answer);
NextStep next(const DeliveryWork& work, const Settings& settings);
/// What a refusing answer says, raw (see connectors/shared/refusal.hpp).
events::Refusal refusal(std::string_view body);
/// opt_out and opt_in.
NextStep next_consent_action(const ActionWork& work, const Settings& settings);

/// probe.cpp: see Connector.
HttpRequest probe(const Settings& settings);

} // namespace tidemark::connectors::generic
