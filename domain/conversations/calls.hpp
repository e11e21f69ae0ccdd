#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

#include <string>
#include <vector>

/// Calls of one contact: parts that come in any order join to one call, which is shown elsewhere
/// once it is complete (requirements M1, M2).
namespace tidemark::domain {

using events::KnownCall;
using events::ShownCall;

/// Calls that are remembered of one contact: a part of an older one counts as a new call's.
inline constexpr std::size_t calls_kept_max = 50;
/// Of these, the newest keep their transcript and summary, as do all that wait to be shown.
inline constexpr std::size_t transcripts_kept_max = 5;

/// The call with one more part. What a part does not tell it does not state. Of two that state a
/// field the one of higher rank counts (initiated, disposed, call_disposed, recording and
/// voicemail, transcript, summary; connectors/aloware/README.md fact 10), within a rank the one
/// updated later.
KnownCall joined(KnownCall known, const events::CallFacts& told, const std::string& part);

/// What is known of one call in two places, field by field, as parts of it are joined. What either
/// has shown is shown.
KnownCall put_together(KnownCall known, const KnownCall& other);

/// What is known of the call; null when nothing is.
const KnownCall* known_call(const CallBook& book, const events::CallFacts& call);

/// It is over and its outcome is known.
bool is_complete(const events::CallFacts& call);

/// The first event is `call.observed`.
std::vector<events::Event> decide_call(const Contact& contact, const ObserveCall& command,
                                       const DecisionContext& context);
/// Shows what waits for a record, where there is one now or about to be, in the order in which the
/// calls began, each with all that came to be known since and with its tags.
void show_waiting_calls(Plan& plan);
void evolve(CallBook& book, const events::CallObserved& e);
void evolve(CallBook& book, const events::ActionIntended& e);
/// Why an action of the past that failed to show a call, or news of it, need not be tried again:
/// already_shown, waits_for_record (it is shown by itself then); none when it need be.
Reason call_cared_for(const CallBook& book, const events::ActionIntended& failed);
/// The delivery that was to show a call ended for want of a record: the call waits again.
void call_post_failed(CallBook& book, const DeliveryId& delivery);

} // namespace tidemark::domain
