#pragma once
#include "base/json_reader.hpp"
#include "connectors/connector.hpp"

#include <string>
#include <string_view>

/// The parts of the Verity connector, for each other.
namespace tidemark::connectors::verity {

inline constexpr std::string_view texting_channel = "texting";
inline constexpr std::string_view broadcast_channel = "broadcast";
/// What Verity expects as answer, also to a repeat (contract 3.1).
inline constexpr std::string_view received_body =
    R"({"success":true,"message":"Webhook received"})";

Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp now);
Peek peek(const WebhookRequest& request, const Settings& settings);
domain::Translation translate(const StoredWebhook& webhook, const Settings& settings);
NextStep next(const DeliveryWork& work, const Settings& settings);

} // namespace tidemark::connectors::verity
