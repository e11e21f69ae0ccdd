#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "domain/delivery/ready_queue.hpp"
#include "events/recorded.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace tidemark::domain {

/// Who wants to hear, while the log is read, what happens to contacts.
struct LaneFollower {
  /// Does it follow this contact? If so, it hears of everything that a lane is made of.
  std::function<bool(const ContactId&)> follows;
  /// Besides, it hears of every new intent. Called when the intents are already counted.
  std::function<void(const ContactId&, const events::Recorded&)> happened;
};

/// The intents towards one system that have no final answer: a fold over the log. What waits is a
/// position, never a body (rule 15).
class OpenIntents {
public:
  void start(TenantId tenant, ConnectorName target, Position after, LaneFollower follower);
  /// The next record of the log; adds the contact to `fresh` when it has something new to do.
  Status take(std::string_view record, std::vector<ContactId>& fresh);

  /// Where the oldest open intent of the contact stands, 0 when it has none.
  Position oldest_of(const ContactId& contact) const;
  /// Everything up to here has its final answer.
  Position settled_through() const;
  std::vector<ContactId> contacts() const;
  std::size_t size() const { return whose_.size(); }
  /// The oldest open intent of all, 0 when there is none.
  Position oldest() const { return whose_.empty() ? Position{} : whose_.begin()->first; }
  /// Does the system still have to be told that the contact opted out, by a call or by a body that
  /// shows the mark, and who said so? Then all of the contact's that is before that goes too.
  Turn turn_of(const ContactId& contact) const;
  std::size_t opt_outs() const { return opt_outs_.size(); }
  /// How many it has seen begin and end.
  std::uint64_t begun() const { return begun_; }
  std::uint64_t ended() const { return begun_ - whose_.size(); }
  Position read_to() const { return read_to_; }

private:
  /// The contact, when an event of this stream and payload may concern the lane towards the system.
  std::optional<ContactId> concerned(std::string_view type, std::string_view payload) const;
  Status take_deed(std::string_view payload, std::vector<ContactId>& fresh);
  void count(const events::Recorded& recorded, std::vector<ContactId>& fresh);
  void count_opt_out(const events::ActionIntended& e, Position position);
  void close(const DeliveryId& delivery);

  TenantId tenant_;
  ConnectorName target_;
  LaneFollower follower_;
  /// How a record shows that it concerns this system.
  std::string target_mark_, connector_mark_, own_stream_;
  events::Recorded recorded_; ///< its memory is used again
  Position read_to_;
  std::uint64_t begun_ = 0;
  std::map<Position, ContactId> whose_;
  std::map<DeliveryId, Position> place_;
  std::map<ContactId, std::set<Position>> of_contact_;
  std::set<Position> opt_outs_; ///< those of `whose_` that state an opt-out
  struct OptOuts {
    std::size_t live = 0, listed = 0;
  };
  std::map<ContactId, OptOuts> opt_outs_of_;
  std::set<Position> listed_; ///< those of `opt_outs_` that came from a list
};

} // namespace tidemark::domain
