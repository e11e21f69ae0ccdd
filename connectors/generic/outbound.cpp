#include "connectors/shared/outbound.hpp"

#include "base/time.hpp"
#include "connectors/generic/parts.hpp"
#include "connectors/shared/custom_fields.hpp"
#include "connectors/shared/inbound.hpp"

namespace tidemark::connectors::generic {
namespace {

using domain::DeliveryResult;
using domain::DeliveryVerdict;

constexpr std::size_t longest_answered_id = 200;

const RemoteId& known_id(const DeliveryWork& work) {
  return work.remote_id.value.empty() ? work.intent.remote_id : work.remote_id;
}

/// A receiver that has not told its id for the contact is given every value, so that it can find or
/// make the record; otherwise the changes are enough. An empty value says "is empty", which only an
/// update can mean.
events::FieldSet values_for(const DeliveryWork& work) {
  events::FieldSet out;
  if (known_id(work).value.empty())
    out = work.intent.context;
  for (const auto& [field, value] : work.intent.fields)
    out.set(field, value.reveal());
  return out;
}

/// All mapped custom fields when one of them changes: a receiver may take the object as a whole.
std::string custom_of(const DeliveryWork& work, const Settings& settings) {
  const auto changed = values_for(work);
  JsonObject out;
  bool any = false;
  for (const auto& rule : custom_fields_in(settings)) {
    const auto* value = changed.find(rule.field);
    any |= value != nullptr;
    if (!value)
      value = work.intent.context.find(rule.field);
    if (value)
      out.text(name_of(rule), *value);
  }
  return any ? out.finish() : std::string();
}

std::string body_for(const DeliveryWork& work, const Settings& settings) {
  const bool create = work.intent.operation == events::Operation::create;
  JsonObject data;
  if (known_id(work).value.empty())
    data.raw("id", "null");
  else
    data.text("id", known_id(work).value);
  data.text("contact_id", work.intent.contact.value);
  data.text("delivery_id", work.intent.delivery.value);
  for (const auto& [field, value] : values_for(work))
    if (!events::is_custom(field) && (!create || !value.reveal().empty()))
      data.text(name_of(field), value.reveal());
  if (const auto custom = custom_of(work, settings); !custom.empty())
    data.raw("custom", custom);
  return JsonObject()
      .text("type", create ? "contact.created" : "contact.updated")
      .text("timestamp", to_rfc3339(work.now))
      .raw("data", data.finish())
      .finish();
}

/// The message id is the delivery's: the same for each attempt, so the receiver knows a repeat.
/// Each attempt has its own time and signature (README facts 1 and 4).
Send deliver(const DeliveryWork& work, const Settings& settings) {
  auto request =
      signed_request(settings, work.intent.delivery.value, work.now, body_for(work, settings));
  return {"webhook", true, std::move(request)};
}

/// A receiver may answer `{"id":"..."}` or `{"data":{"id":"..."}}` to name its record.
RemoteId id_in(const HttpAnswer& answer) {
  const auto document = json::parse(answer.body);
  if (!document)
    return {};
  for (const auto& value : {document.value()["id"], document.value()["data"]["id"]})
    if (const auto id = value.scalar(); id && !id->empty() && id->size() <= longest_answered_id)
      return RemoteId(*id);
  return {};
}

/// README fact 4: 2xx is done, 410 ends it, everything else is tried again with the same message
/// id.
DeliveryResult judge(const HttpAnswer& answer, const RemoteId& known) {
  if (is_success(answer)) {
    auto id = id_in(answer);
    return {
        DeliveryVerdict::accepted, Reason::accepted, id.value.empty() ? known : std::move(id), {}};
  }
  if (answer.status >= 300 && answer.status < 400)
    return {DeliveryVerdict::retry, Reason::redirected};
  return judge_failure(answer);
}

} // namespace

DeliveryResult judge_failure(const HttpAnswer& answer) {
  if (const auto judged = judge_common(answer, Effect::repeatable))
    return *judged;
  if (answer.status == 410)
    return {DeliveryVerdict::rejected, Reason::endpoint_gone};
  auto refusal = judge_refusal(answer);
  refusal.verdict = DeliveryVerdict::retry;
  return refusal;
}

/// A repeat is harmless, so nothing is looked up after an attempt whose fate is unknown.
NextStep next(const DeliveryWork& work, const Settings& settings) {
  if (work.exchanges.empty())
    return deliver(work, settings);
  return Conclude{judge(work.exchanges.back().answer, known_id(work))};
}

} // namespace tidemark::connectors::generic
