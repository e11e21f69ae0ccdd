#include "connectors/shared/consent_signals.hpp"

#include <algorithm>

namespace tidemark::connectors {

using events::ConsentChange;
using events::Evidence;

std::vector<events::Channel> phone_channels() {
  return {events::Channel::sms, events::Channel::call, events::Channel::whatsapp};
}
std::vector<events::Channel> all_channels() {
  return {events::Channel::sms, events::Channel::call, events::Channel::whatsapp,
          events::Channel::email};
}
std::vector<events::Channel> text_channels() {
  return {events::Channel::sms, events::Channel::whatsapp};
}

domain::ConsentSignal mark(ConsentChange change, std::vector<events::Channel> channels,
                           Evidence evidence, std::string stated_at, bool stale) {
  domain::ConsentSignal out;
  out.change = change;
  out.channels = std::move(channels);
  out.evidence = evidence;
  out.rule = evidence == Evidence::tag ? "mark.tag" : "mark.flag";
  out.stated_at = std::move(stated_at);
  out.stale = stale;
  return out;
}

std::optional<domain::ConsentSignal> sign_in_words(std::string_view text, std::string number,
                                                   std::string stated_at, bool stale) {
  auto found = domain::recognise(text);
  domain::ConsentSignal out;
  switch (found.sign) {
  case domain::MessageSign::opt_out:
    out.change = ConsentChange::revoked;
    break;
  case domain::MessageSign::review:
    out.change = ConsentChange::review;
    break;
  case domain::MessageSign::resume:
    out.change = ConsentChange::granted;
    break;
  case domain::MessageSign::resume_if_asked:
    if (text.find('?') != std::string_view::npos)
      return std::nullopt; // it asks back
    out.change = ConsentChange::granted;
    out.only_if_asked = true;
    break;
  default:
    return std::nullopt;
  }
  out.channels = text_channels();
  out.evidence = Evidence::message_text;
  out.rule = std::move(found.rule);
  out.stated_at = std::move(stated_at);
  out.stale = stale;
  out.address = PiiText(std::move(number));
  return out;
}

domain::ConsentSignal told_by_provider(ConsentChange change, std::string number,
                                       std::string stated_at, bool stale) {
  auto out = mark(change, text_channels(), Evidence::vendor_event, std::move(stated_at), stale);
  out.rule = "provider_event";
  out.address = PiiText(std::move(number));
  return out;
}

domain::ConsentSignal refused_by_provider(std::string number, std::string stated_at) {
  auto out = mark(ConsentChange::revoked, text_channels(), Evidence::vendor_refusal,
                  std::move(stated_at), false);
  out.rule = "provider_refusal";
  out.address = PiiText(std::move(number));
  return out;
}

bool may_close(const std::vector<domain::ConsentSignal>& signs) {
  return std::ranges::any_of(signs, [](const auto& sign) {
    return sign.change == ConsentChange::revoked || sign.change == ConsentChange::review;
  });
}

bool closes_any(const std::vector<domain::ConsentSignal>& signs) {
  return std::ranges::any_of(
      signs, [](const auto& sign) { return sign.change == ConsentChange::revoked; });
}

} // namespace tidemark::connectors
