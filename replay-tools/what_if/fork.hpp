#pragma once
#include "domain/contacts/state.hpp"
#include "domain/delivery/delivery_queue.hpp"

#include <map>
#include <set>
#include <string>

/// A contact of which something was decided otherwise: how it was recorded, beside the other state.
namespace tidemark::tools {

/// One delivery, on one of the two sides.
struct SentSide {
  bool intended = false;
  bool out = false;            ///< its request has no answer yet
  bool sent = false;           ///< a request that changes something left, also if it was refused
  bool assumed = false;        ///< nobody knows its answer: it was taken to be accepted
  bool superseded = false;     ///< a newer one stands for it
  Reason ended = Reason::none; ///< why it did not leave, or was refused
};

struct Delivery {
  ConnectorName target;
  std::string what;     ///< such as `update phone`, `send_message`: no values
  bool is_text = false; ///< a person reads it
  Position input;       ///< at the root of it
  SentSide recorded, other;

  bool differs() const { return recorded.sent != other.sent || (recorded.sent && other.assumed); }
};

struct Fork {
  domain::Contact recorded; ///< as it was, from the fork on kept up to date
  Position at;              ///< the first decision that differs
  std::map<DeliveryId, Delivery> deliveries;
  std::set<DeliveryId> open;           ///< recorded deliveries without a final answer yet
  std::set<DeliveryId> other_requests; ///< out, with another request than the recorded one
  /// Deliveries that have another id only since their input led to more, or fewer, than recorded.
  std::map<DeliveryId, DeliveryId> recorded_of, other_of;

  const DeliveryId& recorded_id(const DeliveryId& other) const {
    const auto found = recorded_of.find(other);
    return found == recorded_of.end() ? other : found->second;
  }
  const DeliveryId& other_id(const DeliveryId& recorded_one) const {
    const auto found = other_of.find(recorded_one);
    return found == other_of.end() ? recorded_one : found->second;
  }
};

enum class Side : std::uint8_t { recorded, other };

/// What the event says of deliveries, on that side. `input` is at the root of it.
void note(Fork& fork, Side side, const events::Event& event, Position input);
/// A delivery that was pending on both sides at the fork.
void note_pending(Fork& fork, const domain::PendingDelivery& pending);

} // namespace tidemark::tools
