#include "projections/conversations/broadcasts.hpp"

#include "projections/table/keys.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>
#include <set>

// Rows: `told/<connector>/<id>/<event>`; `sent/<connector>/<id>/<contact>/<status>` for what was
// heard of a message of it; `answer/<contact>/<time>`, `closed/<contact>/<position>` and
// `appointment/<contact>/<source>/<id>` for what the person did.
namespace tidemark::projections {
namespace {

constexpr std::string_view broadcasts_table = "broadcasts";
constexpr auto answer_window = std::chrono::days{7};
/// The carrier refuses numbers that opted out there (connectors/verity/README.md fact 6).
constexpr std::string_view refused_opt_out = "40300";
using events::MessageStatus;

Timestamp told_at(const std::string& stated_at, const events::Envelope& envelope) {
  return from_rfc3339(stated_at).value_or(envelope.recorded_at);
}

void on(const events::Envelope& at, const events::BroadcastObserved& e, RowBatch& rows) {
  rows.put(at.tenant, {"reported", e.connector.value, e.broadcast, e.event},
           [&](RowJson& json) { json.origin(at); });
}

void on(const events::Envelope& at, const events::MessageObserved& e, RowBatch& rows) {
  const auto& message = e.message;
  const auto contact = contact_of(at);
  const auto when = told_at(message.stated_at, at);
  if (e.outcome == events::Outcome::parked)
    return;
  if (message.inbound) {
    const auto micros = static_cast<std::uint64_t>(when.time_since_epoch().count());
    rows.put(at.tenant, {"answer", contact, NumberPart(micros)},
             [&](RowJson& json) { json.time("time", when); });
  } else if (!message.broadcast.empty()) {
    rows.put(
        at.tenant,
        {"sent", message.source.value, message.broadcast, contact, name_of_enum(message.status)},
        [&](RowJson& json) {
          json.origin(at)
              .time("time", when)
              .text("channel", name_of_enum(message.channel))
              .text("error_code", message.error_code);
        });
  }
}

void on(const events::Envelope& at, const events::AppointmentObserved& e, RowBatch& rows) {
  if (e.outcome != events::Outcome::applied)
    return;
  const auto& facts = e.appointment;
  const auto contact = contact_of(at);
  if (facts.deleted)
    return rows.remove(at.tenant,
                       {"appointment", contact, facts.source.value, facts.appointment_id});
  rows.put(at.tenant, {"appointment", contact, facts.source.value, facts.appointment_id},
           [&](RowJson& json) { json.time("time", told_at(facts.updated_at, at)); });
}

void on(const events::Envelope& at, const events::ConsentApplied& e, RowBatch& rows) {
  if (e.change == events::ConsentChange::revoked)
    rows.put(at.tenant, {"closed", contact_of(at), position_part(at.position)},
             [&](RowJson& json) { json.time("time", at.recorded_at); });
}

bool broadcasts_want(std::string_view type) {
  return type == events::BroadcastObserved::name || type == events::MessageObserved::name
         || type == events::AppointmentObserved::name || type == events::ConsentApplied::name;
}

void broadcasts_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { on(recorded.envelope, event, rows); })
          on(recorded.envelope, event, rows);
      },
      recorded.event);
}

/// What was heard of the message to one recipient.
struct Recipient {
  std::set<std::string> statuses;
  Timestamp first = Timestamp::max();
  bool refused = false, bounced = false;
};
struct Collected {
  BroadcastView view;
  std::map<std::string, Recipient> recipients;
};
using Key = std::pair<std::string, std::string>;

void take_sent(Collected& into, const std::vector<std::string_view>& parts, json::Value row) {
  auto& one = into.recipients[std::string(parts[3])];
  one.statuses.emplace(parts[4]);
  one.first = std::min(one.first, time_of(row, "time"));
  const auto code = text_of(row, "error_code");
  one.refused |= code == refused_opt_out;
  one.bounced |= code.find("bounce") != std::string::npos;
  into.view.channel = text_of(row, "channel");
}

/// Times of rows about a contact, in order.
Result<std::vector<Timestamp>> times(const Scan& scan, const TenantId& tenant,
                                     std::string_view kind, const std::string& contact) {
  std::vector<Timestamp> out;
  const auto status = scan(broadcasts_table, row_key(tenant, {kind, contact}), {},
                           [&](std::string_view, std::string_view value) {
                             if (const auto row = json::parse(value))
                               out.push_back(time_of(row->root(), "time"));
                             return true;
                           });
  if (!status)
    return status.error();
  return out;
}

bool any_within(const std::vector<Timestamp>& all, Timestamp from) {
  return std::any_of(all.begin(), all.end(),
                     [&](Timestamp at) { return at >= from && at <= from + answer_window; });
}

bool has(const Recipient& one, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return one.statuses.contains(std::string(word));
  });
}

Status count(Collected& c, const Scan& scan, const TenantId& tenant) {
  auto& n = c.view.numbers;
  n.recipients = c.recipients.size();
  for (const auto& [contact, one] : c.recipients)
    if (c.view.first_sent == Timestamp{} || one.first < c.view.first_sent)
      c.view.first_sent = one.first;
  const bool mail = c.view.channel == "email";
  for (const auto& [contact, one] : c.recipients) {
    const bool delivered =
        mail ? has(one, {"delivered", "read"}) : has(one, {"sent", "delivered", "read"});
    // A text that was handed over and failed afterwards did not arrive.
    const bool failed = has(one, {"failed"}) && !has(one, {"delivered", "read"});
    if (failed && one.refused)
      ++n.opted_out;
    else if (failed)
      ++(one.bounced ? n.bounced : n.failed);
    else
      ++(delivered ? n.delivered : n.pending);
    if (!delivered || failed)
      continue;
    const auto answers = times(scan, tenant, "answer", contact);
    const auto closed = times(scan, tenant, "closed", contact);
    const auto made = times(scan, tenant, "appointment", contact);
    if (!answers || !closed || !made)
      return !answers ? answers.error() : !closed ? closed.error() : made.error();
    n.responses += any_within(*answers, one.first) ? 1 : 0;
    n.opted_out += any_within(*closed, one.first) ? 1 : 0;
    n.appointments += static_cast<std::uint64_t>(std::count_if(
        made->begin(), made->end(), [&](Timestamp at) { return at >= c.view.first_sent; }));
  }
  return Done{};
}

} // namespace

const Projection broadcasts{"broadcasts", 1, broadcasts_want, broadcasts_rows};

std::uint64_t hundredths_of_percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : (part * 20'000 + whole) / (2 * whole);
}

Result<std::vector<BroadcastView>> all_broadcasts(const Scan& scan, const TenantId& tenant) {
  std::map<Key, Collected> found;
  bool readable = true;
  const auto read = [&](std::string_view kind, std::size_t size, auto&& take) {
    return scan(broadcasts_table, row_key(tenant, {kind}), {},
                [&](std::string_view key, std::string_view value) {
                  const auto parts = key_parts(key);
                  const auto row = json::parse(value);
                  readable = row.ok() && parts.size() == size;
                  if (readable)
                    take(found[{std::string(parts[1]), std::string(parts[2])}], parts, row->root());
                  return readable;
                });
  };
  std::map<Key, Position> newest;
  const auto told = read("reported", 4, [&](Collected& into, const auto& parts, json::Value row) {
    auto& last = newest[{std::string(parts[1]), std::string(parts[2])}];
    into.view.completed |= parts[3] == "broadcast_completed";
    if (position_of(row) < last)
      return;
    last = position_of(row);
    into.view.last_event = parts[3];
  });
  TRYV(told ? read("sent", 5, take_sent) : told);
  if (!readable)
    return damaged_row(broadcasts_table);
  std::vector<BroadcastView> out;
  for (auto& [key, one] : found) {
    one.view.connector = ConnectorName(key.first);
    one.view.broadcast = key.second;
    TRYV(count(one, scan, tenant));
    out.push_back(std::move(one.view));
  }
  return out;
}

} // namespace tidemark::projections
