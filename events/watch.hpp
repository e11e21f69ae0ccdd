#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/consent.hpp"
#include "events/format/schema.hpp"

#include <string>

/// What the engine noticed about its own promises to people who opted out: told once, so that a log
/// shows when it was known (requirements O6, O15, E1, E7).
namespace tidemark::events {

enum class DeadlineState : std::uint8_t {
  near,    ///< it will be missed soon if nothing happens
  missed,  ///< it has passed, and the system has not confirmed
  settled, ///< after near or missed: the system has confirmed, or need not any more
};
template <>
struct EnumNames<DeadlineState> {
  static constexpr std::array<std::string_view, 3> names{"near", "missed", "settled"};
};

/// A time by which a system has to confirm an opt-out. Stream `watch`.
struct DeadlineReached {
  static constexpr std::string_view name = "deadline.reached.v1";
  DeliveryId delivery; ///< that tells the system
  ContactId contact;
  ConnectorName target;
  std::string rule; ///< confirmed_in_2_minutes, tcpa_10_business_days ...
  Timestamp due;
  DeadlineState state = DeadlineState::missed;
  bool operator==(const DeadlineReached&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = DeadlineReached;
    return use(member("delivery", &T::delivery), member("contact", &T::contact),
               member("target", &T::target), member("rule", &T::rule), member("due", &T::due),
               member("state", &T::state));
  }
};

/// A message reached an address that was closed. Stream `watch`.
struct ViolationFound {
  static constexpr std::string_view name = "violation.found.v1";
  std::string address_hash;
  ConnectorName connector; ///< that sent it
  Channel channel = Channel::sms;
  DeliveryId delivery; ///< "" when another system sent it of its own accord
  Position message;    ///< of the dispatch, or of the input that shows the message
  Position opt_out;    ///< the statement that it goes against
  Timestamp at;        ///< when it left; by the other system's clock when that sent it
  bool operator==(const ViolationFound&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ViolationFound;
    return use(member("address_hash", &T::address_hash), member("connector", &T::connector),
               member("channel", &T::channel), member("delivery", &T::delivery),
               member("message", &T::message), member("opt_out", &T::opt_out),
               member("at", &T::at));
  }
};

/// Every message up to here was looked at. Stream `watch`.
struct WatchLooked {
  static constexpr std::string_view name = "watch.looked.v1";
  Position to;
  bool operator==(const WatchLooked&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("to", &WatchLooked::to));
  }
};

} // namespace tidemark::events
