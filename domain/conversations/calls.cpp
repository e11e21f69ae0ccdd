#include "domain/conversations/calls.hpp"

#include "base/contains.hpp"
#include "base/invariant.hpp"
#include "base/text/folding.hpp"
#include "domain/conversations/agent_flags.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {
namespace {

using events::Action;
using events::CallFacts;
using events::Outcome;

constexpr std::array<std::string_view, 7> ranked{
    "initiated", "disposed", "call_disposed", "recording", "voicemail", "transcript", "summary"};
constexpr std::array<std::uint32_t, 7> ranks{1, 2, 3, 4, 4, 5, 6};

std::uint32_t rank_of(std::string_view part) {
  const auto at = std::find(ranked.begin(), ranked.end(), part);
  return at == ranked.end() ? 0 : ranks[static_cast<std::size_t>(at - ranked.begin())];
}

bool is_stated(const std::string& value) {
  return !value.empty();
}
bool is_stated(const PiiText& value) {
  return !value.reveal().empty();
}
bool is_stated(std::uint32_t value) {
  return value != 0;
}
bool is_stated(const std::optional<events::CallOutcome>& value) {
  return value && !value->text.empty();
}
bool is_stated(const std::optional<events::CallRating>& value) {
  return value && !value->score.empty();
}

/// What parts state of a call, each by the name under which KnownCall::stated has it. The direction
/// is stated by those parts that tell of the call itself.
template <class Use>
void each_stated(Use use) {
  use("status", &CallFacts::status);
  use("their_number", &CallFacts::their_number);
  use("our_number", &CallFacts::our_number);
  use("agent", &CallFacts::agent);
  use("started_at", &CallFacts::started_at);
  use("duration", &CallFacts::duration_seconds);
  use("talk", &CallFacts::talk_seconds);
  use("disposition", &CallFacts::disposition);
  use("recording", &CallFacts::recording);
  use("voicemail", &CallFacts::voicemail);
  use("transcript", &CallFacts::transcript);
  use("summary", &CallFacts::summary);
  use("outcome", &CallFacts::outcome);
  use("rating", &CallFacts::rating);
}

/// `Book` is a CallBook, const or not.
template <class Book>
auto find_call(Book& book, const CallFacts& call) -> decltype(book.calls.data()) {
  const auto at = std::find_if(book.calls.begin(), book.calls.end(), [&](const auto& known) {
    return known.call.source == call.source && known.call.call_id == call.call_id;
  });
  return at == book.calls.end() ? nullptr : &*at;
}

/// Late parts that the call has, by their names.
std::vector<std::string> late_parts(const CallFacts& call) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view name, const PiiText& value) {
    if (!value.reveal().empty())
      out.emplace_back(name);
  };
  add("recording", call.recording);
  add("voicemail", call.voicemail);
  add("transcript", call.transcript);
  add("summary", call.summary);
  if (is_stated(call.rating))
    out.emplace_back("rating");
  return out;
}

ShownCall* shown_at(KnownCall& known, const ConnectorName& system) {
  const auto at = std::find_if(known.shown.begin(), known.shown.end(),
                               [&](const auto& shown) { return shown.system == system; });
  return at == known.shown.end() ? nullptr : &*at;
}

/// The call without what the system was told before; nothing when that is all.
std::optional<CallFacts> news_for(const ShownCall* shown, const CallFacts& call) {
  if (!shown)
    return call;
  auto out = call;
  bool any = false;
  const auto keep = [&](std::string_view name, PiiText& value) {
    if (value.reveal().empty() || contains(shown->parts, name))
      value = {};
    else
      any = true;
  };
  keep("recording", out.recording);
  keep("voicemail", out.voicemail);
  keep("transcript", out.transcript);
  keep("summary", out.summary);
  if (!is_stated(out.rating) || contains(shown->parts, "rating"))
    out.rating.reset();
  else
    any = true;
  if (out.disposition == shown->disposition)
    out.disposition.clear();
  else
    any = true;
  return any ? std::optional(out) : std::nullopt;
}

/// Of a call that was summed up: what came of it, by its summary, else as the agent disposed of it.
std::string summed_up(const CallFacts& call) {
  if (is_stated(call.outcome))
    return call.outcome->text;
  return is_stated(call.summary) ? call.disposition : std::string();
}

/// Tags that the account wants for a call with this outcome (requirement M2).
std::vector<std::string> tags_of(const CallFacts& call, const events::ConversationRules& rules) {
  std::vector<std::string> out;
  if (!is_complete(call))
    return out;
  for (const auto& rule : rules.dispositions)
    if (!call.disposition.empty()
        && folded_words(rule.disposition) == folded_words(call.disposition))
      for (const auto& tag : rule.tags)
        if (!contains(out, tag))
          out.push_back(tag);
  if (rules.call_tags) {
    out.emplace_back(call.inbound ? "Inbound Call" : "Outbound Call");
    if (!call.disposition.empty())
      out.push_back("Call: " + call.disposition);
  }
  if (const auto outcome = summed_up(call);
      rules.outcome_tags && rules.outcome_tags->summaries && !outcome.empty())
    out.push_back("Summary: " + outcome);
  return out;
}

bool is_waiting_for(const KnownCall& known, const ConnectorName& system) {
  return contains(known.waiting, system);
}

/// People know each other by name: the agent's key, where the source's user is a known agent's.
void name_agent(CallFacts& call, const events::PlacementRules& placement) {
  if (const auto* known = agent_with_user(placement, call.agent))
    call.agent = known->key;
}

/// The call to one system, as far as it is news there, and its tags; both wait for the same record.
void show(Plan& plan, const SystemRule& system, KnownCall& known,
          const std::vector<std::string>& tags) {
  const bool shows = system.capabilities.shows_calls && system.name != known.call.source;
  const bool tells_tags = system.capabilities.keeps_tags && !tags.empty();
  const auto* shown = shown_at(known, system.name);
  auto news = shows ? news_for(shown, known.call) : std::nullopt;
  if (shows && !news)
    plan.add_outcome(system, Outcome::no_change, Reason::already_shown);
  if ((!news && !tells_tags) || !plan.can_take(system, news ? Lacking::waits : Lacking::skipped))
    return;
  if (news) {
    auto intent = plan.action(system, Action::log_call);
    intent.call = std::move(*news);
    name_agent(*intent.call, plan.rules.placement);
    intent.addition = shown != nullptr;
    plan.intend(system, std::move(intent));
  }
  if (tells_tags) {
    auto intent = plan.action(system, Action::add_tags);
    intent.tags = tags;
    plan.intend(system, std::move(intent));
  }
}

} // namespace

const KnownCall* known_call(const CallBook& book, const CallFacts& call) {
  return find_call(book, call);
}

bool is_complete(const CallFacts& call) {
  return !call.status.empty() && call.status != "initiated";
}

KnownCall joined(KnownCall known, const CallFacts& told, const std::string& part) {
  TIDEMARK_INVARIANT(known.parts.empty() || known.call.call_id == told.call_id, "one call's parts");
  known.call.source = told.source;
  known.call.call_id = told.call_id;
  known.call.updated_at = std::max(known.call.updated_at, told.updated_at);
  const auto rank = rank_of(part);
  known.rank = std::max(known.rank, rank);
  const auto stamp = std::to_string(rank) + told.updated_at;
  const auto is_newer = [&](std::string_view name) {
    auto& stated = known.stated[std::string(name)];
    if (stamp < stated)
      return false;
    stated = stamp;
    return true;
  };
  if (is_stated(told.status) && is_newer("direction"))
    known.call.inbound = told.inbound;
  each_stated([&](std::string_view name, auto field) {
    if (is_stated(told.*field) && is_newer(name))
      known.call.*field = told.*field;
  });
  if (!contains(known.parts, part))
    known.parts.push_back(part);
  return known;
}

KnownCall put_together(KnownCall known, const KnownCall& other) {
  const auto& told = other.call;
  known.call.source = told.source;
  known.call.call_id = told.call_id;
  known.call.updated_at = std::max(known.call.updated_at, told.updated_at);
  known.rank = std::max(known.rank, other.rank);
  const auto is_newer = [&](std::string_view name) {
    const auto theirs = other.stated.find(std::string(name));
    if (theirs == other.stated.end() || theirs->second < known.stated[theirs->first])
      return false;
    known.stated[theirs->first] = theirs->second;
    return true;
  };
  if (is_newer("direction"))
    known.call.inbound = told.inbound;
  each_stated([&](std::string_view name, auto field) {
    if (is_newer(name) && is_stated(told.*field)) // what was shown long ago is not kept
      known.call.*field = told.*field;
  });
  for (const auto& part : other.parts)
    if (!contains(known.parts, part))
      known.parts.push_back(part);
  for (const auto& shown : other.shown) {
    auto* same = shown_at(known, shown.system);
    if (!same)
      same = &known.shown.emplace_back(ShownCall{shown.system, shown.delivery});
    if (!shown.disposition.empty())
      same->disposition = shown.disposition;
    for (const auto& part : shown.parts)
      if (!contains(same->parts, part))
        same->parts.push_back(part);
  }
  known.waiting.insert(known.waiting.end(), other.waiting.begin(), other.waiting.end());
  std::erase_if(known.waiting, [&](const auto& system) { return shown_at(known, system); });
  std::sort(known.waiting.begin(), known.waiting.end());
  known.waiting.erase(std::unique(known.waiting.begin(), known.waiting.end()), known.waiting.end());
  return known;
}

std::vector<events::Event> decide_call(const Contact& contact, const ObserveCall& command,
                                       const DecisionContext& context) {
  events::CallObserved observed{command.call, command.part, Outcome::applied, Reason::recorded, {}};
  if (contact.unreadable) {
    end_as_unreadable(observed);
    return {observed};
  }
  const auto* before = find_call(contact.calls, command.call);
  auto after = joined(before ? *before : KnownCall{}, command.call, command.part);
  if (!is_complete(after.call)) {
    end_as(observed, Outcome::parked, Reason::call_not_complete);
    return {observed};
  }
  if (before && before->call == after.call) {
    const bool late = rank_of(command.part) < before->rank;
    late ? end_as(observed, Outcome::superseded, Reason::older_than_known)
         : end_as(observed, Outcome::no_change, Reason::nothing_new);
  }
  const auto tags = tags_of(after.call, context.rules.conversation);
  auto new_tags = tags;
  if (before)
    for (const auto& known : tags_of(before->call, context.rules.conversation))
      std::erase(new_tags, known);
  Plan plan(contact, context);
  plan.begin("activity");
  for (const auto& system : context.rules.systems)
    show(plan, system, after, is_waiting_for(after, system.name) ? tags : new_tags);
  return plan.behind(std::move(observed));
}

void show_waiting_calls(Plan& plan) {
  auto calls = plan.contact.calls.calls;
  std::stable_sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) {
    return a.call.started_at < b.call.started_at;
  });
  for (auto& known : calls)
    for (const auto& system : plan.rules.systems)
      if (is_waiting_for(known, system.name) && plan.can_reach(system) && !plan.is_full())
        show(plan, system, known, tags_of(known.call, plan.rules.conversation));
}

void evolve(CallBook& book, const events::CallObserved& e) {
  if (e.reason_code == Reason::unknown_event_in_stream)
    return;
  auto* known = find_call(book, e.call);
  if (!known)
    known = &book.calls.emplace_back();
  *known = joined(std::move(*known), e.call, e.part);
  for (const auto& target : e.targets)
    if (is_waiting(target) && !is_waiting_for(*known, target.target))
      known->waiting.push_back(target.target);
  if (book.calls.size() > calls_kept_max)
    book.calls.erase(book.calls.begin());
  for (std::size_t i = 0; i + transcripts_kept_max < book.calls.size(); ++i)
    if (book.calls[i].waiting.empty()) {
      book.calls[i].call.transcript = {};
      book.calls[i].call.summary = {};
    }
}

void evolve(CallBook& book, const events::ActionIntended& e) {
  if (e.action != Action::log_call || !e.call)
    return;
  auto* known = find_call(book, *e.call);
  if (!known)
    return;
  std::erase(known->waiting, e.target);
  auto* shown = shown_at(*known, e.target);
  if (!shown)
    shown = &known->shown.emplace_back(ShownCall{e.target, e.delivery});
  else if (e.repeats && contains(e.repeats->earlier, shown->delivery))
    shown->delivery = e.delivery; // the one that shows it now
  if (!e.call->disposition.empty())
    shown->disposition = e.call->disposition;
  for (auto& part : late_parts(*e.call))
    if (!contains(shown->parts, part))
      shown->parts.push_back(std::move(part));
}

Reason call_cared_for(const CallBook& book, const events::ActionIntended& failed) {
  const auto* known = failed.call ? find_call(book, *failed.call) : nullptr;
  if (!known)
    return Reason::none;
  if (is_waiting_for(*known, failed.target))
    return Reason::waits_for_record;
  const bool by_another =
      !failed.addition
      && std::any_of(known->shown.begin(), known->shown.end(), [&](const auto& shown) {
           return shown.system == failed.target && shown.delivery != failed.delivery;
         });
  return by_another ? Reason::already_shown : Reason::none;
}

void call_post_failed(CallBook& book, const DeliveryId& delivery) {
  for (auto& known : book.calls) {
    const auto at = std::find_if(known.shown.begin(), known.shown.end(),
                                 [&](const auto& shown) { return shown.delivery == delivery; });
    if (at == known.shown.end())
      continue;
    if (!is_waiting_for(known, at->system))
      known.waiting.push_back(at->system);
    known.shown.erase(at);
  }
}

} // namespace tidemark::domain
