#include "connectors/shared/inbound.hpp"
#include "connectors/shared/outbound.hpp"
#include "connectors/verity/parts.hpp"

namespace tidemark::connectors::verity {
namespace {

using domain::DeliveryVerdict;
using events::Action;

Send request(const ActionWork& work, const Settings& settings) {
  const auto& message = *work.intent.message;
  JsonObject body;
  body.text("to", message.their_address.reveal());
  if (const auto from = sent_from(work.intent, settings); !from.empty())
    body.text("from", from);
  body.text("body", message.text.reveal());
  if (!message.conversation.empty())
    body.text("conversationId", message.conversation);
  body.text("correlationId", work.intent.delivery.value);
  return Send{"send",
              true,
              {"POST",
               base_url_of(settings, "") + "/api/integrations/df-middleware/send-message",
               {{"Authorization", "Bearer " + std::string(trimmed(settings.secret("token")))},
                {"Accept", "application/json"},
                {"Content-Type", "application/json"}},
               body.finish()}};
}

/// Not idempotent and nothing can be looked up (README fact 5): when the outcome is not known, only
/// the webhook can tell, so it is never asked twice.
NextStep send_message(const ActionWork& work, const Settings& settings) {
  if (work.after_unknown)
    return conclude(DeliveryVerdict::rejected, Reason::outcome_unknown_not_repeated);
  if (!work.intent.message || work.intent.message->their_address.reveal().empty())
    return conclude(DeliveryVerdict::rejected, Reason::no_phone);
  if (!work.intent.message->attachments.empty()) // the call takes a text only (README fact 5)
    return conclude(DeliveryVerdict::rejected, Reason::attachments_not_supported);
  if (base_url_of(settings, "").empty())
    return conclude(DeliveryVerdict::rejected, Reason::no_address_configured);
  if (work.exchanges.empty())
    return request(work, settings);
  const auto& answer = work.exchanges.back().answer;
  if (auto judged = judge_common(answer, Effect::once))
    return Conclude{std::move(*judged)};
  if (answer.status == 404) // seen while the route was not deployed (README fact 1)
    return conclude(DeliveryVerdict::retry, Reason::route_not_deployed);
  if (!is_success(answer))
    return Conclude{judge_refusal(answer)};
  const auto document = json::parse(answer.body);
  if (!document || document.value().root().kind() != json::Kind::object)
    return Conclude{judge_unreadable(Effect::once)};
  const auto root = document.value().root();
  if (root["success"].boolean() == false)
    return conclude(DeliveryVerdict::rejected, Reason::vendor_says_not_done);
  domain::DeliveryResult out{DeliveryVerdict::accepted, Reason::accepted};
  out.result_id = first_of(root, {"messageId", "id"});
  out.conversation = first_of(root, {"chatId"});
  if (out.result_id.empty()) // a 2xx alone proves nothing (requirement A1.7.17)
    return conclude(DeliveryVerdict::unknown, Reason::answer_without_record);
  return Conclude{std::move(out)};
}

} // namespace

NextStep next_action(const ActionWork& work, const Settings& settings) {
  switch (work.intent.action) {
  case Action::send_message:
    return send_message(work, settings);
  default:
    return conclude(DeliveryVerdict::rejected, Reason::target_has_no_such_call);
  }
}

} // namespace tidemark::connectors::verity
