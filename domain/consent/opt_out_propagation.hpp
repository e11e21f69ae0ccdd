#pragma once
#include "base/ids.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/command.hpp"
#include "domain/rules/rules.hpp"
#include "events/all.hpp"

#include <string>
#include <vector>

/// What consent means for one contact: which channels are closed, and which systems were told.
namespace tidemark::domain {

struct Contact;

/// One channel that is closed for one of the contact's addresses.
struct ClosedChannel {
  events::Channel channel = events::Channel::sms;
  std::string address_hash; ///< "" when the record that says so has no address
  Position input;           ///< with which the last statement came in that closes it
  bool operator==(const ClosedChannel&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ClosedChannel;
    using events::member;
    return use(member("channel", &T::channel), member("address_hash", &T::address_hash),
               member("input", &T::input));
  }
};

/// What a system was told last about a channel of one of its records.
struct ToldChannel {
  ConnectorName target;
  RemoteId record; ///< "" when the system said so itself, or of the only one it has
  events::Channel channel = events::Channel::sms;
  bool closed = true;
  bool confirmed = false;
  DeliveryId delivery; ///< "" when the system said so itself
  bool operator==(const ToldChannel&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ToldChannel;
    using events::member;
    return use(member("target", &T::target), member("record", &T::record),
               member("channel", &T::channel), member("closed", &T::closed),
               member("confirmed", &T::confirmed), member("delivery", &T::delivery));
  }
};

struct ContactConsent {
  std::vector<ClosedChannel> closed;
  std::vector<ToldChannel> told;
  bool operator==(const ContactConsent&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("closed", &ContactConsent::closed),
               events::member("told", &ContactConsent::told));
  }
};

inline bool is_closed(const ContactConsent& consent) {
  return !consent.closed.empty();
}
/// What closes the channel for the address; null when nothing does.
const ClosedChannel* closed_for(const ContactConsent& consent, events::Channel channel,
                                std::string_view address_hash);

/// Who is told of the change, and how. The first event is `contact.consent_applied`.
std::vector<events::Event> decide_consent_applied(const Contact& contact,
                                                  const ApplyConsent& command, const ContactId& id,
                                                  const SyncRules& rules, const Cause& cause);

/// Systems that hold a record of the person and were not told of a closed channel: intents that
/// tell them. Asked after each observation, so a record that turns up later is closed as well.
std::vector<events::Event> tell_closed(const Contact& after, const ContactId& id,
                                       const SyncRules& rules, const Cause& cause,
                                       std::vector<events::TargetOutcome>& outcomes);

void evolve(ContactConsent& consent, const events::ConsentApplied& e);
void evolve(ContactConsent& consent, const events::ActionIntended& e);
void evolve(ContactConsent& consent, const events::ActionAccepted& e);
/// The record is gone over there; one that takes its place has to hear of it anew.
void forget_told_of(ContactConsent& consent, const ConnectorName& system, const RemoteId& gone);
/// The delivery came to nothing: the system was not told after all.
void forget_told(ContactConsent& consent, const DeliveryId& delivery);

} // namespace tidemark::domain
