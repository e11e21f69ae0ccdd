#include "projections/lists/lists.hpp"

#include "events/format/stream_name.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>
#include <cstdint>

// Rows: `contact/<id>/<target>/<list>` for the newest action about a list, and the same as
// `place/<target>/<list>/<contact>`; `cleared/<contact>/<target>` when the contact left every list
// at once; `missing/<target>/<list>/<contact>` while a join fails because the list is not there.
namespace tidemark::projections {
namespace {

constexpr std::string_view lists_table = "lists";
using events::Action;

void on(const events::Envelope& envelope, const events::ActionIntended& e, RowBatch& rows) {
  const bool joins = e.action == Action::join_list;
  if ((!joins && e.action != Action::leave_lists) || !e.placement)
    return;
  const auto& contact = e.contact.value;
  const auto& target = e.target.value;
  for (const auto& list : e.placement->lists) {
    const auto write = [&](RowJson& json) {
      json.origin(envelope).boolean("joins", joins).text("delivery", e.delivery.value);
    };
    rows.put(envelope.tenant, {"contact", contact, target, list}, write);
    rows.put(envelope.tenant, {"place", target, list, contact}, write);
    if (!joins)
      rows.remove(envelope.tenant, {"missing", target, list, contact});
  }
}

void on(const events::Envelope& envelope, const events::ActionAccepted& e, RowBatch& rows) {
  if (e.action == Action::opt_out || e.action == Action::join_sequence
      || e.action == Action::leave_sequences)
    rows.put(envelope.tenant, {"cleared", e.contact.value, e.target.value},
             [&](RowJson& json) { json.origin(envelope); });
  if (e.action == Action::join_list && !e.facts.detail.empty())
    rows.remove(envelope.tenant, {"missing", e.target.value, e.facts.detail, e.contact.value});
}

void on(const events::Envelope& envelope, const events::DeliveryRejected& e, RowBatch& rows) {
  if (e.facts.reason_code != Reason::list_missing)
    return;
  const auto& stream = envelope.stream.value;
  rows.put(envelope.tenant,
           {"missing", events::target_in(stream), e.facts.detail, events::contact_behind(stream)},
           [&](RowJson& json) { json.origin(envelope).text("delivery", e.facts.delivery.value); });
}

bool lists_want(std::string_view type) {
  return type == events::ActionIntended::name || type == events::ActionAccepted::name
         || type == events::DeliveryRejected::name;
}

void lists_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { on(recorded.envelope, event, rows); })
          on(recorded.envelope, event, rows);
      },
      recorded.event);
}

/// The newest action about one contact and one list.
struct Place {
  std::string target, list, contact;
  bool joins = false;
  DeliveryId delivery;
  Position position;
  Timestamp at;
};

/// Rows below a prefix whose keys have four parts: a word, and three that `fill` takes.
template <class Fill>
Result<std::vector<Place>> places(const Scan& scan, const std::string& prefix, Fill fill,
                                  std::string_view after = {}, std::size_t limit = SIZE_MAX) {
  std::vector<Place> out;
  bool readable = true;
  const auto status =
      scan(lists_table, prefix, after, [&](std::string_view key, std::string_view value) {
        const auto parts = key_parts(key);
        const auto row = json::parse(value);
        readable = row.ok() && parts.size() == 4;
        if (!readable)
          return false;
        Place place;
        fill(place, parts);
        place.joins = flag_of(row->root(), "joins");
        place.delivery = DeliveryId(text_of(row->root(), "delivery"));
        place.position = position_of(row->root());
        place.at = time_of(row->root(), "at");
        out.push_back(std::move(place));
        return out.size() < limit;
      });
  if (!status)
    return status.error();
  if (!readable)
    return damaged_row(lists_table);
  return out;
}

/// Did the contact leave every list of the system since?
Result<bool> is_cleared(const Scan& scan, const TenantId& tenant, const Place& place) {
  Position cleared;
  const auto status = scan(lists_table, row_key(tenant, {"cleared", place.contact, place.target}),
                           {}, [&](std::string_view, std::string_view value) {
                             if (const auto row = json::parse(value))
                               cleared = position_of(row->root());
                             return false;
                           });
  if (!status)
    return status.error();
  return cleared > place.position;
}

/// How the action about it ended.
struct Ended {
  bool on = false, waiting = false, failed = false;
  Timestamp at;
};
Result<Ended> ended(const Scan& scan, const TenantId& tenant, const Place& place) {
  TRY(gone, is_cleared(scan, tenant, place));
  TRY(found, delivery(scan, tenant, place.delivery));
  Ended out;
  if (!found)
    return out;
  const auto& state = found->state;
  out.failed = state == "rejected" || state == "dead";
  const bool done = state == "accepted";
  out.waiting = !done && !out.failed && state != "suppressed" && state != "superseded";
  out.on = !gone && place.joins && done;
  if (done || out.failed)
    out.at = found->since;
  return out;
}

void fill_missing(Place& place, const std::vector<std::string_view>& parts) {
  place.target = parts[1];
  place.list = parts[2];
  place.contact = parts[3];
}

/// The first row after the key `after`; without names when there is none.
Result<Place> next_missing(const Scan& scan, const std::string& prefix, std::string_view after) {
  TRY(rows, places(scan, prefix, fill_missing, after, 1));
  return rows.empty() ? Place{} : std::move(rows.front());
}

/// One list of those. Who left every list of the system since waits for none: an opt-out did that.
Result<MissingList> missing_list(const Scan& scan, const TenantId& tenant, const Place& named,
                                 std::size_t contacts_max) {
  const auto prefix = row_key(tenant, {"missing", named.target, named.list});
  MissingList out{ConnectorName(named.target), named.list};
  std::string after;
  while (out.contacts < contacts_max) {
    TRY(rows, places(scan, prefix, fill_missing, after, contacts_max));
    for (const auto& row : rows) {
      TRY(gone, is_cleared(scan, tenant, row));
      if (gone || out.contacts >= contacts_max)
        continue;
      out.since = out.contacts++ == 0 ? row.at : std::min(out.since, row.at);
      out.delivery = row.delivery;
    }
    if (rows.size() < contacts_max)
      break;
    after = row_key(tenant, {"missing", named.target, named.list, rows.back().contact});
  }
  return out;
}

} // namespace

const Projection lists{"lists", 1, lists_want, lists_rows};

Result<std::vector<ListStatus>> list_statuses(const Scan& scan, const TenantId& tenant,
                                              const ConnectorName& target) {
  const auto prefix =
      target.value.empty() ? row_key(tenant, {"place"}) : row_key(tenant, {"place", target.value});
  const auto all = places(scan, prefix, [](Place& place, const auto& parts) {
    place.target = parts[1];
    place.list = parts[2];
    place.contact = parts[3];
  });
  if (!all)
    return all.error();
  std::map<std::pair<std::string, std::string>, ListStatus> by_name;
  for (const auto& place : *all) {
    TRY(end, ended(scan, tenant, place));
    auto& status = by_name[{place.target, place.list}];
    status.target = ConnectorName(place.target);
    status.list = place.list;
    status.members += end.on ? 1 : 0;
    status.waiting += end.waiting ? 1 : 0;
    status.errors += end.failed ? 1 : 0;
    status.last_sync = std::max(status.last_sync, end.at);
  }
  std::vector<ListStatus> out;
  for (auto& [name, status] : by_name)
    out.push_back(std::move(status));
  return out;
}

Result<std::vector<ContactList>> lists_of(const Scan& scan, const TenantId& tenant,
                                          const ContactId& contact) {
  const auto all = places(scan, row_key(tenant, {"contact", contact.value}),
                          [](Place& place, const auto& parts) {
                            place.contact = parts[1];
                            place.target = parts[2];
                            place.list = parts[3];
                          });
  if (!all)
    return all.error();
  std::vector<ContactList> out;
  for (const auto& place : *all) {
    TRY(end, ended(scan, tenant, place));
    if (end.on)
      out.push_back({ConnectorName(place.target), place.list, end.at});
  }
  return out;
}

Result<std::vector<MissingList>> missing_lists(const Scan& scan, const TenantId& tenant,
                                               std::size_t contacts_max) {
  std::vector<MissingList> out;
  const auto prefix = row_key(tenant, {"missing"});
  std::string after;
  for (;;) {
    TRY(next, next_missing(scan, prefix, after));
    if (next.list.empty() && next.target.empty())
      return out;
    TRY(one, missing_list(scan, tenant, next, contacts_max));
    if (one.contacts > 0)
      out.push_back(std::move(one));
    after = row_key(tenant, {"missing", next.target, next.list}) + "\xff\xff";
  }
}

} // namespace tidemark::projections
