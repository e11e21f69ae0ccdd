#include "base/contains.hpp"
#include "base/time_zones.hpp"
#include "domain/rules/normalise.hpp"
#include "events/format/reason.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/api/json.hpp"
#include "gateway/consent/compliance.hpp"
#include "gateway/consent/routes.hpp"
#include "gateway/consent/statements.hpp"
#include "projections/table/scan.hpp"
#include "storage/recorded_event.hpp"

// The question that the gate asks before each message, as far as consent and pacing go: an answer
// to look at, no permission to keep. Whatever is said a moment later counts when a message leaves.

namespace tidemark::gateway {
namespace {

using domain::Gate;

struct SendQuestion {
  Address address;
  events::Channel channel = events::Channel::sms;
  std::string sender;
};

Result<SendQuestion> send_question(const ApiContext& api) {
  auto address = read_address(api.param("address"), api.region());
  if (!address)
    return Error{"bad_address", "name a phone number in any usual form or an e-mail address, for "
                                "example address=%2B12025550142"};
  SendQuestion out{*std::move(address), {}, phone_key(api.param("sender"), api.region())};
  if (out.sender.empty())
    out.sender = api.param("sender");
  const auto all = domain::channels_of(out.address.kind);
  const auto named = api.param("channel");
  const auto channel = named.empty() ? all.front() : channel_named(named);
  if (!channel || !contains(all, *channel))
    return Error{"bad_channel", out.address.kind == events::Field::email
                                    ? "an e-mail address has the channel email only"
                                    : "channels of a phone number are sms, call and whatsapp"};
  out.channel = *channel;
  return out;
}

/// The address itself, and the mailbox that its spelling stands for (requirement C9).
std::vector<AddressHash> hashes_of(const ApiContext& api, const Address& one) {
  std::vector<AddressHash> out{api.hash_of(one)};
  if (one.kind == events::Field::email)
    if (const auto mailbox = domain::shared_mailbox(one.value); !mailbox.empty())
      out.push_back(api.hash_of({events::Field::email, mailbox}));
  return out;
}

/// Has it been decided what a possible opt-out means, and whom it closes?
Result<bool> is_decided(const ApiContext& api, Position input) {
  TRY(recorded, storage::recorded_event(api.ports.log, input));
  const auto* request = std::get_if<events::ConsentRequested>(&recorded.event);
  if (!request) {
    TRY(read, projections::readings(api.scan, api.tenant(), input));
    return read.decided;
  }
  bool decided = false;
  const auto hash = api.hash_of({request->kind, std::string(request->address.reveal())});
  TRYV(storage::read_under_tag(api.ports.log, api.tenant(), events::consent_tag(hash), input,
                               [&](const events::Recorded& said) {
                                 const auto* change =
                                     std::get_if<events::ConsentChanged>(&said.event);
                                 decided = decided || (change && change->input == input);
                               }));
  return decided;
}

/// The newest possible opt-out of the tenant while nobody knows yet whose it is, else 0.
Result<Position> undecided_opt_out(const ApiContext& api) {
  TRY(newest, api.ports.log.newest_tagged(api.tenant(), events::any_opt_out_tag()));
  if (newest == Position{})
    return newest;
  TRY(decided, is_decided(api, newest));
  return decided ? Position{} : newest;
}

struct Verdict {
  bool allowed = false;
  Reason reason = Reason::none; ///< none also while something is undecided
  Position because{};
  std::string held_by{}, until{}; ///< of the pacing (events/action.hpp: PacingRuling)
};

Result<Verdict> verdict_on(const ApiContext& api, const SendQuestion& question) {
  Verdict out;
  for (const auto& hash : hashes_of(api, question.address)) {
    TRY(state, consent_state(api, hash));
    const auto found = domain::suppression(state, question.channel, question.sender);
    if (found.gate == Gate::closed)
      return Verdict{false, Reason::opted_out, found.evidence};
    if (found.gate == Gate::in_review)
      out = {false, Reason::in_review, found.evidence};
  }
  if (out.reason != Reason::none)
    return out;
  TRY(undecided, undecided_opt_out(api));
  return Verdict{undecided == Position{}, Reason::none, undecided};
}

/// What the gate would know of a message that is no answer to the person.
events::ActionIntended message_to(const SendQuestion& question,
                                  const projections::ContactView& contact) {
  events::ActionIntended out;
  out.contact = contact.id;
  out.message.emplace();
  out.message->channel = question.channel;
  out.message->their_address = PiiText(question.address.value);
  for (const auto field : {events::Field::timezone, events::Field::address_state})
    if (const auto found = contact.fields.find(field); found != contact.fields.end())
      out.context.set(field, found->second.value);
  return out;
}

/// By what the person who has the address got before; of one whom nobody knows by the place alone.
Result<Verdict> held_by_pacing(const ApiContext& api, const SendQuestion& question) {
  const Verdict free{true, Reason::none, {}};
  const auto* rules = api.rules();
  // Calls are no messages of ours.
  if (!rules || !rules->conversation.limits.pacing || question.channel == events::Channel::call)
    return free;
  const auto& limits = rules->conversation.limits;
  TRY(holder, holder_now(api.ports.log, api.tenant(), api.hash_of(question.address), *rules));
  projections::ContactView person;
  domain::SendFacts facts;
  facts.now = api.now();
  if (holder) {
    TRY(found, projections::contact(api.scan, api.tenant(), *holder));
    if (found)
      person = *std::move(found);
    TRY(sent, sent_to(api, *holder));
    facts.answers = sent.answers();
    facts.before = sent.before(limits.pacing->per_week);
  }
  facts.where = domain::whereabouts(message_to(question, person), limits, facts.now, utc_offset);
  events::SendLimits holidays; // the hours are judged when it leaves
  holidays.pacing = limits.pacing;
  const auto* clock = domain::deciding_clock(facts, holidays, nullptr);
  const auto held = domain::held_by_pacing(facts, limits, clock ? clock->time : "");
  return held ? Verdict{false, held->reason, {}, held->by, held->until} : free;
}

std::string_view words_on(const Verdict& verdict) {
  if (verdict.reason != Reason::none)
    return explain_reason(verdict.reason).text;
  return verdict.allowed
             ? "nothing that was said closes it; quiet hours and daily numbers are judged when a "
               "message leaves"
             : "a possible opt-out is being decided, and nobody knows yet whose it is: ask again "
               "in a moment";
}

constexpr Schema may_send_schema{
    "may_send",
    {{text("address"), text("channel"), boolean("allowed"), nullable(text("reason_code")),
      text("text"), nullable(integer("because_of")), nullable(text("held_by")),
      nullable(text("until")), integer("as_of")}}};

Result<Json> may_send(const ApiContext& api) {
  TRY(question, send_question(api));
  const auto as_of = api.ports.log.durable();
  TRY(verdict, verdict_on(api, question));
  if (verdict.allowed) {
    TRY(paced, held_by_pacing(api, question));
    verdict = std::move(paced);
  }
  return Json{
      {"address", api.shown(events::name_of(question.address.kind), question.address.value)},
      {"channel", name_of_enum(question.channel)},
      {"allowed", verdict.allowed},
      {"reason_code", verdict.reason == Reason::none ? Json() : Json(verdict.reason)},
      {"text", words_on(verdict)},
      {"because_of", or_null(verdict.because)},
      {"held_by", or_null(verdict.held_by)},
      {"until", or_null(verdict.until)},
      {"as_of", as_of.value}};
}

constexpr Route may_send_rows[] = {{"may_send", "GET", "/api/v1/may-send", Right::read, may_send,
                                    &may_send_schema, "address channel sender"}};

} // namespace

constinit const Routes may_send_routes = may_send_rows;

} // namespace tidemark::gateway
