#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/action.hpp"
#include "events/contact.hpp"
#include "events/format/outcome.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <optional>
#include <string>
#include <vector>

/// What failed for good is tried again, or written off, by somebody who says why.
namespace tidemark::events {

/// An operator asked that a delivery which was refused or given up be tried again. It tells what
/// the log knows of that delivery, so that the contact's decision needs nothing else. An input;
/// stream `admin`.
struct DeliveryRetryRequested {
  static constexpr std::string_view name = "delivery.retry_requested.v1";
  DeliveryId delivery;
  ContactId contact; ///< whose it was
  ConnectorName target;
  Position intent;       ///< where it was intended
  Timestamp intended_at; ///< when
  Position forward;      ///< webhook whose body it forwarded, 0 when none
  bool may_open = false; ///< over there that body could take a mark back: it stays while one stands
  std::optional<ActionIntended> action; ///< as it was intended; none: it wrote values
  bool unsure = false;                  ///< it may have taken effect all the same
  bool may_repeat = false;              ///< a person decided that it is done although `unsure`
  std::uint64_t max_age_seconds = 0;    ///< an older text is not sent
  std::string reason;
  std::string by;
  std::string request_id;
  std::optional<ForwardedMark> mark{}; ///< that the body shows
  TIDEMARK_MEMBERS(DeliveryRetryRequested, delivery, contact, target, intent, intended_at, forward,
                   may_open, action, unsure, may_repeat, max_age_seconds, reason, by, request_id,
                   mark)
};

/// Whether it is tried again. Its intents follow it in the same decision. Stream `contact/<id>`.
struct DeliveryRetryDecided {
  static constexpr std::string_view name = "delivery.retry_decided.v1";
  DeliveryId delivery;                  ///< that failed
  DeliveryId retried_by;                ///< that brings about the same; "" when none does
  Outcome outcome = Outcome::no_change; ///< applied, no_change, skipped, blocked, parked
  Reason reason_code = Reason::none;
  std::vector<TargetOutcome> targets;
  TIDEMARK_MEMBERS(DeliveryRetryDecided, delivery, retried_by, outcome, reason_code, targets)
};

/// Somebody decided that what a failed delivery was to bring about is not wanted any more, or was
/// done by hand: it is no alert any longer. Stream `admin`.
struct DeliveryWrittenOff {
  static constexpr std::string_view name = "delivery.written_off.v1";
  DeliveryId delivery;
  ContactId contact;
  ConnectorName target;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(DeliveryWrittenOff, delivery, contact, target, reason, by, request_id)
};

} // namespace tidemark::events
