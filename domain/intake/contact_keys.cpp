#include "domain/intake/contact_keys.hpp"

#include "base/text/json_reader.hpp"
#include "domain/rules/normalise.hpp"
#include "events/format/tags.hpp"

#include <algorithm>
#include <vector>

namespace tidemark::domain {
namespace {

/// A vendor counts calls and people alike, so a number under `id` alone may be anything's.
bool names_record(std::string_view member, std::string_view value) {
  if (member == "contactId" || member == "contact_id")
    return true;
  return member == "id" && !std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

ContactKeys::ContactKeys(const KeyedHasher& hasher, TenantId tenant, std::string region,
                         const ContactId& contact, const events::IdentityCardWritten* card)
    : hasher_(hasher), tenant_(std::move(tenant)), region_(std::move(region)), contacts_{contact} {
  if (!card)
    return;
  contacts_.insert(card->parts.begin(), card->parts.end());
  for (const auto* addresses : {&card->phones, &card->emails, &card->contested})
    for (const auto& address : *addresses)
      keys_.insert(address.value);
  for (const auto& record : card->records)
    keys_.insert(record.remote_id_hash);
}

bool ContactKeys::has_command_in(const events::WebhookInterpreted& read) const {
  return std::ranges::any_of(
      read.commands, [&](const auto& command) { return contacts_.contains(command.contact); });
}

bool ContactKeys::is_key(std::string_view member, const std::string& value,
                         const ConnectorName& connector) const {
  for (const auto kind : {events::Field::phone, events::Field::email})
    if (const auto key = identity_key(kind, normalised(kind, value, region_));
        !key.empty() && keys_.contains(events::address_hash(hasher_, tenant_, kind, key).value))
      return true;
  return names_record(member, value)
         && keys_.contains(events::remote_hash(hasher_, tenant_, connector, RemoteId(value)));
}

bool ContactKeys::is_named_in(std::string_view body, const ConnectorName& connector) const {
  const auto document = json::parse(body);
  if (!document)
    return false;
  std::vector<std::pair<std::string_view, json::Value>> open{{"", document->root()}};
  while (!open.empty()) {
    const auto [member, value] = open.back();
    open.pop_back();
    if (const auto text = value.scalar(); text && is_key(member, *text, connector))
      return true;
    for (const auto& item : value.items())
      open.emplace_back(member, item);
    for (const auto& inner : value.members())
      open.push_back(inner);
  }
  return false;
}

} // namespace tidemark::domain
