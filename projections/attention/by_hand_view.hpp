#pragma once
#include "projections/consent/opt_out_view.hpp"

/// Opt-outs that leave something to people: a mark that a system has no call for, or that no
/// webhook brought to it in time.
namespace tidemark::projections {

/// How long the webhook about a mark that was written may take.
inline constexpr std::chrono::minutes webhook_time{10};

struct LeftToPeople {
  Position position; ///< where the system was to be told; what is done up to here covers it
  ConnectorName connector;
  ContactId contact;
  std::string address_hash;
  std::string address; ///< in full; "" when no event named it
  events::Field kind = events::Field::phone;
  std::vector<std::string> channels;
  std::string state; ///< to_be_done_by_hand, awaiting_webhook
  Position opt_out;  ///< the input that led to it
  Timestamp since;   ///< when that was received
  Timestamp alert_from;
};
/// Those of the address, as things stand at `now`.
std::vector<LeftToPeople> left_to_people(const AddressView& address, Timestamp now);

/// At most about `limit`, the oldest first, of one connector or, with "", of all. Errors:
/// table_damaged.
Result<std::vector<LeftToPeople>> all_left_to_people(const Scan& scan, const TenantId& tenant,
                                                     const ConnectorName& connector,
                                                     std::size_t limit, Timestamp now);

/// What is looked at for it, and which of that leaves nothing to people any more.
struct HandsLookedAt {
  std::vector<Position> settled;
  Position last; ///< 0: that was the last
};
/// Of at most `limit` after `after`. Errors: table_damaged.
Result<HandsLookedAt> look_at_hands(const Scan& scan, const TenantId& tenant, Position after,
                                    std::size_t limit);

} // namespace tidemark::projections
