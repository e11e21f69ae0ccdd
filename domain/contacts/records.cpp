#include "domain/contacts/records.hpp"

#include <algorithm>
#include <utility>

namespace tidemark::domain {

const ContactRecord* record_for(const Contact& contact, const ConnectorName& connector,
                                const RemoteId& id) {
  const ContactRecord* unnamed = nullptr;
  for (const auto& record : contact.records) {
    if (record.connector != connector || !record.live)
      continue;
    if (record.remote_id == id)
      return &record;
    if (record.remote_id.value.empty())
      unnamed = &record;
  }
  return unnamed;
}

ContactRecord* record_for(Contact& contact, const ConnectorName& connector, const RemoteId& id) {
  return const_cast<ContactRecord*>(
      record_for(std::as_const(contact), connector, id)); // NOLINT(*-const-cast)
}

const ContactRecord* deleted_record(const Contact& contact, const ConnectorName& connector,
                                    const RemoteId& id) {
  const auto at =
      std::find_if(contact.records.begin(), contact.records.end(), [&](const auto& record) {
        return record.removed && record.connector == connector && record.remote_id == id;
      });
  return at == contact.records.end() ? nullptr : &*at;
}

const ContactRecord* live_record(const Contact& contact, const ConnectorName& system) {
  const ContactRecord* found = nullptr;
  for (const auto& record : contact.records)
    if (record.connector == system && record.live
        && (!found
            || (!record.remote_id.value.empty()
                && (found->remote_id.value.empty() || record.origin.value.empty()
                    || !found->origin.value.empty()))))
      found = &record;
  return found;
}

} // namespace tidemark::domain
