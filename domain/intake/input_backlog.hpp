#pragma once
#include "base/ids.hpp"
#include "events/codec.hpp"

#include <deque>
#include <map>
#include <set>

namespace tidemark::domain {

/// A contact's decision on one command has exactly one event of these.
bool is_contact_decision(std::string_view type);

/// The inputs of one tenant that are not decided yet: a fold over the log. What waits is a
/// position, never a body (rule 15). Opt-outs stand in a lane of their own, before all others, and
/// imported ones in another, behind them: whoever imports a registry has time.
class InputBacklog {
public:
  explicit InputBacklog(TenantId tenant) : tenant_(std::move(tenant)) {}

  /// The next record of the log. `whole`: decisions too, up to the end of the log as it was at the
  /// start, to know which inputs were decided before.
  Status take(std::string_view record, bool whole = false);
  /// The first reading is over.
  void begin();
  /// Where reading starts: everything up to and including `position` is decided.
  void start_after(Position position) { read_to_ = decided_through_ = position; }

  /// The next input to take up: opt-outs first, then in log order, imported ones last. 0 when none
  /// waits.
  Position take_next();
  /// The next opt-out to take up; 0 when none waits.
  Position take_opt_out();
  /// It could not be decided now: back to the front of its lane.
  void put_back(Position input);
  /// Does an older input wait to be taken up?
  bool has_older(Position input) const;
  /// The opt-out just taken up comes after all that is older; nothing that it may close passes it.
  void take_in_turn(Position opt_out);
  /// All decisions of the input are durable.
  void done(Position input);

  std::size_t waiting() const { return opt_outs_.size() + ordinary_.size() + imports_.size(); }
  std::size_t undecided() const { return undecided_.size() + undecided_imports_.size(); }
  Position read_to() const { return read_to_; }
  /// Everything up to here is decided.
  Position decided_through() const;
  /// Everything that is no import.
  Position live_decided_through() const;
  /// Every import.
  Position imports_decided_through() const;
  /// Every possible opt-out up to here is decided.
  Position opt_outs_decided_through() const;

private:
  Status read_decision(const events::RecordHeader& header, std::string_view record);
  void add(Position input, bool opt_out);
  std::deque<Position>& lane_of(Position input);

  TenantId tenant_;
  Position read_to_, decided_through_;
  std::deque<Position> opt_outs_, ordinary_, imports_;
  std::set<Position> undecided_, undecided_opt_outs_; ///< without imports
  std::set<Position> undecided_imports_;
  std::map<Position, std::uint32_t>
      commands_left_; ///< interpreted inputs, during the first reading
};

} // namespace tidemark::domain
