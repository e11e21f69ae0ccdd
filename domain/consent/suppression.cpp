#include "domain/consent/suppression.hpp"

#include "base/contains.hpp"
#include "events/all.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

/// How long a tag of ours may stand after an opt-in, until it is taken away and that is heard.
constexpr std::chrono::hours own_tag_time{1};
/// So long a YES is taken for the answer to a question.
constexpr std::chrono::hours answers_within{24};

using events::Channel;
using events::ConsentChange;
using events::ConsentChanged;
using events::Evidence;

bool overlap(const std::vector<Channel>& a, const std::vector<Channel>& b) {
  return std::any_of(a.begin(), a.end(), [&](Channel channel) { return contains(b, channel); });
}

/// Is what was closed there taken away there? A refusal tells of a mark on the record that was
/// missed, so the flag that is taken off takes it away too.
bool same_mark(const Revocation& r, const ConsentChanged& in) {
  return in.source == r.source && in.record == r.record
         && (in.evidence == r.evidence
             || (in.evidence == Evidence::flag && r.evidence == Evidence::vendor_refusal));
}

/// Is it about a sender that the opt-in does not name? Such a one closes nothing that it opens.
bool is_anothers(const Revocation& r, const ConsentChanged& in) {
  return !in.sender.empty() && !r.sender.empty() && r.sender != in.sender;
}

/// None when the revocation is lifted, else why it stands.
Reason why_not_lifted(const Revocation& r, const ConsentChanged& in) {
  if (in.alias_of && r.alias_of != in.alias_of)
    return Reason::said_about_another_address;
  if (!in.sender.empty() && r.sender != in.sender)
    return Reason::wider_opt_out_stands;
  const auto mine = strength(in.evidence), theirs = strength(r.evidence);
  if (mine < theirs || (mine == 1 && !same_mark(r, in)))
    return Reason::stronger_evidence_stands;
  // Opt-outs are decided before everything else, so this may have come in earlier.
  if (r.repeated > in.input)
    return Reason::older_than_opt_out;
  if (mine == 1) // a mark was taken away where it stood; told late, it was set again since
    return !in.stated_at.empty() && !r.stated_at.empty()
                   && effective_time(in.stated_at, in.received_at)
                          <= effective_time(r.stated_at, r.received_at)
               ? Reason::older_than_opt_out
               : Reason::none;
  if (in.evidence == Evidence::message_text && in.stated_at.empty())
    return Reason::time_unknown;
  // Later by the provider's time and by receipt (requirement E6.7).
  return effective_time(in.stated_at, in.received_at) > effective_time(r.stated_at, r.received_at)
             ? Reason::none
             : Reason::older_than_opt_out;
}

/// An opt-in that was said after the doubtful words says what they meant.
bool answers(const ConsentChanged& e, const OpenReview& review) {
  if (e.evidence == Evidence::message_text && e.stated_at.empty())
    return false; // it may be from before
  return overlap(review.channels, e.channels) && e.input > review.position
         && effective_time(e.stated_at, e.received_at)
                > effective_time(review.stated_at, review.received_at);
}

bool lifts(const ConsentChanged& e, const Revocation& r) {
  return e.reason_code != Reason::stale && contains(e.channels, r.channel)
         && why_not_lifted(r, e) == Reason::none;
}

ConsentChanged event_of(const ConsentSignal& sign, ConsentChanged subject, ConsentChange change,
                        std::vector<Channel> channels, Reason reason) {
  subject.change = change;
  subject.channels = std::move(channels);
  subject.sender = sign.sender;
  subject.reason_code = reason;
  subject.evidence = sign.evidence;
  subject.rule = sign.rule;
  subject.stated_at = sign.stated_at;
  return subject;
}

/// A mark that stands already, told once more with everything that is heard of the record, or one
/// of ours. One of ours is late where the channel was opened since; one that nothing stands behind
/// is believed: the log may know less than its writer.
bool is_known(const ConsentState& state, const ConsentSignal& sign, const ConsentChanged& subject,
              Channel channel) {
  if (sign.may_be_known() && may_be_from_before_opening(state, sign, channel, subject.received_at))
    return true;
  return (strength(sign.evidence) == 1 || sign.decided_before)
         && std::any_of(state.active.begin(), state.active.end(), [&](const Revocation& r) {
              return r.channel == channel
                     && (sign.may_be_known()
                         || (r.sender == sign.sender && r.source == subject.source
                             && r.evidence == sign.evidence && r.record == subject.record));
            });
}

std::vector<ConsentChanged> revoke(const ConsentState& state, const ConsentSignal& sign,
                                   const ConsentChanged& subject) {
  std::vector<Channel> channels;
  for (const auto channel : sign.channels)
    if (!is_known(state, sign, subject, channel))
      channels.push_back(channel);
  if (channels.empty())
    return {};
  return {event_of(sign, subject, ConsentChange::revoked, std::move(channels), {})};
}

std::vector<ConsentChanged> grant(const ConsentState& state, const ConsentSignal& sign,
                                  const ConsentChanged& subject) {
  if (sign.stale)
    return {event_of(sign, subject, ConsentChange::ignored, sign.channels, Reason::stale)};
  const auto in = event_of(sign, subject, ConsentChange::granted, sign.channels, Reason::none);
  std::vector<Channel> opened, closed;
  auto reason = Reason::none;
  for (const auto channel : sign.channels) {
    bool any = false;
    auto why = Reason::none;
    for (const auto& r : state.active)
      if (r.channel == channel && !is_anothers(r, in)) {
        any = true;
        if (const auto stands = why_not_lifted(r, in); why == Reason::none)
          why = stands;
      }
    if (why != Reason::none) {
      closed.push_back(channel);
      reason = why;
    } else if (any || (strength(sign.evidence) == 2 && !subject.alias_of)) {
      opened.push_back(channel);
    }
  }
  std::vector<ConsentChanged> out;
  if (!opened.empty())
    out.push_back(event_of(sign, subject, ConsentChange::granted, std::move(opened), {}));
  if (!closed.empty() && !subject.alias_of)
    out.push_back(event_of(sign, subject, ConsentChange::ignored, std::move(closed), reason));
  return out;
}

/// The same said again is later evidence for what has stood since it was first said.
void record_revocation(ConsentState& state, Revocation revocation) {
  const auto same = std::find_if(state.active.begin(), state.active.end(), [&](const auto& r) {
    return r.channel == revocation.channel && r.sender == revocation.sender
           && r.evidence == revocation.evidence && r.source == revocation.source
           && r.record == revocation.record && r.alias_of == revocation.alias_of;
  });
  if (same == state.active.end()) {
    state.active.push_back(std::move(revocation));
    return;
  }
  same->stated_at = std::max(same->stated_at, revocation.stated_at);
  same->received_at = revocation.received_at;
  same->repeated = std::max(same->repeated, revocation.repeated);
}

void reopen(ConsentState& state, const ConsentChanged& e) {
  const auto said = effective_time(e.stated_at, e.received_at);
  for (const auto channel : e.channels) {
    const auto before = std::find_if(state.opened.begin(), state.opened.end(),
                                     [&](const auto& o) { return o.channel == channel; });
    if (before == state.opened.end())
      state.opened.push_back({channel, said});
    else
      before->said = std::max(before->said, said);
  }
}

/// Nothing to decide where the channels are closed anyway. Words that name no number may be the
/// same once more, told by a system that shows them: one review is enough.
std::vector<ConsentChanged> review(const ConsentState& state, const ConsentSignal& sign,
                                   const ConsentChanged& subject) {
  std::vector<Channel> channels;
  for (const auto channel : sign.channels)
    if (const auto now = suppression(state, channel, sign.sender).gate;
        now == Gate::open || (now == Gate::in_review && !sign.address.reveal().empty()))
      channels.push_back(channel);
  if (channels.empty() || subject.alias_of)
    return {};
  const auto reason =
      sign.evidence == Evidence::imported ? Reason::older_than_opt_in : Reason::maybe_opt_out;
  return {event_of(sign, subject, ConsentChange::review, std::move(channels), reason)};
}

bool is_open_for_all(const ConsentState& state, Channel channel) {
  return suppression(state, channel, "").gate == Gate::open;
}

std::vector<ConsentChanged> ask(const ConsentState& state, const ConsentSignal& sign,
                                const ConsentChanged& subject) {
  if (!std::ranges::all_of(sign.channels,
                           [&](Channel channel) { return is_open_for_all(state, channel); }))
    return {};
  return {event_of(sign, subject, ConsentChange::asked, sign.channels, {})};
}

/// Of channels that nobody closed: there is nothing that a YES could lift.
std::vector<ConsentChanged> answer(const ConsentState& state, const ConsentSignal& sign,
                                   const ConsentChanged& subject) {
  if (sign.stale || subject.alias_of)
    return {};
  const auto said = effective_time(sign.stated_at, subject.received_at);
  std::vector<ConsentChanged> out;
  for (const auto& question : state.questions) {
    if (said < question.asked || said > question.asked + answers_within)
      continue;
    std::vector<Channel> channels;
    for (const auto channel : question.channels)
      if (contains(sign.channels, channel) && is_open_for_all(state, channel))
        channels.push_back(channel);
    if (channels.empty())
      continue;
    out.push_back(event_of(sign, subject, ConsentChange::granted, std::move(channels), {}));
    out.back().request = question.position;
    break;
  }
  return out;
}

/// What is too old to be answered goes.
void note_question(ConsentState& state, Question question) {
  std::erase_if(state.questions,
                [&](const Question& q) { return q.asked + answers_within < question.asked; });
  state.questions.push_back(std::move(question));
}

/// Takes the question away that `e` answers. False: it answers none.
bool answers_question(ConsentState& state, const ConsentChanged& e) {
  return e.change == ConsentChange::granted && e.request != Position{}
         && std::erase_if(state.questions, [&](const Question& q) {
              return q.position == e.request;
            }) > 0;
}

} // namespace

Timestamp effective_time(const std::string& stated_at, Timestamp received_at) {
  const auto said = from_rfc3339(stated_at).value_or(received_at);
  return said > received_at + std::chrono::hours{1} ? received_at : said;
}

bool may_be_from_before_opening(const ConsentState& state, const ConsentSignal& mark,
                                Channel channel, Timestamp received_at) {
  const auto told = effective_time(mark.stated_at, received_at);
  return std::any_of(state.opened.begin(), state.opened.end(), [&](const Opening& opening) {
    return opening.channel == channel
           && (mark.decided_before
                   ? told < opening.said
                   : mark.evidence != Evidence::tag || told < opening.said + own_tag_time);
  });
}

int strength(Evidence evidence) {
  switch (evidence) {
  case Evidence::flag:
  case Evidence::tag:
  case Evidence::vendor_refusal:
    return 1;
  default:
    return 2;
  }
}

std::vector<Channel> channels_of(events::Field kind) {
  if (kind == events::Field::email)
    return {Channel::email};
  return {Channel::sms, Channel::call, Channel::whatsapp};
}

Suppression suppression(const ConsentState& state, Channel channel, std::string_view sender) {
  for (const auto& r : state.active)
    if (r.channel == channel && (r.sender.empty() || sender.empty() || r.sender == sender))
      return {Gate::closed, r.position};
  for (const auto& review : state.reviews)
    if (contains(review.channels, channel))
      return {Gate::in_review, review.position};
  return {};
}

Suppression any_suppression(const ConsentState& state) {
  if (!state.active.empty())
    return {Gate::closed, state.active.front().position};
  if (!state.reviews.empty())
    return {Gate::in_review, state.reviews.front().position};
  return {};
}

void evolve(ConsentState& state, const ConsentChanged& e) {
  std::erase_if(state.reviews, [&](const OpenReview& review) {
    return e.request.value != 0 && review.position == e.request;
  });
  if (answers_question(state, e))
    return;
  switch (e.change) {
  case ConsentChange::revoked:
    for (const auto channel : e.channels)
      record_revocation(state, {.channel = channel,
                                .sender = e.sender,
                                .evidence = e.evidence,
                                .source = e.source,
                                .stated_at = e.stated_at,
                                .received_at = e.received_at,
                                .alias_of = e.alias_of,
                                .position = e.input,
                                .repeated = e.input,
                                .record = e.record});
    std::erase_if(state.opened, [&](const Opening& o) { return contains(e.channels, o.channel); });
    std::erase_if(state.questions,
                  [&](const Question& q) { return overlap(q.channels, e.channels); });
    break;
  case ConsentChange::granted:
  case ConsentChange::ignored: // what it could lift is lifted, though something stronger stands
    std::erase_if(state.active, [&](const Revocation& r) { return lifts(e, r); });
    if (e.change == ConsentChange::granted) {
      std::erase_if(state.reviews, [&](const OpenReview& review) { return answers(e, review); });
      reopen(state, e);
    }
    break;
  case ConsentChange::review:
    state.reviews.push_back({e.input, e.channels, e.stated_at, e.received_at});
    break;
  case ConsentChange::asked:
    note_question(state, {e.input, e.channels, effective_time(e.stated_at, e.received_at)});
    break;
  case ConsentChange::cleared:
    break;
  }
}

void evolve(ConsentState& state, const AddressHash& address, const events::Event& event,
            Position until) {
  const auto* change = std::get_if<ConsentChanged>(&event);
  if (change && change->address_hash == address && (until.value == 0 || change->input < until))
    evolve(state, *change);
}

std::vector<ConsentChanged> decide_consent(const ConsentState& state, const ConsentSignal& sign,
                                           const ConsentChanged& subject) {
  switch (sign.change) {
  case ConsentChange::revoked:
    return revoke(state, sign, subject);
  case ConsentChange::granted:
    return sign.only_if_asked ? answer(state, sign, subject) : grant(state, sign, subject);
  case ConsentChange::review:
    return review(state, sign, subject);
  case ConsentChange::cleared:
    return {event_of(sign, subject, ConsentChange::cleared, sign.channels, {})};
  case ConsentChange::asked:
    return ask(state, sign, subject);
  case ConsentChange::ignored:
    break;
  }
  return {};
}

} // namespace tidemark::domain
