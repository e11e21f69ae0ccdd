#include "connectors/aloware/parts.hpp"
#include "connectors/aloware/request.hpp"
#include "connectors/shared/media_link.hpp"
#include "connectors/shared/outbound.hpp"

namespace tidemark::connectors::aloware {
namespace {

using domain::DeliveryVerdict;
using events::Action;

/// 202 means accepted, not sent, and carries no id: the webhook that follows is found by number,
/// text and time (README fact 4). Not idempotent, so it is never asked twice.
NextStep send_message(const ActionWork& work, const Settings& settings) {
  if (work.after_unknown)
    return conclude(DeliveryVerdict::rejected, Reason::outcome_unknown_not_repeated);
  if (!work.intent.message || work.intent.message->their_address.reveal().empty())
    return conclude(DeliveryVerdict::rejected, Reason::no_phone);
  const auto links = public_links(work.intent.message->attachments);
  if (links.usable.size() > 1) // the call takes one picture (README fact 4)
    return conclude(DeliveryVerdict::rejected, Reason::attachments_not_supported);
  if (work.exchanges.empty()) {
    const auto& message = *work.intent.message;
    auto body = body_with_token(settings);
    body.text("from", sent_from(work.intent, settings))
        .text("to", message.their_address.reveal())
        .text("message", message.text.reveal());
    if (!links.usable.empty())
      body.text("image_url", links.usable.front());
    return Send{"send", true, post_to(settings, "/webhook/sms-gateway/send", body.finish())};
  }
  const auto& answer = work.exchanges.back().answer;
  if (auto judged = judge_common(answer, Effect::once))
    return Conclude{std::move(*judged)};
  if (!is_success(answer))
    return Conclude{judge_refusal(answer)};
  const auto document = json::parse(answer.body);
  if (!document || !is_json(answer))
    return Conclude{judge_unreadable(Effect::once)};
  if (document.value()["error"].stated() || document.value()["errors"].stated())
    return conclude(DeliveryVerdict::rejected, Reason::vendor_says_not_done);
  return conclude(DeliveryVerdict::accepted,
                  links.left_out > 0 ? Reason::links_left_out : Reason::accepted);
}

} // namespace

NextStep next_action(const ActionWork& work, const Settings& settings) {
  switch (work.intent.action) {
  case Action::send_message:
    return send_message(work, settings);
  case Action::opt_out:
  case Action::opt_in:
    return next_consent_action(work, settings);
  case Action::join_list:
  case Action::leave_lists:
  case Action::set_owner:
  case Action::join_sequence:
  case Action::leave_sequences:
    return next_placement_action(work, settings);
  default:
    return conclude(DeliveryVerdict::rejected, Reason::target_has_no_such_call);
  }
}

} // namespace tidemark::connectors::aloware
