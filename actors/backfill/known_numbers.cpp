#include "actors/backfill/known_numbers.hpp"

#include "domain/backfill/read_back.hpp"
#include "projections/attention/by_hand_view.hpp"
#include "projections/table/scan.hpp"

#include <algorithm>
#include <limits>

namespace tidemark::actors {
namespace {

projections::Scan scan_of(const TenantContext& context) {
  return [&tables = context.tables](std::string_view table, std::string_view prefix,
                                    std::string_view after, const projections::RowVisitor& row) {
    return tables.scan(table, prefix, after, row);
  };
}

/// The number under which the system has a record of the contact: as it was seen there, else as it
/// was written. `id` is the record's, "" for any.
std::string phone_of(const projections::ContactView& contact, const ConnectorName& connector,
                     const RemoteId& id) {
  for (const auto& one : contact.records)
    if (one.connector == connector && (id.value.empty() || one.remote_id == id))
      for (const auto* fields : {&one.fields, &one.last_written})
        if (const auto phone = fields->get(events::Field::phone); !phone.empty())
          return std::string(phone);
  return {};
}

/// Where no record of the contact is known, the opt-out was told by the contact's own number, and
/// whoever set the mark did so on the record that has it.
std::string phone_to_look_for(const projections::ContactView& contact,
                              const ConnectorName& connector) {
  if (auto known = phone_of(contact, connector, {}); !known.empty())
    return known;
  if (const auto own = contact.fields.find(events::Field::phone); own != contact.fields.end())
    return own->second.value;
  for (const auto& one : contact.records) // who came opted out has no values of their own yet
    if (const auto phone = one.fields.get(events::Field::phone); !phone.empty())
      return std::string(phone);
  return {};
}

} // namespace

Result<std::optional<KnownNumber>> next_of_all(const TenantContext& context,
                                               const ConnectorName& connector, std::string after) {
  const auto scan = scan_of(context);
  for (;;) {
    TRY(page, projections::mappings_page(scan, context.tenant, connector, after, 1));
    if (page.items.empty())
      return std::optional<KnownNumber>();
    const auto& record = page.items.front();
    TRY(contact, projections::contact(scan, context.tenant, record.contact));
    after = page.next;
    auto phone = contact ? phone_of(*contact, connector, record.remote_id) : std::string();
    if (phone.empty())
      continue;
    TRY(behind, projections::mappings_page(scan, context.tenant, connector, after, 1));
    return std::optional(
        KnownNumber{std::move(phone), behind.items.empty() ? std::string() : after});
  }
}

Result<MarksToSet> marks_to_set(const TenantContext& context, const ConnectorName& connector,
                                Timestamp after, Timestamp until) {
  MarksToSet out;
  auto& due = out.due;
  TRY(left, projections::all_left_to_people(scan_of(context), context.tenant, connector,
                                            std::numeric_limits<std::size_t>::max(), until));
  for (const auto& one : left)
    if (domain::is_read_back_due(one.since, after, until))
      due.push_back(one.contact);
  std::sort(due.begin(), due.end());
  due.erase(std::unique(due.begin(), due.end()), due.end());
  out.all = left.size();
  return out;
}

Result<std::optional<KnownNumber>> next_of(const std::vector<ContactId>& contacts,
                                           const TenantContext& context,
                                           const ConnectorName& connector, std::string after) {
  std::optional<KnownNumber> found;
  const auto first = std::upper_bound(contacts.begin(), contacts.end(), ContactId(after));
  for (auto at = first; at != contacts.end(); ++at) {
    TRY(contact, projections::contact(scan_of(context), context.tenant, *at));
    auto phone = contact ? phone_to_look_for(*contact, connector) : std::string();
    if (phone.empty())
      continue;
    if (found) { // there is one behind it
      found->cursor = after;
      return found;
    }
    found = KnownNumber{std::move(phone), {}};
    after = at->value;
  }
  return found;
}

} // namespace tidemark::actors
