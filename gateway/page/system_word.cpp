#include "gateway/page/system_word.hpp"

#include "events/format/reason.hpp"
#include "gateway/page/html.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

using domain::ConnectionWord;

constexpr std::string_view waits_by_itself =
    "Changes wait and are passed on by themselves when it answers again.";
constexpr std::string_view waiting_does_not_help =
    "Waiting will not help: somebody in IT has to see to it.";

/// Only a question of its own tells of a system that nothing is sent to; so what is not known is
/// said to be so.
SystemView unjudged(const domain::ConnectorReport& report, Timestamp now) {
  SystemView out;
  if (domain::is_reached(report.connection, now)) {
    out.because = "It answers, but nothing shows yet that it takes what we send.";
  } else if (report.connection.reached) {
    out.because = "It last answered " + age_text(now - *report.connection.reached)
                  + " ago; nobody has asked it since.";
  } else {
    out.because = report.receives ? "Nobody has asked it since Tidemark was started."
                                  : "Nothing is sent to it, and it is not asked: that it works is "
                                    "seen by what it tells alone.";
  }
  out.wait = "This is no fault by itself.";
  return out;
}

/// By whom, as far as the page tells; the time stands behind it.
std::string_view stopped_on_purpose(domain::PauseOf of) {
  switch (of) {
  case domain::PauseOf::connector:
    return "Somebody in IT paused it on purpose at ";
  case domain::PauseOf::all_sending:
    return "Somebody in IT stopped all sending on purpose at ";
  case domain::PauseOf::restore:
    return "Its data was put back from a copy, and it waits until IT has looked at that, since ";
  case domain::PauseOf::tenant:
    return "Somebody in IT suspended sending for this company on purpose at ";
  }
  return "It is paused since ";
}

SystemView judged(const domain::ConnectorReport& report, Timestamp now) {
  SystemView out;
  const bool reached = domain::is_reached(report.connection, now);
  const bool fails = report.failures > 0 || report.circuit != domain::CircuitState::closed;
  const auto word = domain::word_of(report.connection, now);
  if (report.pause) {
    out.word = SystemWord::paused;
    out.because =
        std::string(stopped_on_purpose(report.pause->of)) + time_text(report.pause->since) + ".";
    out.wait = report.pause->hold_opt_outs
                   ? "Everything waits until it goes on, opt-outs too."
                   : "Changes wait until it goes on; opt-outs are passed on all the same.";
    if (report.pause->planned_end)
      out.wait += " It is planned to go on at " + time_text(*report.pause->planned_end) + ".";
  } else if (word == ConnectionWord::refused || word == ConnectionWord::limited) {
    out.word = SystemWord::key_refused;
    out.because = word == ConnectionWord::refused
                      ? "It answers, but refuses our key."
                      : "It answers, but our key may not do everything.";
    out.wait = waiting_does_not_help;
  } else if (fails && !reached) {
    out.word = SystemWord::not_reachable;
    out.because = report.connection.failure == Reason::none
                      ? "It does not answer."
                      : std::string(explain_reason(report.connection.failure).text);
    out.wait = waits_by_itself;
  } else if (report.budget.until && *report.budget.until > now) {
    out.word = SystemWord::slow;
    out.because = "It takes nothing more from us before " + time_text(*report.budget.until)
                  + ", by its own limit.";
    out.wait = "It goes on by itself then; opt-outs are passed on all the same.";
  } else if (report.oldest && now - *report.oldest >= slow_after) {
    out.word = SystemWord::slow;
    out.because = "The oldest change has waited " + age_text(now - *report.oldest) + ".";
    out.wait = waits_by_itself;
  } else if (word == ConnectionWord::connected) {
    out.word = SystemWord::working;
    out.because = report.open == 0 ? "Nothing waits." : "What waits is younger than five minutes.";
  } else {
    out = unjudged(report, now);
  }
  return out;
}

} // namespace

SystemView view_of(const domain::ConnectorReport& report, Timestamp now) {
  auto out = judged(report, now);
  out.answered = report.connection.reached;
  out.taken = report.connection.last_success;
  out.key_checked = report.connection.accepted();
  return out;
}

std::string_view word_text(SystemWord word) {
  switch (word) {
  case SystemWord::working:
    return "Working";
  case SystemWord::slow:
    return "Slow";
  case SystemWord::not_reachable:
    return "Not reachable";
  case SystemWord::key_refused:
    return "Refuses our key";
  case SystemWord::paused:
    return "Paused";
  case SystemWord::not_known:
    return "Not known";
  }
  return "Not known";
}

std::string_view word_class(SystemWord word) {
  switch (word) {
  case SystemWord::working:
    return "ok";
  case SystemWord::slow:
    return "slow";
  case SystemWord::not_reachable:
  case SystemWord::key_refused:
    return "bad";
  case SystemWord::paused:
    return "off";
  case SystemWord::not_known:
    return "na";
  }
  return "na";
}

std::string headline(const std::vector<SystemView>& systems, bool accepting) {
  if (!accepting)
    return "It is us: Tidemark cannot take changes now. Tell IT now.";
  const auto count = [&](auto... words) {
    return static_cast<std::size_t>(
        std::count_if(systems.begin(), systems.end(),
                      [&](const auto& system) { return ((system.word == words) || ...); }));
  };
  const auto all = systems.size();
  const auto bad = count(SystemWord::not_reachable, SystemWord::key_refused);
  const auto slow = count(SystemWord::slow), paused = count(SystemWord::paused),
             unknown = count(SystemWord::not_known);
  if (all == 0)
    return "Tidemark takes changes. No system has reported yet.";
  const auto of = [&](std::size_t some) {
    return some == all ? "All " + std::to_string(all)
                       : std::to_string(some) + " of " + std::to_string(all);
  };
  if (bad > 0)
    return of(bad) + (bad == 1 && bad != all ? " systems does" : " systems do")
           + " not take changes now. What is for it waits.";
  if (slow > 0)
    return of(slow) + (slow == 1 && slow != all ? " systems is" : " systems are") + " slow now.";
  if (paused > 0)
    return of(paused) + (paused == 1 && paused != all ? " systems is" : " systems are")
           + " paused on purpose.";
  if (unknown > 0)
    return "No change is known to have waited five minutes. Whether "
           + (unknown == all ? std::string(all == 1 ? "the one system works" : "the systems work")
              : unknown == 1 ? "1 of " + std::to_string(all) + " systems works"
                             : of(unknown) + " systems work")
           + " is not known now.";
  return all == 1 ? "The one system is working, and no change for it has waited five minutes."
                  : "All " + std::to_string(all)
                        + " systems are working, and no change has waited five minutes.";
}

} // namespace tidemark::gateway
