#include "projections/consent/opt_out_view.hpp"

#include "projections/consent/calls_placed.hpp"
#include "projections/consent/hearing.hpp"
#include "projections/consent/opt_out_rows.hpp"
#include "projections/consent/opt_outs.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"

#include <algorithm>
#include <set>

namespace tidemark::projections {
namespace {

using events::Channel;

/// A message to the address: ours, by its delivery, or one that another system tells of.
struct Message {
  DeliveryId delivery;
  ConnectorName connector;
  Channel channel = Channel::sms;
  std::string sender;
  std::string message_id;
  std::string stated_at;
  Timestamp told_at; ///< when the log had it
  Position position;
};

/// Puts the rows of one address together, then those of its contacts and deliveries.
class Assembly {
public:
  Assembly(const Scan& scan, const TenantId& tenant, std::string_view hash)
      : scan_(scan), tenant_(tenant) {
    view_.hash = hash;
  }

  Result<AddressView> make() {
    TRYV(read_address());
    view_.state = state_when([](const StatementView&) { return true; });
    TRYV(mark_under_way(scan_, tenant_, absorbed_, view_.history));
    TRYV(read_contacts());
    TRYV(judge_messages());
    judge_calls();
    std::sort(view_.violations.begin(), view_.violations.end(),
              [](const auto& a, const auto& b) { return a.position < b.position; });
    return std::move(view_);
  }

private:
  Status read_address();
  void take_applied(json::Value row);
  Status read_contacts();
  Status add_told(json::Value row);
  std::vector<Channel> channels_here(const PropagationView& told) const;
  void look_for_lifting(PropagationView& told) const;
  void look_for_mark(PropagationView& told) const;
  Result<bool> is_told_of_it(const PropagationView& told, const DeliveryRows& rows) const;
  Status judge_messages();
  Status judge_ours(const Message& message);
  void judge_seen(const Message& message);
  void judge_calls();
  domain::ConsentState state_when(const std::function<bool(const StatementView&)>& counts) const;

  const Scan& scan_;
  const TenantId& tenant_;
  AddressView view_;
  std::set<std::string> contacts_;
  std::vector<AbsorbedContact> absorbed_;
  std::vector<Message> ours_;
  std::vector<Message> seen_;
  CallsPlaced calls_;
};

Message message_of(json::Value row) {
  Message out;
  out.delivery = DeliveryId(text_of(row, "delivery"));
  out.connector = ConnectorName(text_of(row, out.delivery.value.empty() ? "source" : "target"));
  out.channel = enum_of(text_of(row, "channel"), Channel::sms);
  out.sender = text_of(row, "sender");
  out.message_id = text_of(row, "message_id");
  out.stated_at = text_of(row, "stated_at");
  out.told_at = time_of(row, "at");
  out.position = out.delivery.value.empty() ? Position{number_of(row, "input")} : position_of(row);
  return out;
}

Status Assembly::read_address() {
  std::map<Position, std::string> reasons;
  const auto take = [&](const std::vector<std::string_view>& parts, json::Value row) {
    const auto kind = parts.size() > 2 ? parts[2] : std::string_view{};
    if (kind == "stated") {
      auto statement = statement_of(row, view_.hash);
      if (!statement)
        return false;
      view_.history.push_back(*std::move(statement));
    } else if (kind == "asked")
      reasons[position_of(row)] = text_of(row, "reason");
    else if (kind == "held")
      contacts_.insert(text_of(row, "contact"));
    else if (kind == "applied")
      take_applied(row);
    else if (kind == "message")
      ours_.push_back(message_of(row));
    else if (kind == "seen")
      seen_.push_back(message_of(row));
    else if (kind == "called")
      calls_.add_part(row);
    else if (kind == "allowed")
      calls_.add_allowance(row);
    return true;
  };
  TRYV(each_opt_out_row(scan_, row_key(tenant_, {"address", view_.hash}), take));
  for (auto& statement : view_.history) {
    if (const auto found = reasons.find(statement.change.input); found != reasons.end())
      statement.reason = found->second;
    view_.kind = statement.change.kind;
    if (std::find(view_.kinds.begin(), view_.kinds.end(), view_.kind) == view_.kinds.end())
      view_.kinds.push_back(view_.kind);
    if (!statement.change.address.reveal().empty())
      view_.address = statement.change.address.reveal();
  }
  return Done{};
}

void Assembly::take_applied(json::Value row) {
  const ContactId contact(text_of(row, "contact"));
  contacts_.insert(contact.value);
  absorbed_.push_back(absorbed_by(row));
  for (const auto& target : row["targets"].items()) {
    const ConnectorName name(text_of(target, "target"));
    std::erase_if(view_.untold, [&](const auto& known) {
      return known.target == name && known.contact == contact;
    });
    if (text_of(target, "delivery").empty())
      view_.untold.push_back(
          {name, contact, text_of(target, "outcome"), reason_of(target), position_of(row)});
  }
}

Status Assembly::read_contacts() {
  for (const auto& contact : contacts_) {
    Status inner = Done{};
    const auto status =
        each_opt_out_row(scan_, row_key(tenant_, {"contact", contact, "propagated"}),
                         [&](const auto&, json::Value row) {
                           if (inner)
                             inner = add_told(row);
                         });
    if (!status || !inner)
      return status ? inner : status;
  }
  std::sort(view_.propagation.begin(), view_.propagation.end(),
            [](const auto& a, const auto& b) { return a.intended < b.intended; });
  return add_hearers(scan_, tenant_, contacts_, view_);
}

/// Was the contact told because of this address? By what was said about it, by taking that in, or,
/// as for a record that turned up later, because it had the address then. Another person's news
/// that a merge once brought here is not this address's.
Result<bool> Assembly::is_told_of_it(const PropagationView& told, const DeliveryRows& rows) const {
  const auto channels = channels_named(told.channels);
  if (!share_one(channels, channels_of(view_)))
    return false;
  const bool said =
      std::any_of(view_.history.begin(), view_.history.end(), [&](const StatementView& statement) {
        return statement.change.input == told.because;
      });
  const bool absorbed =
      std::any_of(absorbed_.begin(), absorbed_.end(), [&](const AbsorbedContact& one) {
        return one.contact == told.contact && one.correlation == told.because;
      });
  if (said || absorbed)
    return true;
  const bool closed_before =
      std::any_of(view_.history.begin(), view_.history.end(), [&](const StatementView& statement) {
        return statement.decided <= told.intended && share_one(channels, statement.change.channels);
      });
  if (!closed_before || (!rows.address_hash.empty() && rows.address_hash != view_.hash))
    return false;
  return had_address(scan_, tenant_, told.contact, view_.hash, told.intended);
}

Status Assembly::add_told(json::Value row) {
  PropagationView told;
  told.channels = texts_of(row, "channels");
  told.target = ConnectorName(text_of(row, "target"));
  told.contact = ContactId(text_of(row, "contact"));
  told.action = text_of(row, "action");
  told.delivery = DeliveryId(text_of(row, "delivery"));
  told.record = RemoteId(text_of(row, "record"));
  told.intended = position_of(row);
  told.because = Position{number_of(row, "correlation")};
  told.since = time_of(row, "at");
  for (const auto& statement : view_.history)
    if (statement.change.input == told.because)
      told.since = statement.change.received_at;
  TRY(rows, delivery_rows(scan_, tenant_, told.delivery));
  const auto concerns = is_told_of_it(told, rows);
  if (!concerns || !*concerns)
    return concerns ? Status(Done{}) : Status(concerns.error());
  if (!rows.attempts.empty())
    told.requested = rows.attempts.front().position;
  told.state = !rows.state.empty() ? rows.state : rows.attempts.empty() ? "intended" : "dispatched";
  told.reason_code = rows.reason_code;
  if (told.state == "intended" && told.action == "opt_out") {
    TRYV(each_opt_out_row(scan_, row_key(tenant_, {"pause", told.target.value}),
                          [&](const auto&, json::Value) { told.held = true; }));
    TRYV(each_opt_out_row(scan_, row_key(tenant_, {"stop", "all"}),
                          [&](const auto&, json::Value) { told.stopped = true; }));
  }
  if (told.action == "opt_out")
    look_for_lifting(told);
  else
    told.overtaken = std::ranges::any_of(channels_here(told), [&](Channel channel) {
      return domain::is_suppressed(view_.state, channel, {});
    });
  const bool done = rows.state == "accepted";
  if (done) {
    told.confirmed = rows.position;
    told.confirmed_at = rows.at;
    told.read_back = rows.read_back;
    if (told.action == "opt_out" && left_the_mark_to_people(rows.state, rows.reason_code))
      look_for_mark(told);
  }
  // Every attempt up to the answered one failed but the one that was accepted.
  const auto answered = static_cast<std::uint32_t>(rows.attempt);
  told.failures = done && answered > 0 ? answered - 1 : answered;
  view_.propagation.push_back(std::move(told));
  return Done{};
}

/// Those that can be closed under the address.
std::vector<Channel> Assembly::channels_here(const PropagationView& told) const {
  auto out = channels_named(told.channels);
  std::erase_if(out, [&](Channel channel) { return events::address_kind(channel) != view_.kind; });
  return out;
}

void Assembly::look_for_lifting(PropagationView& told) const {
  const StatementView* last = nullptr;
  for (const auto channel : channels_here(told)) {
    const auto* lifted = kept_since(view_.history, channel, told.intended).lifted;
    if (!lifted)
      return;
    if (!last || last->decided < lifted->decided)
      last = lifted;
  }
  if (!last)
    return;
  told.lifted = last->change.input;
  told.lifted_at = last->change.received_at;
}

/// What the system itself shows: a flag on the record for every channel that was to be closed. A
/// record that was not known when it was told is any of the address's there.
void Assembly::look_for_mark(PropagationView& told) const {
  for (const auto channel : channels_here(told)) {
    const auto kept = kept_since(view_.history, channel, told.intended);
    // A dialer calls and texts: of other channels, which it was once told of, it has no mark.
    if ((channel != Channel::call && channel != Channel::sms)
        || !domain::is_suppressed(kept.state, channel, {}))
      continue;
    const auto& active = kept.state.active;
    const auto mark = std::find_if(active.begin(), active.end(), [&](const auto& r) {
      return r.channel == channel && r.source == told.target && r.evidence == events::Evidence::flag
             && (told.record.value.empty() || r.record == told.record);
    });
    (kept.lifted ? told.lifted_unmarked : told.by_hand) |= mark == active.end();
    if (mark != active.end() && told.mark < mark->position) {
      told.mark = mark->position;
      told.mark_at = mark->received_at;
    }
  }
  if (told.by_hand || told.lifted_unmarked)
    told.mark = {};
}

/// What stood when only those statements counted.
domain::ConsentState
Assembly::state_when(const std::function<bool(const StatementView&)>& counts) const {
  domain::ConsentState state;
  for (const auto& statement : view_.history)
    if (counts(statement))
      domain::evolve(state, statement.change);
  return state;
}

Status Assembly::judge_messages() {
  for (const auto& message : ours_)
    if (const auto status = judge_ours(message); !status)
      return status;
  std::set<std::pair<ConnectorName, std::string>> told; // a message is told of more than once
  for (const auto& message : seen_)
    if (message.message_id.empty() || told.insert({message.connector, message.message_id}).second)
      judge_seen(message);
  return Done{};
}

Status Assembly::judge_ours(const Message& message) {
  TRY(rows, delivery_rows(scan_, tenant_, message.delivery));
  for (const auto& attempt : rows.attempts) {
    const auto gate_row =
        std::find_if(rows.gates.begin(), rows.gates.end(), [&](const GateRow& gate) {
          return gate.cause == attempt.cause && gate.index == attempt.index;
        });
    const bool judged = gate_row != rows.gates.end();
    if (!attempt.effect || (judged && !gate_row->allowance.empty()))
      continue;
    const auto state = state_when(
        [&](const StatementView& statement) { return statement.effective < attempt.position; });
    const auto verdict = domain::suppression(state, message.channel, message.sender);
    if (verdict.gate == domain::Gate::closed)
      view_.violations.push_back({.position = attempt.position,
                                  .at = attempt.at,
                                  .delivery = message.delivery,
                                  .connector = message.connector,
                                  .channel = message.channel,
                                  .decided_on = judged ? gate_row->evidence : attempt.evidence,
                                  .opt_out = verdict.evidence});
  }
  return Done{};
}

/// What is carried over holds from when the two were joined: before that nobody could know.
Timestamp holds_since(const StatementView& statement) {
  return statement.change.reason_code == Reason::carried_over ? statement.decided_at
                                                              : statement.change.received_at;
}

/// By the other system's clock against the time at which we had the opt-out. One that names no time
/// that can be read counts by its receipt: an audit must not pass over it.
void Assembly::judge_seen(const Message& message) {
  const auto said = from_rfc3339(message.stated_at);
  const auto state = state_when([&](const StatementView& statement) {
    return statement.effective < message.position && (!said || holds_since(statement) < *said);
  });
  const auto verdict = domain::suppression(state, message.channel, message.sender);
  if (verdict.gate == domain::Gate::closed)
    view_.violations.push_back({.position = message.position,
                                .at = said ? *said : message.told_at,
                                .connector = message.connector,
                                .channel = message.channel,
                                .opt_out = verdict.evidence});
}

/// As a message of another system is judged.
void Assembly::judge_calls() {
  for (const auto& call : calls_.placed()) {
    const auto began = from_rfc3339(call.started_at);
    const auto state = state_when([&](const StatementView& statement) {
      return statement.effective < call.position && (!began || holds_since(statement) < *began);
    });
    const auto verdict = domain::suppression(state, Channel::call, {});
    if (verdict.gate != domain::Gate::closed)
      continue;
    SendViolation found{.position = call.position,
                        .at = began.value_or(call.told_at),
                        .connector = call.connector,
                        .channel = Channel::call,
                        .opt_out = verdict.evidence,
                        .call = call.id,
                        .agent = call.agent};
    if (const auto* wish = calls_.allowance_at(found.at))
      view_.allowed_calls.push_back({std::move(found), wish->position, wish->reason, wish->by});
    else
      view_.violations.push_back(std::move(found));
  }
}

} // namespace

Result<AddressView> opt_outs_of(const Scan& scan, const TenantId& tenant, std::string_view hash) {
  return Assembly(scan, tenant, hash).make();
}

} // namespace tidemark::projections
