#pragma once
#include "events/recorded.hpp"
#include "explanation/held_back.hpp"

#include <map>
#include <string>
#include <vector>

/// The chain from cause to outcome in plain words.
namespace tidemark::explanation {

/// One thing that happened, as docs/api.md has it. Texts hold no personal data.
struct ChainEntry {
  Position position;
  Timestamp at;
  std::string kind; ///< input, decision, dispatch, answer, timer
  std::string type;
  std::string target;
  std::string outcome; ///< a public outcome word, or ""
  Reason reason_code = Reason::none;
  std::string waiting_for; ///< of something parked: what has to become known
  std::string rule;
  std::string text;
  std::string next_step;
  Position cause;
  std::string delivery;
  std::string remote_id; ///< in full; masked when printed
  std::uint32_t http_status = 0;
  Position of{};    ///< of a repeat: what came before
  std::string said; ///< a person's own words; printed only where personal data is
  std::string work; ///< of a decision about a target: values, consent, placement or activity
  std::vector<std::string> parts; ///< of the work: channels of consent, else the action
};

/// How one line of work stands: its newest outcome.
struct TargetStatus {
  std::string outcome;
  Reason reason_code = Reason::none;
  std::string text;
  Timestamp since;
  Position position;
};
/// How things stand for one target. One line of work says nothing about another: that a call was
/// shown brings no values there.
struct TargetState {
  std::map<std::string, TargetStatus> lines; ///< by ChainEntry::work; never empty
  std::vector<HeldBack> held_back{};         ///< why nothing leaves to it, while something waits
  /// What needs a person's eye most.
  const TargetStatus& worst() const;
};

/// Says the entry what shall be delivered? Then `delivery` begins here.
bool is_intent(const ChainEntry& entry);

/// What one event says; several entries when it decides for several targets.
std::vector<ChainEntry> entries_of(const events::Recorded& event);

/// An opt-out that found nobody to tell has not failed: its end reads as `skipped`.
void drop_unnotified(std::vector<ChainEntry>& chain);
/// What a later request to the system about the same channels took over leaves nothing to do.
void drop_overtaken_advice(std::vector<ChainEntry>& chain);
/// How each target stands, from entries in log order.
std::map<std::string, TargetState> target_states(const std::vector<ChainEntry>& chain);

/// Events that make up the chain, in log order.
struct Chain {
  std::string subject_kind; ///< contact, webhook or delivery
  std::string subject;
  std::vector<events::Recorded> events;
  std::vector<ContactId> sharing{}; ///< other contacts with the address that was asked for
};
/// Another contact under which a part of the person's story is told, while the two were one.
struct Elsewhere {
  ContactId contact;
  Position from;  ///< 0: from its beginning
  Position until; ///< 0: to this day
};
/// Of the contact that the chain is about.
std::vector<Elsewhere> merged_elsewhere(const Chain& chain);

} // namespace tidemark::explanation
