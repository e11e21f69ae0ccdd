#include "projections/consent/hearing.hpp"

#include "projections/consent/hearing_facts.hpp"
#include "projections/consent/opt_out_rows.hpp"
#include "projections/consent/opt_outs.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"

#include <algorithm>
#include <array>

namespace tidemark::projections {
namespace {

using events::ConsentChange;

/// What became of one forwarded body.
struct Fate {
  DeliveryId delivery;
  std::string state; ///< "": no answer yet
  Reason reason_code = Reason::none;
  Position position;
  Timestamp at;
};

class Hearers {
public:
  Hearers(const Scan& scan, const TenantId& tenant, HearingFacts facts, AddressView& view)
      : scan_(scan), tenant_(tenant), facts_(std::move(facts)), view_(view) {}

  Status add() {
    const auto told = view_.propagation; // by calls
    for (const auto& hearer : facts_.hearers) {
      TRYV(add_hearer(hearer, told));
    }
    for (auto& one : view_.propagation)
      note_deed(one);
    std::stable_sort(view_.propagation.begin(), view_.propagation.end(),
                     [](const auto& a, const auto& b) { return a.intended < b.intended; });
    return Done{};
  }

private:
  /// From where the contact's texts were closed to where they were opened, 0 not yet.
  struct Period {
    Position from, until;
    bool holds(Position at) const { return from <= at && (until.value == 0 || at < until); }
  };

  Status add_hearer(const Hearer& hearer, const std::vector<PropagationView>& told);
  Status add_by_mark(const Hearer& hearer, PropagationView row, const Period& period);
  Status add_of_source(const Hearer& hearer, const Applied& applied, const ConnectorName& source);
  void add_by_hand(const Hearer& hearer, const Applied& applied);
  void note_deed(PropagationView& told) const;
  Result<Fate> fate_of(DeliveryId delivery) const;
  Period period_at(const ContactId& contact, Position at) const;
  const StatementView* statement_of(Position input) const;
  const UntoldView* row_for(const Applied& applied, const ConnectorName& target) const;
  bool knew(const Hearer& hearer, const ContactId& contact, const Period& period) const;
  bool is_known_to(const Hearer& hearer) const;
  bool says_it_itself(const Hearer& hearer, const Applied& applied) const;
  bool is_told_anew(const PropagationView& row, const std::vector<PropagationView>& told,
                    const Period& period) const;

  const Scan& scan_;
  const TenantId& tenant_;
  HearingFacts facts_;
  AddressView& view_;
};

const StatementView* Hearers::statement_of(Position input) const {
  const auto at = std::find_if(view_.history.begin(), view_.history.end(), [&](const auto& one) {
    return one.change.input == input && one.change.change == ConsentChange::revoked;
  });
  return at == view_.history.end() ? nullptr : &*at;
}

const UntoldView* Hearers::row_for(const Applied& applied, const ConnectorName& target) const {
  const auto at = std::find_if(applied.targets.begin(), applied.targets.end(),
                               [&](const auto& one) { return one.target == target; });
  return at == applied.targets.end() ? nullptr : &*at;
}

/// What closed the contact by another address of theirs holds from there on alone.
Hearers::Period Hearers::period_at(const ContactId& contact, Position at) const {
  Period out;
  for (const auto& one : facts_.applied) {
    if (one.contact != contact)
      continue;
    if (one.position <= at) {
      if (!one.closes)
        out.from = {};
      else if (out.from.value == 0)
        out.from = one.position;
    } else if (!one.closes && out.until.value == 0) {
      out.until = one.position;
    }
  }
  if (out.from.value == 0)
    out.from = at;
  return out;
}

/// Was it configured as one that has no call for opt-outs, when the contact was closed?
bool Hearers::knew(const Hearer& hearer, const ContactId& contact, const Period& period) const {
  bool any = false;
  for (const auto& one : facts_.applied) {
    if (one.contact != contact || !one.closes || !period.holds(one.position))
      continue;
    any = true;
    const auto* row = row_for(one, hearer.name);
    if (row && row->reason_code == Reason::held_by_the_send_gate)
      return true;
  }
  return !any;
}

/// It knows people by their number, so whoever has it is the person.
bool Hearers::is_known_to(const Hearer& hearer) const {
  return facts_.known_to.contains(hearer.name)
         || std::any_of(view_.history.begin(), view_.history.end(),
                        [&](const auto& one) { return one.change.source == hearer.name; });
}

/// It tells that the person is closed there, or that its carrier refuses them.
bool Hearers::says_it_itself(const Hearer& hearer, const Applied& applied) const {
  const auto* said = statement_of(applied.input);
  return said && said->change.source == hearer.name
         && (said->change.evidence == events::Evidence::vendor_event
             || said->change.evidence == events::Evidence::vendor_refusal);
}

/// What came to nothing is told by the delivery that took its place.
bool Hearers::is_told_anew(const PropagationView& row, const std::vector<PropagationView>& told,
                           const Period& period) const {
  return row.confirmed == Position{}
         && std::any_of(told.begin(), told.end(), [&](const auto& other) {
              return other.action == row.action && other.target == row.target
                     && other.contact == row.contact && other.record == row.record
                     && other.intended > row.intended && period.holds(other.intended);
            });
}

/// The row of a hearer for a mark that `told` writes, or that stands.
PropagationView row_of(const ConnectorName& hearer, const PropagationView& told) {
  PropagationView out;
  out.target = hearer;
  out.contact = told.contact;
  out.action = "opt_out";
  out.channels = told.channels;
  out.intended = told.intended;
  out.because = told.because;
  out.since = told.since;
  out.record = told.record;
  out.hears = true;
  out.via = told.target;
  out.written_at = told.confirmed_at;
  return out;
}

Status Hearers::add_hearer(const Hearer& hearer, const std::vector<PropagationView>& told) {
  std::set<std::pair<ContactId, Position>> by_mark; ///< contact, and since when it is closed
  if (hearer.receives)
    for (const auto& one : told) {
      const auto period = period_at(one.contact, one.intended);
      if (one.action != "opt_out" || !is_about_texts(one.channels)
          || !facts_.sources.contains(one.target) || one.state == "suppressed"
          || found_nobody_to_tell(one.state, one.reason_code) || !knew(hearer, one.contact, period))
        continue;
      by_mark.emplace(one.contact, period.from);
      if (is_told_anew(one, told, period))
        continue;
      auto row = row_of(hearer.name, one);
      row.state = one.state == "rejected" || one.state == "dead" ? hearing::to_be_done_by_hand
                                                                 : hearing::awaiting_webhook;
      TRYV(add_by_mark(hearer, std::move(row), period));
    }
  for (const auto& one : facts_.applied)
    if (one.closes && hearer.receives && row_for(one, hearer.name))
      for (const auto& source : one.targets)
        if (facts_.sources.contains(source.target) && source.reason_code == Reason::said_there) {
          by_mark.emplace(one.contact, period_at(one.contact, one.position).from);
          TRYV(add_of_source(hearer, one, source.target));
        }
  for (const auto& one : facts_.applied) {
    const auto period = period_at(one.contact, one.position);
    const auto* untold = row_for(one, hearer.name);
    if (one.closes && untold && untold->reason_code == Reason::held_by_the_send_gate
        && period.from == one.position && !by_mark.contains({one.contact, period.from})
        && is_known_to(hearer) && !says_it_itself(hearer, one))
      add_by_hand(hearer, one);
  }
  const bool known = is_known_to(hearer);
  for (auto& untold : view_.untold)
    if (untold.target == hearer.name && untold.reason_code == Reason::held_by_the_send_gate
        && !known)
      untold.reason_code = Reason::no_record_there;
  std::erase_if(view_.untold, [&](const UntoldView& untold) {
    return std::any_of(view_.propagation.begin(), view_.propagation.end(), [&](const auto& row) {
      return row.hears && row.target == untold.target && row.contact == untold.contact;
    });
  });
  return Done{};
}

/// By the first body of the record with the mark, of all that went on while texts were closed; by
/// one that was received before others. What was opened before it was heard is left out.
Status Hearers::add_by_mark(const Hearer& hearer, PropagationView row, const Period& period) {
  Fate failed;
  for (const auto& shown : facts_.shown) {
    const auto forward = shown.forwards.find(hearer.name);
    if (shown.connector != row.via || forward == shown.forwards.end()
        || !period.holds(shown.position)
        || (!row.record.value.empty() && row.record != shown.record))
      continue;
    TRY(fate, fate_of(forward->second));
    const bool came_to_nothing =
        fate.state == "rejected" || fate.state == "dead" || fate.state == "suppressed";
    if (came_to_nothing) {
      failed = fate;
    } else if (fate.state == "accepted" || row.state != hearing::requested) {
      row.state = fate.state == "accepted" ? hearing::forwarded : hearing::requested;
      row.delivery = fate.delivery;
      row.reason_code = Reason::none;
      row.requested = shown.position;
      row.forwarded = fate.state == "accepted" ? fate.position : Position{};
      row.forwarded_at = fate.at;
    }
    if (row.state == hearing::forwarded)
      break;
  }
  if (row.state != hearing::forwarded && row.state != hearing::requested
      && !failed.delivery.value.empty()) {
    row.state = hearing::to_be_done_by_hand;
    row.delivery = failed.delivery;
    row.reason_code = failed.reason_code;
  }
  if (row.state == hearing::forwarded || period.until.value == 0)
    view_.propagation.push_back(std::move(row));
  return Done{};
}

/// The mark stands at the source already, as it tells itself.
Status Hearers::add_of_source(const Hearer& hearer, const Applied& applied,
                              const ConnectorName& source) {
  const auto* said = statement_of(applied.input);
  if (!said)
    return Done{};
  PropagationView mark;
  mark.target = source;
  mark.contact = applied.contact;
  mark.channels = applied.channels;
  mark.intended = applied.position;
  mark.because = applied.input;
  mark.since = said->change.received_at;
  mark.record = said->change.record;
  mark.confirmed_at = said->change.received_at;
  auto row = row_of(hearer.name, mark);
  row.state = hearing::awaiting_webhook;
  return add_by_mark(hearer, std::move(row), period_at(applied.contact, applied.position));
}

/// No system stands between whose webhook would tell of the mark.
void Hearers::add_by_hand(const Hearer& hearer, const Applied& applied) {
  if (period_at(applied.contact, applied.position).until.value != 0)
    return;
  const auto* said = statement_of(applied.input);
  PropagationView none;
  none.contact = applied.contact;
  none.channels = applied.channels;
  none.intended = applied.position;
  none.because = applied.input;
  none.since = said ? said->change.received_at : applied.at;
  auto row = row_of(hearer.name, none);
  row.state = hearing::to_be_done_by_hand;
  view_.propagation.push_back(std::move(row));
}

/// The answer to the body, or to the delivery that took its place.
Result<Fate> Hearers::fate_of(DeliveryId delivery) const {
  Fate out;
  for (std::set<DeliveryId> seen; seen.insert(delivery).second;) {
    out = {};
    out.delivery = delivery;
    const auto take = [&](const std::vector<std::string_view>& parts, json::Value row) {
      const auto kind = parts.size() > 2 ? parts[2] : std::string_view{};
      if (kind == "retried") {
        delivery = DeliveryId(text_of(row, "by"));
      } else if (kind == "state") {
        out.state = text_of(row, "state");
        out.reason_code = reason_of(row);
        out.position = position_of(row);
        out.at = time_of(row, "at");
      }
    };
    TRYV(each_opt_out_row(scan_, row_key(tenant_, {"delivery", out.delivery.value}), take));
  }
  return out;
}

/// It covers what the person could know of. What the system shows later of its own mark counts
/// more.
void Hearers::note_deed(PropagationView& told) const {
  if (told.action != "opt_out" || told.forwarded != Position{} || (!told.hears && !told.by_hand))
    return;
  for (const auto& deed : facts_.deeds) {
    const bool undone =
        std::any_of(view_.history.begin(), view_.history.end(), [&](const auto& one) {
          return one.change.source == told.target && one.change.input > deed.position
                 && one.change.evidence == events::Evidence::flag
                 && one.change.change != ConsentChange::revoked;
        });
    if (deed.contact != told.contact || deed.connector != told.target || deed.up_to < told.intended
        || undone)
      continue;
    told.done_by_hand = deed.position;
    told.done_at = deed.at;
    told.by_hand = false;
    if (told.hears)
      told.state = hearing::done_by_hand;
    return;
  }
}

} // namespace

Status add_hearers(const Scan& scan, const TenantId& tenant, const std::set<std::string>& contacts,
                   AddressView& view) {
  TRY(facts, hearing_facts_of(scan, tenant, view.hash, contacts));
  return Hearers(scan, tenant, std::move(facts), view).add();
}

bool may_be_left_to_people(const PropagationView& told) {
  if (told.action != "opt_out" || told.done_by_hand != Position{})
    return false;
  if (told.hears)
    return told.forwarded == Position{};
  constexpr std::array open{"intended", "dispatched", "retrying", "unknown"};
  return told.by_hand || std::find(open.begin(), open.end(), told.state) != open.end();
}

} // namespace tidemark::projections
