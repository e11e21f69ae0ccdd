#pragma once
#include "domain/intake/decision_parts.hpp"
#include "domain/interpret.hpp"
#include "domain/rules/rules_version.hpp"
#include "events/format/stream_name.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/replay/decisions.hpp"
#include "replay-tools/what_if/differences.hpp"
#include "replay-tools/what_if/other_history.hpp"

#include <map>

/// Small logs whose decisions are made here, by the same pure code as the engine's.
namespace tidemark::sample {

/// Two generic systems that keep the same people.
inline events::ConfigApplied two_systems() {
  events::ConfigApplied out;
  out.source_of_truth = "merge";
  out.precedence = {ConnectorName("crm"), ConnectorName("shop")};
  out.rules = domain::rules_version;
  for (const auto& name : out.precedence)
    out.connectors.push_back({name,
                              "generic",
                              true,
                              {{"send_url", "https://" + name.value + ".example.com/hook"}},
                              {"webhook_secret", "send_secret"}});
  return out;
}

class SmallLog {
public:
  explicit SmallLog(events::ConfigApplied configuration) {
    events::EngineStarted started;
    started.incarnation = "00";
    record({{std::move(started), {}}}, events::engine_stream(), about(events::Decider::none, {}));
    configure(std::move(configuration));
  }

  void configure(events::ConfigApplied configuration) {
    record({{std::move(configuration), {}}}, events::engine_stream(),
           about(events::Decider::none, {}));
  }

  /// A system tells how its record is. Decided at once; nothing leaves before `deliver`.
  void tell(const std::string& system, const std::string& id,
            const std::map<std::string, std::string>& values) {
    std::string body = R"({"type":"contact.updated","data":{"id":")" + id + '"';
    for (const auto& [name, value] : values)
      body += ",\"" + name + "\":\"" + value + '"';
    events::WebhookReceived webhook;
    webhook.connector = ConnectorName(system);
    record({{std::move(webhook), {}}}, StreamName("inbound/" + system),
           about(events::Decider::none, {}), body + "}}");
    interpret(at_);
  }

  /// Sends all that is pending; every system takes it, and names its record.
  void deliver() {
    for (bool more = true; more;) {
      more = false;
      const auto contacts = contacts_;
      for (const auto& contact : contacts)
        for (const auto& target : state_.pending_targets(contact))
          more = attempt({target, contact}) || more;
    }
  }

  /// What would differ.
  tools::Differences ask(const tools::Alternative& alternative, bool compare = true) {
    tools::OtherHistory other(alternative, hasher_, "00");
    for (auto append : appends_) // what is fed may be taken away
      other.feed(append, compare);
    tools::Differences out;
    for (auto& [tenant, history] : other.tenants()) {
      tools::add_differences(out, tenant, history);
      looked = history.looked();
    }
    return out;
  }
  /// Whose record at `crm` it is.
  const domain::Contact& contact(const std::string& at_crm) {
    static const domain::Contact nobody;
    for (const auto& id : contacts_)
      for (const auto& record : state_.contact(id).records)
        if (record.connector.value == "crm" && record.remote_id.value == at_crm)
          return state_.contact(id);
    return nobody;
  }
  /// The same person's record at another system.
  std::string record_in(const std::string& system, const std::string& at_crm) {
    for (const auto& record : contact(at_crm).records)
      if (record.connector.value == system)
        return record.remote_id.value;
    return "none";
  }

  const TenantId tenant{"acme"};
  tools::Looked looked;

private:
  events::Envelope about(events::Decider decider, Position cause, std::uint32_t index = 0) const {
    events::Envelope out;
    out.tenant = tenant;
    out.decider = decider;
    out.cause = cause;
    out.command_index = index;
    out.rules = decider == events::Decider::none ? 0 : domain::rules_version;
    return out;
  }

  void record(std::vector<domain::TaggedEvent> decision, const StreamName& stream,
              events::Envelope envelope, const std::string& attachment = {}) {
    std::vector<tools::ReplayEvent> append;
    now_ += std::chrono::seconds{1};
    for (auto& [event, tags] : decision) {
      ++at_.value;
      envelope.position = at_;
      envelope.recorded_at = now_;
      envelope.stream = stream;
      envelope.type = std::string(events::type_of(event));
      envelope.tags = tags;
      const bool is_input = envelope.decider == events::Decider::none;
      envelope.correlation = is_input ? at_ : correlations_[envelope.cause];
      correlations_[at_] = envelope.correlation;
      append.push_back({{envelope, std::move(event)}, attachment});
    }
    appends_.push_back(append);
    const auto subject = tools::subject_of(stream);
    if (!subject.contact.value.empty())
      contacts_.insert(subject.contact);
    for (auto& [recorded, bytes] : append)
      state_.fold(recorded, bytes, subject);
  }

  void interpret(Position cause) {
    const auto envelope = about(events::Decider::interpreter, cause);
    auto decision = tools::interpreted_again(envelope, state_, {hasher_, "00"}).value();
    std::vector<events::AssignedCommand> commands;
    if (const auto* interpreted = domain::interpreted_in(decision))
      commands = interpreted->commands;
    record(std::move(decision), events::identity_stream(), envelope);
    for (const auto& command : commands) {
      const auto to = about(events::Decider::contact, cause, command.index);
      auto events = tools::decided_again(to, command.contact, state_, {hasher_, "00"}).value();
      record(plain(std::move(events)), events::contact_stream(command.contact), to);
      state_.decided(cause);
    }
  }

  static std::vector<domain::TaggedEvent> plain(std::vector<events::Event> events) {
    std::vector<domain::TaggedEvent> out;
    for (auto& event : events)
      out.push_back({std::move(event), {}});
    return out;
  }

  bool attempt(const tools::LaneKey& key) {
    const auto* lane = state_.lane_if_any(key);
    const auto next = lane ? domain::next_delivery(lane->lane) : std::nullopt;
    if (!next)
      return false;
    const auto& configured = *state_.configured(key.first);
    const domain::AttemptContext context{tenant, hasher_, state_.rules(), "00"};
    const auto& pending = lane->lane.pending[next->index];
    const auto stream = events::delivery_stream(key.first, key.second);
    auto to = about(events::Decider::delivery, pending.last_event);
    const tools::RecordedAttempt facts(state_, *lane, pending, configured, {}, {at_, now_});
    auto begun = domain::begin_attempt(lane->lane, *next, facts, context);
    auto& events = std::get<std::vector<events::Event>>(begun);
    const bool is_out = std::holds_alternative<events::DeliveryDispatched>(events.back());
    record(plain(std::move(events)), stream, to);
    if (!is_out)
      return true;
    events::DeliveryLookedUp answered;
    answered.facts.answer.http_status = 200;
    answered.facts.answer.content_type = "application/json";
    const auto& out = state_.lane(key).lane.pending.front();
    const auto known = out.intent.remote_id.value;
    const auto body = R"({"id":")" + (known.empty() ? "of-" + key.second.value : known) + "\"}";
    answered.facts.answer.body_bytes = body.size();
    to.cause = at_;
    auto conclusion = tools::concluded_again(state_, state_.lane(key), out, configured,
                                             {{{}, answered}, body}, context);
    record(plain(std::move(conclusion)), stream, to, body);
    if (state_.teaching(at_))
      interpret(at_);
    return true;
  }

  KeyedHasher hasher_{SecretText(std::string(32, 'k'))};
  tools::ReplayState state_;
  std::vector<std::vector<tools::ReplayEvent>> appends_;
  std::map<Position, Position> correlations_;
  std::set<ContactId> contacts_;
  Position at_;
  Timestamp now_ = from_rfc3339("2026-09-01T12:00:00Z").value();
};

} // namespace tidemark::sample
