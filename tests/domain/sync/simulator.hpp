#pragma once
#include "domain/decide.hpp"
#include "domain/delivery/delivery.hpp"
#include "tests/domain/sync/systems.hpp"

#include <deque>
#include <map>

/// One contact, several outside systems, and everything between them, in one thread: the real
/// decisions (contact and delivery), the outside systems played. Identity is taken as known.
namespace tidemark::domain::test {

/// A record as an outside system keeps it, and the webhooks that are still on their way from there.
struct PlayedSystem {
  SystemRule rule;
  bool tells_id = true;                    ///< answers a create with the record's id
  bool has_versions = false;               ///< its webhooks carry a version
  bool echoes = true;                      ///< sends webhooks for changes that came through its API
  std::map<std::string, FieldSet> records; ///< by remote id
  std::string current;                     ///< the record that stands for the person, "" when none
  std::deque<ObserveRecord> webhooks;
  std::uint64_t changes = 0;

  std::string make_record();
  /// Like an upsert: the record that the phone finds, where the phone is the key.
  std::string record_for_create(const std::string& phone);
  void store(const std::string& id, const FieldSet& fields);
  ObserveRecord webhook(const std::string& id, const FieldSet& stated);
};

class Simulator {
public:
  explicit Simulator(SyncRules rules);
  PlayedSystem& at(const ConnectorName& name) { return systems_.at(name); }
  const Contact& contact() const { return contact_; }
  /// What went against an outside system's rules or our own.
  const std::vector<std::string>& violations() const { return violations_; }

  /// A person changes a field over there (or makes a record that has it); minutes pass.
  void edit(const ConnectorName& system, Field field, const std::string& value, bool whole);
  /// The oldest webhook that is on its way comes in and is decided. False when there is none.
  bool receive(const ConnectorName& system);
  /// The next request leaves and takes effect over there. False when nothing can leave.
  bool send(const ConnectorName& target);
  /// Webhooks that left a system before our next request to it also come in before; without it,
  /// our writes overtake people's edits.
  bool webhooks_are_prompt = true;
  /// The answer to the request that is out is recorded. False when none is out.
  bool answer(const ConnectorName& target);
  /// Until nothing is on its way; false when that never happens.
  bool settle();
  /// Requests and webhooks that were needed so far.
  std::size_t traffic() const { return traffic_; }

  /// "" when every system's record holds the merged values, else where it does not.
  std::string difference() const;
  /// Folds the log anew and decides every command again: "" when all is the same.
  std::string replay_difference() const;

private:
  struct Decision {
    std::size_t first; ///< its first event in the log
    ObserveRecord command;
    Cause cause;
    std::vector<events::Event> events;
  };
  struct Entry {
    events::Event event;
    Timestamp at;
  };

  Cause next_cause();
  void record(const std::vector<events::Event>& events, Position cause);
  RemoteId take_effect(PlayedSystem& system, const events::DeliveryIntended& intent);

  SyncRules rules_;
  std::map<ConnectorName, PlayedSystem> systems_;
  std::map<ConnectorName, DeliveryQueue> lanes_;
  std::map<ConnectorName, RemoteId> answers_;
  Contact contact_;
  std::vector<Entry> log_;
  std::vector<Decision> decisions_;
  std::vector<std::string> violations_;
  Timestamp now_{std::chrono::hours{24 * 365 * 50}};
  std::uint64_t position_ = 0;
  std::size_t traffic_ = 0;
};

} // namespace tidemark::domain::test
