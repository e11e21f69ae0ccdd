#pragma once
#include "actors/intake/parking_clock.hpp"
#include "actors/lookup/identity_lookup.hpp"
#include "actors/lookup/recorded_configuration.hpp"
#include "actors/ports/protocols.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/intake/input_backlog.hpp"

#include <list>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace tidemark::actors {

/// One tenant's interpreter: see protocols.hpp. Identity decisions are pipelined: each is submitted
/// with the stream version that holds if all before it succeed; a conflict voids those behind it,
/// which are then decided again.
class InterpreterState {
public:
  static inline const char* name = "interpreter";

  ~InterpreterState();
  void start(InterpreterActor::pointer self, std::shared_ptr<const TenantContext> context,
             std::vector<DeliveryActor> deliveries, SupervisorActor supervisor);
  void advanced();
  void tick(Timestamp now);
  void settled(const AppendSettled& answer);
  void decided(const CommandDecided& answer);
  FollowerReport report() const;

private:
  /// An input whose identity decision is submitted, or whose commands are with their contacts.
  struct Active {
    std::vector<domain::Command> commands; ///< as translated
    domain::DecisionParts parts;
    std::vector<events::AssignedCommand> assigned;
    std::size_t handed_over = 0; ///< of `assigned`; what a contact takes waits for what is given
    Timestamp received_at;
    std::size_t decisions_left = 0;
    bool interpreted = false;
  };
  /// A contact that is awake.
  struct Awake {
    ContactActor actor;
    std::list<DecideCommand> queue; ///< front is with the actor; takes no memory while it is empty
    Timestamp last_used;
    bool rests = false; ///< it was told so and has nothing to do since
    std::uint32_t failures = 0;
  };

  Status read_on(bool whole);
  void work();
  bool take_up(Position input);
  bool take_in_turn(Position opt_out);
  void submit(Position input, const events::StoredEvent& stored,
              std::vector<domain::TaggedEvent> events);
  void interpreted(Position input);
  void hand_over_next(Position input);
  bool has_given(Position input, Active& active);
  void already_decided(Position input, Position first);
  void finish(Position input);
  void put_back(Position input);
  void resync();
  Result<events::StoredEvent> read_input(Position input) const;
  std::optional<domain::Translation> translate(const events::StoredEvent& stored,
                                               const events::Event& input) const;
  Result<std::optional<domain::Translation>>
  translate_as_then(const events::StoredEvent& stored, const events::Event& input, Position then);
  Status find_commands_again(Position input, Position decided_at);
  Result<domain::Command> command_for(const events::AssignedCommand& assigned,
                                      const Active& active);
  void hand_over(DecideCommand command, const ContactId& contact);
  void wake(const ContactId& contact, Awake& awake);
  void fell(const ContactId& contact, const caf::error& why);
  void let_rest(Timestamp now);
  void passivate(Timestamp now);
  void publish();
  void fail(const Error& error);

  InterpreterActor::pointer self_ = nullptr;
  std::shared_ptr<const TenantContext> context_;
  std::vector<DeliveryActor> deliveries_; ///< hear how far decisions have come
  SupervisorActor supervisor_;
  std::unique_ptr<IdentityLookup> identity_;
  std::optional<RecordedConfiguration> configuration_then_; ///< last one that was asked for
  std::unique_ptr<domain::InputBacklog> backlog_;
  std::unique_ptr<ParkingClock> parking_;
  std::map<Position, Active> active_;
  std::unordered_map<ContactId, Awake> awake_;
  StreamVersion identity_version_; ///< once everything in flight is stored
  std::size_t appends_in_flight_ = 0;
  bool resyncing_ = false;
  bool one_put_back_ = false; ///< since then what comes after it waits too
  /// Contacts are being merged or parted: until that is whole, nothing else is taken up, for
  /// nobody may decide on a contact whose records are on their way.
  Position moving_;
  std::set<Position> stuck_; ///< inputs of contacts that fell too often; nobody waits for them
  DecidedThrough published_;
  bool crowded_ = false;
  Position checkpoint_;
  Timestamp now_, passivated_;
};

InterpreterActor::behavior_type
interpreter_actor(InterpreterActor::stateful_pointer<InterpreterState> self,
                  std::shared_ptr<const TenantContext> context,
                  std::vector<DeliveryActor> deliveries, SupervisorActor supervisor);

} // namespace tidemark::actors
