#include "domain/consent/send_gate.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/invariant.hpp"
#include "base/text/phone.hpp"
#include "base/time.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Action;

constexpr std::string_view verdict_mark = " quiet_hours=";

bool forbids(const LocalClock& clock, const events::SendLimits& limits, const QuietPlace* place) {
  return (has_quiet_hours(limits) && is_quiet(clock.time, limits))
         || (place && table_forbids(*place, clock.time));
}

/// Those that hold for the message.
const std::vector<std::string>& holidays_for(const SendFacts& facts,
                                             const events::SendLimits& limits) {
  static const std::vector<std::string> none;
  return limits.pacing && !facts.answers ? limits.pacing->holidays : none;
}

/// Where the person is, and what quiet hours say about it, whatever else the gate says.
std::string_view judge_time(events::SendDecided& out, const SendFacts& facts,
                            const events::SendLimits& limits, const QuietPlace* place) {
  const auto* holds = facts.answers ? nullptr : place;
  const auto* clock = deciding_clock(facts, limits, holds);
  out.time_zone_from = facts.where.from;
  out.local_time = clock ? clock->time : "";
  out.time_zone = clock ? clock->zone : "";
  std::string_view verdict = "allowed";
  if (out.purpose != "conversation")
    verdict = "exempt";
  else if (!has_quiet_hours(limits) && !holds)
    verdict = place ? "answer" : "not_configured";
  else if (!clock)
    verdict = "unknown";
  else if (forbids(*clock, limits, holds))
    verdict = "quiet";
  else if (place && !holds)
    verdict = "answer";
  out.rules = std::string(gate_rules) + std::string(verdict_mark) + std::string(verdict);
  if (place)
    out.ruling = events::QuietRuling{limits.table->version, place->rule, place->from};
  return verdict;
}

/// The smaller of what is configured and what the table says, 0: as many as there are.
std::uint32_t cap(const events::SendLimits& limits, const SendFacts& facts, const QuietPlace* place,
                  const events::SendDecided& out) {
  const auto table = place && !facts.answers ? table_per_day(*place, out.local_time) : 0;
  return limits.per_day == 0 || table == 0 ? std::max(limits.per_day, table)
                                           : std::min(limits.per_day, table);
}

/// Somebody switched off what its writer sends in the channel.
void apply_flag(events::SendDecided& out, const SendFacts& facts) {
  out.flag = facts.flag;
  if (!out.allowed || !facts.flag)
    return;
  out.allowed = false;
  out.reason_code = Reason::agent_switched_off;
}

/// What quiet hours and the number for a day say about an agent's message.
void apply_limits(events::SendDecided& out, const SendFacts& facts, std::uint32_t per_day,
                  std::string_view verdict) {
  out.sent_in_day = facts.sent_in_day;
  if (out.allowed && (verdict == "quiet" || verdict == "unknown")) {
    out.allowed = false;
    out.reason_code = verdict == "quiet" ? Reason::quiet_hours : Reason::local_time_unknown;
  }
  if (out.allowed && per_day > 0 && facts.sent_in_day >= per_day) {
    out.allowed = false;
    out.reason_code = Reason::cap_reached;
  }
}

std::string text_of(const std::optional<Timestamp>& time) {
  return time ? to_rfc3339(*time) : "";
}

void apply_pacing(events::SendDecided& out, const SendFacts& facts,
                  const events::SendLimits& limits) {
  if (!limits.pacing)
    return;
  const auto held =
      out.allowed ? held_by_pacing(facts, limits, out.local_time) : std::optional<HeldByPacing>();
  out.pacing = events::PacingRuling{held ? held->by : "",
                                    held ? held->until : "",
                                    facts.before.in_week,
                                    text_of(facts.before.last),
                                    text_of(facts.before.week_free_at),
                                    facts.answers};
  if (!held)
    return;
  out.allowed = false;
  out.reason_code = held->reason;
}

} // namespace

const LocalClock* deciding_clock(const SendFacts& facts, const events::SendLimits& limits,
                                 const QuietPlace* place) {
  const auto& clocks = facts.where.clocks;
  const auto& holidays = holidays_for(facts, limits);
  auto at = std::ranges::find_if(
      clocks, [&](const LocalClock& clock) { return forbids(clock, limits, place); });
  if (at == clocks.end())
    at = std::ranges::find_if(
        clocks, [&](const LocalClock& clock) { return is_holiday(clock.time, holidays); });
  return at != clocks.end() ? &*at : clocks.empty() ? nullptr : &clocks.front();
}

std::optional<HeldByPacing> held_by_pacing(const SendFacts& facts, const events::SendLimits& limits,
                                           std::string_view local_time) {
  if (!limits.pacing || facts.answers)
    return std::nullopt;
  const auto& holidays = limits.pacing->holidays;
  if (local_time.empty() && is_holiday_somewhere(facts.now, holidays))
    return HeldByPacing{Reason::local_time_unknown, "holidays",
                        to_rfc3339(after_holidays_everywhere(facts.now, holidays))};
  if (!local_time.empty() && is_holiday(local_time, holidays))
    return HeldByPacing{Reason::holiday, "holidays", after_holidays(local_time, holidays)};
  const auto& before = facts.before;
  if (limits.pacing->per_week > 0 && before.in_week >= limits.pacing->per_week)
    return HeldByPacing{Reason::weekly_cap_reached, "per_week", text_of(before.week_free_at)};
  const auto least = std::chrono::minutes{limits.pacing->cool_down_minutes};
  if (before.last && facts.now - *before.last < least)
    return HeldByPacing{Reason::cool_down, "cool_down", to_rfc3339(*before.last + least)};
  return std::nullopt;
}

bool is_send(const PendingDelivery& delivery) {
  return delivery.action && delivery.action->action == Action::send_message
         && delivery.action->message;
}

bool is_agents_message(const PendingDelivery& delivery) {
  return is_send(delivery) && delivery.action->purpose == "conversation";
}

bool is_help(const events::ActionIntended& send) {
  return send.purpose == "help";
}

events::SendDecided decide_send(const events::ActionIntended& send, const SendFacts& facts,
                                const events::SendLimits& limits) {
  events::SendDecided out;
  out.delivery = send.delivery;
  out.purpose = send.purpose;
  out.channel = send.message->channel;
  out.evidence = facts.evidence;
  out.consent = facts.closed_by;
  out.decided_at = to_rfc3339(facts.now);
  out.body_sha256 = sha256_hex(send.message->text.reveal());
  const auto found = limits.table ? quiet_place(send) : std::nullopt;
  const auto* place = found ? &*found : nullptr;
  const auto verdict = judge_time(out, facts, limits, place);
  out.allowed = facts.consent == Gate::open;
  if (send.purpose == "confirmation") {
    const auto opted_out_at = from_rfc3339(send.message->stated_at);
    // It may have waited while its opt-out was taken back, and perhaps said anew.
    const bool stands = facts.consent == Gate::closed && facts.closed_by <= send.allowance;
    out.allowed = stands && opted_out_at && facts.now - *opted_out_at <= confirmation_window;
    if (!stands)
      out.reason_code = Reason::opt_out_lifted;
    else if (!out.allowed)
      out.reason_code = Reason::confirmation_too_late;
    else
      out.allowance = "confirmation of opt-out at position " + std::to_string(send.allowance.value);
  } else if (is_help(send)) {
    const auto asked_at = from_rfc3339(send.message->stated_at);
    if (!out.allowed)
      out.allowance = "answer to a request for help";
    out.allowed = !asked_at || facts.now - *asked_at <= answer_window;
    if (!out.allowed)
      out.reason_code = Reason::asked_too_long_ago;
  } else if (!out.allowed) {
    out.reason_code = facts.consent == Gate::closed ? Reason::opted_out : Reason::in_review;
  }
  if (send.purpose == "conversation") {
    apply_flag(out, facts);
    const auto written_at = from_rfc3339(send.message->stated_at);
    if (out.allowed && written_at && facts.now - *written_at > answer_window) {
      out.allowed = false;
      out.reason_code = Reason::written_too_long_ago;
    }
    apply_limits(out, facts, cap(limits, facts, place, out), verdict);
    apply_pacing(out, facts, limits);
  }
  // Another system may read the number differently: nobody knows whose consent was asked for.
  if (out.allowed && address_kind(out.channel) == events::Field::phone
      && !is_e164(send.message->their_address.reveal())) {
    out.allowed = false;
    out.reason_code = Reason::bad_phone;
  }
  TIDEMARK_INVARIANT(out.allowed == (out.reason_code == Reason::none), facts.evidence);
  // What leaves to a closed address says by which right.
  TIDEMARK_INVARIANT(!out.allowed || facts.consent == Gate::open || !out.allowance.empty(),
                     facts.evidence);
  return out;
}

std::string_view quiet_hours_verdict(const events::SendDecided& decided) {
  const auto at = decided.rules.find(verdict_mark);
  return at == std::string::npos ? std::string_view{}
                                 : std::string_view(decided.rules).substr(at + verdict_mark.size());
}

} // namespace tidemark::domain
