#include "domain/contacts/heard_marks.hpp"

#include "base/contains.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

constexpr auto texts = events::Channel::sms;

void set_heard(ContactConsent& consent, const ConnectorName& target, const DeliveryId& delivery) {
  std::erase_if(consent.heard, [&](const auto& one) { return one.target == target; });
  consent.heard.push_back({target, delivery, true});
}

bool takes_bodies(const Contact& contact, const ConnectorName& system) {
  return std::any_of(contact.forwarded.begin(), contact.forwarded.end(),
                     [&](const auto& one) { return one.target == system; });
}

} // namespace

bool are_texts_closed(const ContactConsent& consent) {
  return std::any_of(consent.closed.begin(), consent.closed.end(),
                     [](const auto& closed) { return closed.channel == texts; });
}

std::optional<events::AwaitedMark> awaited_mark(const ContactConsent& consent,
                                                const ConnectorName& target) {
  std::optional<events::AwaitedMark> out;
  for (const auto& closed : consent.closed)
    if (closed.channel == texts)
      out = {std::max(closed.input, out.value_or(events::AwaitedMark{}).opt_out)};
  const bool heard = std::any_of(consent.heard.begin(), consent.heard.end(), [&](const auto& one) {
    return one.target == target && one.taken;
  });
  return heard ? std::nullopt : out;
}

bool mark_may_come(const Contact& contact, const SystemRule& system, const SyncRules& rules) {
  return std::any_of(contact.records.begin(), contact.records.end(), [&](const auto& record) {
    const auto* source = rules.find(record.connector);
    return record.live && !record.removed && source && source->receives
           && source->type == system.capabilities.forwards_from;
  });
}

void note_body(ContactConsent& consent, const events::DeliveryIntended& e) {
  if (events::shows_text_mark(e))
    consent.heard.push_back({e.target, e.delivery, false});
  else if (!e.context.empty()) // a record without the mark, of a person who was not opted out
    std::erase_if(consent.heard, [&](const auto& one) { return one.target == e.target; });
}

void note_taken(ContactConsent& consent, const DeliveryId& delivery) {
  const auto at = std::find_if(consent.heard.begin(), consent.heard.end(),
                               [&](const auto& one) { return one.delivery == delivery; });
  if (at != consent.heard.end())
    set_heard(consent, ConnectorName(at->target), delivery);
}

void note_failed(ContactConsent& consent, const DeliveryId& delivery) {
  std::erase_if(consent.heard, [&](const auto& one) { return one.delivery == delivery; });
}

void note_own_word(Contact& contact, const events::ConsentApplied& e) {
  const bool by_provider = e.evidence == events::Evidence::vendor_event
                           || e.evidence == events::Evidence::vendor_refusal;
  if (by_provider && e.change == events::ConsentChange::revoked && contains(e.channels, texts)
      && takes_bodies(contact, e.source))
    set_heard(contact.consent, e.source, {});
}

void note_deed(Contact& contact, const events::OptOutMarkedByHand& e) {
  const auto awaited = awaited_mark(contact.consent, e.connector);
  if (awaited && awaited->opt_out <= e.up_to && takes_bodies(contact, e.connector))
    set_heard(contact.consent, e.connector, {});
}

} // namespace tidemark::domain
