#include "projections/identity/duplicate_view.hpp"

#include "domain/rules/normalise.hpp"

#include <set>

namespace tidemark::projections {
namespace {

constexpr std::size_t page_contacts = 1000;

domain::DuplicateCandidate candidate_of(const ContactView& view) {
  using events::Field;
  domain::DuplicateCandidate out;
  out.contact = view.id;
  std::set<std::string> phones, emails;
  const auto add = [&](Field field, const std::string& value) {
    const auto key = domain::identity_key(field, value);
    if (!key.empty())
      (field == Field::phone ? phones : emails).insert(key);
  };
  for (const auto& [field, value] : view.fields) {
    if (field == Field::phone || field == Field::email)
      add(field, value.value);
    else if (field == Field::first_name)
      out.first_name = value.value;
    else if (field == Field::last_name)
      out.last_name = value.value;
  }
  for (const auto& record : view.records)
    if (record.in_use) // what a deleted or replaced one held may be another person's by now
      for (const auto field : {Field::phone, Field::email})
        add(field, record.fields.get(field));
  out.phones.assign(phones.begin(), phones.end());
  out.emails.assign(emails.begin(), emails.end());
  return out;
}

} // namespace

Result<std::vector<domain::DuplicateCluster>> duplicates(const Scan& scan, const TenantId& tenant) {
  std::vector<domain::DuplicateCandidate> candidates;
  std::string after;
  do {
    TRY(page, contact_ids(scan, tenant, after, page_contacts));
    for (const auto& id : page.items) {
      TRY(view, contact(scan, tenant, id));
      if (view && view->merged_into.value.empty())
        candidates.push_back(candidate_of(*view));
    }
    after = page.next;
  } while (!after.empty());
  return domain::find_duplicates(candidates);
}

} // namespace tidemark::projections
