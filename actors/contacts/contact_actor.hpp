#pragma once
#include "actors/lookup/contact_history.hpp"
#include "actors/ports/protocols.hpp"

#include <memory>

namespace tidemark::actors {

/// A history in little memory.
struct PackedHistory {
  StreamVersion version;
  Position read_to;
  std::size_t events_since_snapshot = 0;
  std::string contact; ///< its snapshot, compressed
};

/// One contact, awake. Commands come one at a time; the interpreter sees to that.
class ContactState {
public:
  static inline const char* name = "contact";

  void start(ContactActor::pointer self, std::shared_ptr<const TenantContext> context, ContactId id,
             InterpreterActor interpreter);
  void decide(DecideCommand command);
  void settled(AppendSettled answer);
  /// Packs what it knows, until it is to decide again.
  void rest();
  /// Keeps what a snapshot may spare the next awakening.
  ~ContactState();

private:
  Result<ContactHistory> load() const;
  bool read_on();
  void unpack();
  void submit();
  void done();

  ContactActor::pointer self_ = nullptr;
  std::shared_ptr<const TenantContext> context_;
  ContactId id_;
  InterpreterActor interpreter_;
  std::unique_ptr<ContactHistory> history_; ///< null before the first command, and at rest
  std::unique_ptr<PackedHistory> packed_;   ///< only at rest
  std::unique_ptr<DecideCommand> command_;  ///< most contacts that are awake have none
  std::vector<events::Event> deciding_;
};

ContactActor::behavior_type contact_actor(ContactActor::stateful_pointer<ContactState> self,
                                          std::shared_ptr<const TenantContext> context,
                                          ContactId id, InterpreterActor interpreter);

/// The append that records a contact's decision.
storage::Append contact_append(const TenantContext& context, const ContactId& id,
                               const ContactHistory& history, const DecideCommand& command,
                               std::vector<events::Event> events);

} // namespace tidemark::actors
