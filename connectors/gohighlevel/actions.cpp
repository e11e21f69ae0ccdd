#include "connectors/gohighlevel/actions.hpp"

#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/record_attempt.hpp"

// What the contact's record over there is told besides its values: tags, calls, messages.
namespace tidemark::connectors::gohighlevel {
namespace {

using domain::DeliveryVerdict;
using events::Action;

std::string tags_body(const std::vector<std::string>& tags) {
  return JsonObject{}.raw("tags", json_array(tags)).finish();
}

/// Adding or removing a tag twice leaves the same set (README fact 12).
class TagAttempt : public RecordAttempt {
  using RecordAttempt::RecordAttempt;

  NextStep begin() override {
    const bool add = work_.intent.action == Action::add_tags;
    return Send{add ? "add_tags" : "remove_tags", true,
                request_to(settings_, add ? "POST" : "DELETE", path() + "/tags",
                           tags_body(work_.intent.tags))};
  }
  NextStep after(const Exchange& exchange) override {
    if (is_gone(exchange.answer))
      return lost();
    if (auto judged = judge_vendor(exchange.answer, Effect::repeatable))
      return Conclude{std::move(*judged)};
    return conclude(DeliveryVerdict::accepted, Reason::accepted);
  }
};

/// The provider's app alone may say so, and only some seconds after the message (README fact 19).
NextStep set_status(const ActionWork& work, const Settings& settings) {
  using events::MessageStatus;
  const auto& message = work.intent.message;
  if (!message || work.intent.shown_as.empty())
    return conclude(DeliveryVerdict::rejected, Reason::message_not_known_there);
  if (work.exchanges.empty()) {
    JsonObject body;
    body.text("status", message->status == MessageStatus::failed      ? "failed"
                        : message->status == MessageStatus::delivered ? "delivered"
                        : message->status == MessageStatus::read      ? "read"
                                                                      : "pending");
    if (message->status == MessageStatus::failed)
      body.raw("error", JsonObject{}
                            .text("code", message->error_code)
                            .text("type", "saas")
                            .text("message", message->error_text)
                            .finish());
    return Send{
        "set_status", true,
        request_to(settings, "PUT",
                   "/conversations/messages/" + url_encoded(work.intent.shown_as) + "/status",
                   body.finish(), conversations_version)};
  }
  const auto& answer = work.exchanges.back().answer;
  if ((answer.status == 403 || answer.status == 401)
      && vendor_text(answer).find("No conversation provider") != std::string::npos) {
    const bool posted_by_us = message->source != work.intent.target;
    // Without a provider nobody owns what we posted: asking again changes nothing.
    return posted_by_us && settings.get("conversation_provider_id").empty()
               ? conclude(DeliveryVerdict::rejected, Reason::status_needs_a_provider)
               : conclude(DeliveryVerdict::retry, Reason::message_not_ready_there);
  }
  if (auto judged = judge_vendor(answer, Effect::repeatable))
    return Conclude{std::move(*judged)};
  return conclude(DeliveryVerdict::accepted, Reason::accepted);
}

} // namespace

NextStep accepted_as(std::string result_id, std::string conversation, bool read_back) {
  domain::DeliveryResult out{DeliveryVerdict::accepted,
                             read_back ? Reason::found_as_wanted : Reason::accepted};
  out.result_id = std::move(result_id);
  out.conversation = std::move(conversation);
  out.read_back = read_back;
  return Conclude{std::move(out)};
}

std::string vendor_text(const HttpAnswer& answer) {
  const auto document = json::parse(answer.body);
  return document ? error_text(document.value().root()) : std::string();
}

bool is_wrong_route(const HttpAnswer& answer) {
  return answer.status == 404 && vendor_text(answer).starts_with("Cannot ");
}

std::optional<domain::DeliveryResult> judge_vendor(const HttpAnswer& answer, Effect effect) {
  if (auto judged = judge_common(answer, effect)) {
    if (judged->verdict == DeliveryVerdict::unauthorized) {
      const auto document = json::parse(answer.body);
      judged->reason_code = why_unauthorized(document ? document.value().root() : json::Value());
    }
    return judged;
  }
  if (is_wrong_route(answer))
    return domain::DeliveryResult{DeliveryVerdict::rejected, Reason::no_such_route};
  const auto document = json::parse(answer.body);
  const bool is_vendors = document && document.value().root().kind() == json::Kind::object;
  const bool misses = answer.status == 404 || answer.status == 410;
  if (!is_success(answer) && (is_vendors || !misses))
    return judge_refusal(answer);
  if (!is_vendors) // a proxy's page does not say that the vendor has no such thing either
    return judge_unreadable(effect);
  return std::nullopt;
}

NextStep next_action(const ActionWork& work, const Settings& settings) {
  const auto action = work.intent.action;
  const bool finds_it = action == Action::set_status || action == Action::opt_out
                        || action == Action::opt_in; // by the message, or by a search
  if (work.remote_id.value.empty() && !finds_it)
    return conclude(DeliveryVerdict::rejected, Reason::no_record_there);
  switch (action) {
  case Action::add_tags:
  case Action::remove_tags:
    return TagAttempt(work, settings).run();
  case Action::log_call:
    return log_call(work, settings);
  case Action::log_message:
    return log_message(work, settings);
  case Action::set_status:
    return set_status(work, settings);
  case Action::opt_out:
  case Action::opt_in:
    return next_consent_action(work, settings);
  default:
    break;
  }
  return conclude(DeliveryVerdict::rejected, Reason::target_has_no_such_call);
}

} // namespace tidemark::connectors::gohighlevel
