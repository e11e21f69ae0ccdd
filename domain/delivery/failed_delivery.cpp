#include "domain/delivery/failed_delivery.hpp"

#include "base/overloaded.hpp"

namespace tidemark::domain {
namespace {

/// May a request that failed with this answer have taken effect?
bool may_have_arrived(const events::VendorAnswer& answer) {
  return answer.sent && (answer.http_status == 0 || answer.http_status >= 500);
}

} // namespace

void evolve(FailedDelivery& known, const events::Recorded& recorded) {
  auto& request = known.request;
  const auto is_its = [&](const DeliveryId& id) { return id == request.delivery; };
  const auto intended = [&](const auto& e) {
    known.intended = true;
    request.contact = e.contact;
    request.target = e.target;
    request.intent = recorded.envelope.position;
    request.intended_at = recorded.envelope.recorded_at;
  };
  std::visit(
      overloaded{
          [&](const events::DeliveryIntended& e) {
            if (!is_its(e.delivery))
              return;
            intended(e);
            request.forward = e.forward;
            request.may_open = !e.context.empty(); // see domain/sync/forwarding.cpp
            request.mark = e.mark;
          },
          [&](const events::ActionIntended& e) {
            if (e.action == events::Action::send_message)
              known.texts[e.delivery] = recorded.envelope.recorded_at;
            if (!is_its(e.delivery))
              return;
            intended(e);
            request.action = e;
            if (!e.repeats) // a text is as old as when it was to be sent first
              return;
            const auto first = known.texts.find(e.repeats->earlier.front());
            if (first != known.texts.end())
              request.intended_at = first->second;
          },
          [&](const events::DeliveryDispatched& e) {
            if (is_its(e.delivery))
              known.effect = e.effect;
          },
          [&](const events::DeliveryUnknown& e) { request.unsure |= is_its(e.facts.delivery); },
          [&](const events::DeliveryRejected& e) {
            if (!is_its(e.facts.delivery))
              return;
            known.failed = true;
            request.unsure |= e.facts.reason_code == Reason::outcome_unknown_not_repeated;
          },
          [&](const events::DeliveryDied& e) {
            if (!is_its(e.facts.delivery))
              return;
            known.failed = true;
            request.unsure |= known.effect && may_have_arrived(e.facts.answer);
          },
          [](const auto&) {},
      },
      recorded.event);
}

bool is_text(const FailedDelivery& known) {
  return known.request.action && known.request.action->action == events::Action::send_message;
}

} // namespace tidemark::domain
