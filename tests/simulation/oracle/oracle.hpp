#pragma once
#include "base/time.hpp"
#include "tests/simulation/oracle/people.hpp"
#include "tests/simulation/ports/evidence.hpp"
#include "tests/simulation/ports/sim_log.hpp"
#include "tests/simulation/ports/sim_net.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tidemark::sim {

/// An invariant that does not hold.
struct Broken {
  std::string invariant; ///< of docs/how-we-test.md: I1 ..., or a word
  std::string what;
};

/// One event as the oracle reads it from the disk.
struct Entry {
  std::uint64_t position = 0;
  std::string type;
  std::string tenant;
  std::string stream;
  nlohmann::json payload;
  std::string attachment;
  Timestamp recorded_at;
  std::uint64_t cause = 0;
};

/// The delivery that the event is about, "" when it is about none.
std::string delivery_named_in(const Entry& entry);

/// Knows what was acknowledged, who opted out and what vendors answered, and reads the log by
/// itself, as JSON. Shares nothing with the engine but the framing of a record.
class Oracle {
public:
  explicit Oracle(Coverage& coverage) : coverage_(coverage) {}

  /// Reads what is new on the disk and checks each event by itself: I4, I7, I15, I18, I29, I30.
  void read(const SimDisk& disk, const std::map<std::string, std::string>& bodies);
  /// I1: every acknowledgement so far stands in the log, each delivery once.
  void check_acks(const std::vector<Ack>& acks);
  /// I3, I10, I11: nobody is written about to anybody after their opt-out.
  void check_opt_outs(const std::vector<Person>& people);
  /// Whether the person's last word, or mark, was an opt-out; known once the above has looked.
  bool is_closed(const Person& person) const {
    return closed_.contains(person.tenant + person.phone);
  }
  /// I9: what is accepted was answered by that system, each answer taken for one request, or came
  /// back as a webhook.
  void check_evidence(const Answers& answers);
  /// No request left before its announcement was on disk.
  void check_announced(const Requests& requests);
  /// I8, I25: every intent has come to an end, by way of an attempt or with a reason.
  void check_all_ended();
  /// I26: every body of GoHighLevel about a contact goes on to Verity: once, in order, none left
  /// out but records without a mark of people who opted out.
  void check_hears();
  /// I12: no contact, delivery or card of one tenant names one of another.
  void check_tenants();

  /// Intents that have not come to an end.
  std::size_t open_intents() const { return open_.size(); }
  /// A delivery that was refused for good or given up, and whose it is.
  struct Failed {
    std::string tenant, contact, delivery;
  };
  const std::vector<Failed>& failed() const { return failed_; }
  /// I24: no request of the life that ended is out without its answer.
  void check_nothing_out();
  /// Whether some delivery about the person was given up or refused for good, or an edit parked.
  bool given_up_about(const Person& person) const;
  /// Whether the system is being written to about the person, or may have been without our knowing.
  bool is_being_written(const Person& person, std::string_view system) const;
  /// Whether some system was given the person.
  bool delivered_about(const Person& person) const;
  /// Whether a webhook about the person came too late by the engine's clock to be taken at its
  /// word.
  bool quarantined_about(const Person& person) const;
  /// Whether that record of the person is the system's own, and was first told of behind our intent
  /// to make one there.
  bool has_crossed(const Person& person, const std::string& system,
                   const std::string& record) const;
  /// Whether somebody is asked about one of the person's contacts.
  bool is_in_review(const Person& person) const;
  /// Positions of a tenant's webhooks, and of those that came outside their time and are held.
  const std::vector<std::uint64_t>& webhooks(const std::string& tenant) const;
  const std::vector<std::uint64_t>& held(const std::string& tenant) const;
  /// Contacts that were made or changed with one of the person's addresses.
  std::set<std::string> contacts_of(const Person& person) const;
  const std::vector<Entry>& entries() const { return entries_; }
  const std::optional<Broken>& broken() const { return broken_; }
  void fail(const std::string& invariant, const std::string& what);

private:
  struct Intent {
    std::string tenant;
    std::string contact;
    std::string target;
    std::set<std::string> addresses;
    std::size_t dispatches = 0;
    std::string end;           ///< type of the event that ended it
    std::uint32_t out = 0;     ///< epoch in which a request left whose answer is not recorded
    bool needs_consent = true; ///< not so for what is told about an opt-out
    bool shown = false;        ///< by an answer in between, or by its own webhook, to have arrived
    bool mid_attempt = false;  ///< a request is out, or the next one follows from its answer
    bool has_left = false;     ///< a request that changes something
  };
  void take(Entry entry, const std::map<std::string, std::string>& bodies);
  void take_webhook(const Entry& entry, const std::map<std::string, std::string>& bodies);
  void take_delivery(const Entry& entry);
  void take_retry(const Entry& entry);
  void check_unreadable(const Entry& entry);
  void check_order(const Entry& entry);
  void check_forwards_in_order();
  void check_opt_outs_of(const Person& person);
  std::uint64_t made_from(const Person& person, const std::string& system) const;
  void take_asked(const Entry& entry);
  void take_row(const Entry& entry);
  void take_read_again(const Entry& entry);
  void take_opt_in(const Entry& entry);
  std::uint64_t told_by(const Entry& entry) const;
  void check_opens_nothing(const Entry& entry);
  void check_not_listed(const Entry& entry);
  void check_not_done_before(const Entry& entry);

  Coverage& coverage_;
  std::optional<Broken> broken_;
  std::size_t groups_read_ = 0;
  std::string chain_; ///< hash of the last record
  std::uint32_t epoch_ = 0;
  std::vector<Entry> entries_;                               ///< entries_[i] is position i + 1
  std::map<std::string, std::size_t> deliveries_of_vendors_; ///< tenant/connector/id: how often
  std::map<std::string, Intent> intents_;                    ///< by delivery
  std::set<std::string> open_;
  std::vector<Failed> failed_;
  std::set<std::string> retried_;                   ///< deliveries that were tried again
  std::set<std::string> closed_;                    ///< tenant and number
  std::map<std::string, std::uint64_t> decided_to_; ///< by contact: its last input, but opt-outs
  std::set<std::string> parked_contacts_;
  std::set<std::string> unreadable_; ///< contacts with an event of a type that nobody here knows
  std::set<std::string> rows_;       ///< of lists from elsewhere
  std::map<std::string, std::uint64_t> listed_; ///< tenant and address on a list of opt-outs
  std::set<std::string> in_review_;             ///< of them, those that a person is to decide about
  std::set<std::uint64_t> again_;               ///< webhooks that were read again
  std::map<std::string, std::uint64_t> led_to_; ///< by webhook and what: the first cause
  std::map<std::string, std::vector<std::uint64_t>> webhooks_; ///< by tenant
  std::size_t acks_checked_ = 0;
  std::size_t acceptances_checked_ = 0;
  Answers answers_used_;
  Requests announced_; ///< requests whose announcement is on disk
};

} // namespace tidemark::sim
