#include "projections/consent/opt_out_json.hpp"

#include "events/format/reason.hpp"
#include "projections/consent/hearing.hpp"
#include "projections/consent/opt_out_deadlines.hpp"
#include "projections/consent/opt_outs.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::projections {
namespace {

using Json = nlohmann::ordered_json;

Json position_or_null(Position position) {
  return position == Position{} ? Json() : Json(position.value);
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

/// Nobody opted out before a system was told; a clock that stood makes no negative time.
double seconds_between(Timestamp from, Timestamp to) {
  const auto micros = std::max<std::int64_t>(0, (to - from).count());
  return static_cast<double>(micros / 1000) / 1000.0;
}

Json channel_json(const ChannelView& channel) {
  Json out{{"state", channel.state},
           {"since", channel.since ? Json(to_rfc3339(*channel.since)) : Json()},
           {"position", position_or_null(channel.position)},
           {"in_review", channel.in_review}};
  if (channel.state == "opted_out")
    out["senders"] = channel.senders;
  return out;
}

/// Words as auditors read them: `message text`, `vendor event`.
std::string evidence_words(events::Evidence evidence) {
  std::string words(name_of_enum(evidence));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

/// What the state of a system that hears by forwarding means.
std::string hearing_text(const PropagationView& told) {
  if (told.state == hearing::awaiting_webhook)
    return told.written_at == Timestamp{}
               ? "The mark is to be written in " + told.via.value
                     + "; the webhook about it goes on to this system."
               : "The mark stands in " + told.via.value
                     + "; its webhook about that has not come, and goes on to this system when it "
                       "does.";
  if (told.state == hearing::requested)
    return "The webhook of " + told.via.value + " with the mark came, and is to go on.";
  if (told.state == hearing::forwarded)
    return "The system received the webhook of " + told.via.value
           + " with the mark. What it made of it, it does not tell.";
  if (told.state == hearing::done_by_hand)
    return "Somebody says to have set do-not-contact there by hand.";
  if (told.reason_code != Reason::none)
    return "The webhook with the mark did not get there. "
           + std::string(explain_reason(told.reason_code).text);
  return told.via.value.empty()
             ? "No webhook about a mark goes on to this system: it is configured to "
               "receive nothing, or the person has no record that would be "
               "marked where its webhooks come from."
             : "The mark could not be written in " + told.via.value
                   + ", so no webhook about it goes on.";
}

Json hearing_json(const PropagationView& told) {
  const bool by_hand = told.state == hearing::to_be_done_by_hand;
  return {{"text", hearing_text(told)},
          {"next_step", by_hand ? Json("Set do-not-contact for the person there by hand, then say "
                                       "so: tidemark opt-outs done ADDRESS --connector "
                                       + told.target.value + " --reason WHY.")
                                : Json()}};
}

/// Does the system itself keep the channels closed, by what it said? Null where it has said
/// nothing, or where nothing needs keeping any more.
Json marked_json(const PropagationView& told) {
  if (told.confirmed == Position{} || told.action != "opt_out" || told.lifted != Position{})
    return {};
  if (!left_the_mark_to_people(told.state, told.reason_code))
    return true;
  return told.by_hand ? Json(false) : told.mark == Position{} ? Json() : Json(true);
}

} // namespace

Json statement_json(const StatementView& statement, std::string_view found_by) {
  const auto& e = statement.change;
  Json channels = Json::array();
  for (const auto channel : e.channels)
    channels.push_back(name_of_enum(channel));
  Json channel = channels.size() == 1 ? channels[0] : Json();
  if (channels.size() > 1) {
    std::string all;
    for (const auto& name : channels)
      all += (all.empty() ? "" : ", ") + name.get<std::string>();
    channel = all;
  }
  const auto received = to_rfc3339(e.received_at);
  return {{"position", e.input.value},
          {"decided", statement.decided.value},
          {"at", e.stated_at.empty() ? received : e.stated_at},
          {"received_at", received},
          {"change", name_of_enum(e.change)},
          {"channel", std::move(channel)},
          {"channels", std::move(channels)},
          {"sender", e.sender},
          {"source", e.source.value},
          {"found_by", text_or_null(found_by)},
          {"evidence", evidence_words(e.evidence)},
          {"rule", e.rule},
          {"by", said_by(e)},
          {"reason", text_or_null(statement.reason)},
          {"reason_code", text_or_null(name_of(e.reason_code))},
          {"text", text_or_null(explain_reason(e.reason_code).text)},
          {"alias_of", e.alias_of ? Json(to_hex(*e.alias_of)) : Json()},
          {"review", position_or_null(e.request)}};
}

constexpr std::string_view held_text = "Somebody paused the connector, opt-outs too: it waits.";
constexpr std::string_view stopped_text = "Somebody stopped all sending, opt-outs too: it waits.";

/// Where it may be let go, when a person holds it back; "" when nobody does.
std::string resumed_by(const PropagationView& told) {
  if (told.reason_code != Reason::none || (!told.stopped && !told.held))
    return {};
  return "When it may go on: POST /api/v1/"
         + (told.stopped ? "resume-all." : "connectors/" + told.target.value + "/resume.");
}

Json told_json(const PropagationView& told) {
  const bool confirmed = told.confirmed != Position{};
  const bool arrived = confirmed || told.forwarded != Position{};
  const auto& reason =
      explain_reason(told.by_hand ? Reason::lists_left_mark_not_writable : told.reason_code);
  const auto resumed = resumed_by(told);
  const bool held = !resumed.empty();
  const bool mended =
      told.overtaken || (!told.by_hand && left_the_mark_to_people(told.state, told.reason_code));
  Json out{
      {"target", told.target.value},
      {"contact", told.contact.value},
      {"action", told.action},
      {"channels", told.channels},
      {"delivery", text_or_null(told.delivery.value)},
      {"via", text_or_null(told.via.value)},
      {"because", position_or_null(told.because)},
      {"intended", told.intended.value},
      {"requested", position_or_null(told.requested)},
      {"confirmed", position_or_null(told.confirmed)},
      {"forwarded", position_or_null(told.forwarded)},
      {"done_by_hand", position_or_null(told.done_by_hand)},
      {"seconds", arrived ? Json(seconds_between(told.since,
                                                 confirmed ? told.confirmed_at : told.forwarded_at))
                          : Json()},
      {"read_back", told.read_back},
      {"marked", marked_json(told)},
      {"mark_seen", position_or_null(told.mark)},
      {"lifted", position_or_null(told.lifted)},
      {"state", told.state},
      {"reason_code", text_or_null(name_of(told.reason_code))},
      {"text", held ? Json(told.stopped ? stopped_text : held_text) : text_or_null(reason.text)},
      {"next_step", held     ? Json(resumed)
                    : mended ? Json()
                             : text_or_null(reason.next_step)},
      {"failures", told.failures}};
  if (told.hears)
    out.update(hearing_json(told));
  return out;
}

Json violation_json(const SendViolation& violation) {
  return {{"position", violation.position.value},
          {"at", to_rfc3339(violation.at)},
          {"delivery", text_or_null(violation.delivery.value)},
          {"connector", violation.connector.value},
          {"channel", name_of_enum(violation.channel)},
          {"decided_on", position_or_null(violation.decided_on)},
          {"opt_out", violation.opt_out.value},
          {"call", text_or_null(violation.call)},
          {"agent", text_or_null(violation.agent)}};
}

Json allowed_call_json(const AllowedCall& allowed) {
  const auto& call = allowed.call;
  return {{"position", call.position.value},
          {"at", to_rfc3339(call.at)},
          {"connector", call.connector.value},
          {"opt_out", call.opt_out.value},
          {"call", text_or_null(call.call)},
          {"agent", text_or_null(call.agent)},
          {"allowance", allowed.allowance.value},
          {"reason", allowed.reason},
          {"by", allowed.by}};
}

Json opt_out_json(const AddressView& address, std::string_view shown, Timestamp now) {
  Json channels = Json::object();
  for (const auto channel : channels_of(address))
    channels[std::string(name_of_enum(channel))] = channel_json(channel_of(address, channel));
  Json out{{"address", text_or_null(shown)},  {"address_hash", address.hash},
           {"channels", std::move(channels)}, {"propagation", Json::array()},
           {"not_propagated", Json::array()}, {"reviews", Json::array()},
           {"violations", Json::array()},     {"allowed_calls", Json::array()},
           {"deadlines", Json::array()}};
  for (const auto& told : address.propagation)
    out["propagation"].push_back(told_json(told));
  for (const auto& untold : address.untold)
    out["not_propagated"].push_back({{"target", untold.target.value},
                                     {"contact", untold.contact.value},
                                     {"outcome", untold.outcome},
                                     {"reason_code", text_or_null(name_of(untold.reason_code))},
                                     {"text", explain_reason(untold.reason_code).text},
                                     {"position", untold.position.value}});
  for (const auto& review : address.state.reviews)
    out["reviews"].push_back(review.position.value);
  for (const auto& violation : address.violations)
    out["violations"].push_back(violation_json(violation));
  for (const auto& allowed : address.allowed_calls)
    out["allowed_calls"].push_back(allowed_call_json(allowed));
  for (const auto& deadline : deadlines_of(address, now))
    out["deadlines"].push_back({{"rule", deadline.rule},
                                {"opt_out", deadline.opt_out.value},
                                {"due", to_rfc3339(deadline.due)},
                                {"met", deadline.state != "open" && deadline.state != "missed"},
                                {"state", deadline.state}});
  return out;
}

} // namespace tidemark::projections
