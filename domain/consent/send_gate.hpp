#pragma once
#include "domain/consent/quiet_rules.hpp"
#include "domain/consent/suppression.hpp"
#include "domain/delivery/delivery.hpp"

#include <optional>
#include <string>
#include <vector>

/// May this message leave? Asked at the last moment, in the step that records that it does
/// (requirements O7, E11). Pure: engine and replay ask the same.
namespace tidemark::domain {

/// Name and version of these rules, as decisions record it; behind it stands what quiet hours said,
/// as in `gate@5 quiet_hours=not_configured`.
inline constexpr std::string_view gate_rules = "gate@5";
/// How long after an opt-out its one confirmation may leave (requirement O11).
inline constexpr auto confirmation_window = std::chrono::minutes{5};
/// How long an agent's message may wait to leave, whatever held it back. Words such as "on my way"
/// mislead later; the agent sees that it failed and can write anew.
inline constexpr auto answer_window = std::chrono::hours{1};

/// Does a person hear of it? Then the gate has to be asked.
bool is_send(const PendingDelivery& delivery);
/// One that a person wrote, not an answer of ours.
bool is_agents_message(const PendingDelivery& delivery);
/// An answer to HELP: given whatever else the person may have meant (requirement E6.5).
bool is_help(const events::ActionIntended& send);

/// Messages to the person in the seven days before, as pacing asks for them.
struct SentBefore {
  std::uint32_t in_week = 0;
  std::optional<Timestamp> last{};         ///< none: there are none
  std::optional<Timestamp> week_free_at{}; ///< when they are fewer than `per_week`; none: they are
};

/// What was known when it was decided.
struct SendFacts {
  Gate consent = Gate::open;
  Position closed_by; ///< the statement that closes the address, 0 when it is open
  Position evidence;  ///< consent was known up to here
  Timestamp now;
  Whereabouts where{};           ///< recorded also where quiet hours do not hold
  bool answers = false;          ///< the person wrote within the hour before
  std::uint32_t sent_in_day = 0; ///< messages to the person in the 24 hours before
  SentBefore before{};
  std::optional<events::FlagRuling> flag{}; ///< its writer is switched off in its channel
};

/// - An agent's answer leaves while the address is open, and was open when it was written, within
/// an hour, outside the person's quiet
///   hours and below the number for a day; of a person who may be anywhere, all clocks have to
///   allow it. One whose time is not known (logs of before) is taken for new.
/// - What an agent writes who is switched off in the channel does not leave.
/// - Pacing (a number for seven days, a time between two, holidays) holds an agent's message back
/// too, but none that answers the person within the hour. Where nobody knows the place it is a
/// holiday as long as it is one anywhere.
/// - The answer to HELP leaves always (requirement E6.5), within an hour.
/// - The confirmation of an opt-out leaves although the address is closed, for five minutes, and
/// only
///   while that opt-out stands.
/// The last two answer the person's own words: at any time of day. All record what quiet hours
/// said, and where the person was taken to be.
events::SendDecided decide_send(const events::ActionIntended& send, const SendFacts& facts,
                                const events::SendLimits& limits = {});

/// Which rule of the pacing holds an agent's message back, and until when.
struct HeldByPacing {
  Reason reason = Reason::none;
  std::string by, until; ///< as in PacingRuling
};
/// Nothing: none does. `local_time` is where the person is, "" where nobody knows.
std::optional<HeldByPacing> held_by_pacing(const SendFacts& facts, const events::SendLimits& limits,
                                           std::string_view local_time);

/// The clock that decides: the first at which hours forbid it, else the first that shows a holiday,
/// else the first of all; null where there is none.
const LocalClock* deciding_clock(const SendFacts& facts, const events::SendLimits& limits,
                                 const QuietPlace* place);

/// What quiet hours said, as it was recorded: allowed, quiet, unknown (nobody knows the time where
/// the person is), not_configured, answer (the table of hours does not hold: the person wrote
/// within the hour before) or exempt (it answers the person's own words); "" in logs of before
/// gate@4.
std::string_view quiet_hours_verdict(const events::SendDecided& decided);

} // namespace tidemark::domain
