#include "base/time.hpp"
#include "connectors/generic/parts.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/shared/outbound.hpp"

namespace tidemark::connectors::generic {
namespace {

std::string body_for(const ActionWork& work, events::Channel channel) {
  using events::Field;
  const auto address = work.intent.context.get(address_kind(channel));
  const bool closes = work.intent.action == events::Action::opt_out;
  JsonObject data;
  if (work.remote_id.value.empty())
    data.raw("id", "null");
  else
    data.text("id", work.remote_id.value);
  data.text("contact_id", work.intent.contact.value)
      .text("delivery_id", work.intent.delivery.value)
      .text("channel", name_of_enum(channel))
      .text("address", address)
      .text("state", closes ? "opted_out" : "opted_in");
  return JsonObject()
      .text("type", "consent.changed")
      .text("timestamp", to_rfc3339(work.now))
      .raw("data", data.finish())
      .finish();
}

Send tell(const ActionWork& work, const Settings& settings, events::Channel channel) {
  const auto id = work.intent.delivery.value + "-" + std::string(name_of_enum(channel));
  auto request = signed_request(settings, id, work.now, body_for(work, channel));
  return {"consent_" + std::string(name_of_enum(channel)), true, std::move(request)};
}

} // namespace

/// One `consent.changed` for each channel; its message id is the same in every attempt, so a repeat
/// is known as one (README fact 4).
NextStep next_consent_action(const ActionWork& work, const Settings& settings) {
  for (const auto& exchange : work.exchanges)
    if (!is_success(exchange.answer))
      return Conclude{judge_failure(exchange.answer)};
  const auto done = work.exchanges.size();
  if (done < work.intent.channels.size())
    return tell(work, settings, work.intent.channels[done]);
  return conclude(domain::DeliveryVerdict::accepted, Reason::accepted);
}

} // namespace tidemark::connectors::generic
