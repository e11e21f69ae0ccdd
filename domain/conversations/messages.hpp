#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

#include <string>
#include <vector>

/// Messages with one contact: shown in the other systems' threads, sent when an agent wrote them
/// there, their status only ever forward (requirements M3 to M6).
namespace tidemark::domain {

using events::KnownMessage;
using events::KnownThread;
using events::MessageId;
using events::PostedMessage;
using events::WaitingMessage;

/// Messages that are remembered of one contact, and of those that are owed: the oldest go.
inline constexpr std::size_t messages_kept_max = 100;
/// How long what a system tells without a known id can still be what we posted there.
inline constexpr auto echo_of_post_window = std::chrono::minutes{10};

/// Does the status lead further? Steps may be skipped; delivered and failed are both the end of
/// sending, and neither takes the other's place.
bool is_further(events::MessageStatus from, events::MessageStatus to);

/// The first event is `message.observed`.
std::vector<events::Event> decide_message(const Contact& contact, const ObserveMessage& command,
                                          const DecisionContext& context);
/// Shows what waits for a record, where there is one now or about to be, in the order in which the
/// messages were said.
void show_waiting_messages(Plan& plan);
void evolve(MessageBook& book, const events::MessageObserved& e);
void evolve(MessageBook& book, const events::ActionIntended& e, Timestamp recorded_at);
void evolve(MessageBook& book, const events::DeliveryDispatched& e, Timestamp recorded_at);
void evolve(MessageBook& book, const events::ActionAccepted& e, Timestamp recorded_at);
/// Why an action of the past that failed to show or send a message need not be tried again:
/// already_shown, waits_for_record (it is shown by itself then); none when it need be.
Reason message_cared_for(const MessageBook& book, const events::ActionIntended& failed);
/// The delivery came to nothing: its message waits again when that was for want of a record, and
/// is settled when not.
void message_post_failed(MessageBook& book, const DeliveryId& delivery, bool for_want_of_record);

} // namespace tidemark::domain
