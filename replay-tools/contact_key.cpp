#include "replay-tools/contact_key.hpp"

#include "base/contains.hpp"
#include "base/text/phone.hpp"
#include "domain/rules/normalise.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/applied_config.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <functional>

namespace tidemark::tools {
namespace {

using Found = Result<std::vector<ContactId>>;

bool is_contact_id(std::string_view key) {
  return key.size() == 21 && key[0] == 'c' && std::all_of(key.begin() + 1, key.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Found by_id(const storage::LogStore& log, const TenantId& tenant, std::string_view key) {
  const ContactId id{std::string(key)};
  TRY(newest, log.newest_tagged(tenant, events::contact_tag(id)));
  return newest == Position{} ? std::vector<ContactId>{} : std::vector{id};
}

bool lists(const events::IdentityCardWritten& card, const Hash16& hash) {
  return contains(card.phones, AddressHash(hash)) || contains(card.emails, AddressHash(hash))
         || std::ranges::any_of(card.records,
                                [&](const auto& record) { return record.remote_id_hash == hash; });
}

bool shares(const events::IdentityCardWritten& card, const Hash16& hash) {
  return contains(card.contested, AddressHash(hash));
}

/// Adds the contacts that ever had a card under the tag, newest first, if their card of today is
/// one of a contact of its own and still holds the key.
Status add_holders(const storage::LogStore& log, const TenantId& tenant, const events::Tag& tag,
                   const std::function<bool(const events::IdentityCardWritten&)>& holds,
                   std::vector<ContactId>& out) {
  std::vector<ContactId> named;
  TRYV(storage::read_under_tag(log, tenant, tag, {}, [&](const events::Recorded& recorded) {
    if (const auto* card = std::get_if<events::IdentityCardWritten>(&recorded.event)) {
      std::erase(named, card->contact);
      named.insert(named.begin(), card->contact);
    }
  }));
  for (const auto& contact : named) {
    TRY(card, storage::newest_under_tag<events::IdentityCardWritten>(log, tenant,
                                                                     events::card_tag(contact)));
    if (card && card->merged_into.value.empty() && holds(*card) && !contains(out, contact))
      out.push_back(contact);
  }
  return Done{};
}

Found by_hash(const storage::LogStore& log, const TenantId& tenant, const Hash16& hash) {
  std::vector<ContactId> out;
  TRYV(add_holders(
      log, tenant, events::identity_tag(hash), [&](const auto& card) { return lists(card, hash); },
      out));
  return out;
}

/// Whose the address is, then who shares it.
Found by_address(const storage::LogStore& log, const TenantId& tenant, const AddressHash& hash) {
  TRY(out, by_hash(log, tenant, hash.value));
  TRYV(add_holders(
      log, tenant, events::contested_tag(hash),
      [&](const auto& card) { return shares(card, hash.value); }, out));
  return out;
}

Found by_any(const storage::LogStore& log, const KeyedHasher& hasher, const TenantId& tenant,
             std::string_view key, std::string_view region) {
  if (is_contact_id(key))
    return by_id(log, tenant, key);
  if (key.find('@') != std::string_view::npos) {
    const auto email = domain::identity_key(events::Field::email, key);
    if (email.empty())
      return Error{"bad_usage", "the key looks like an e-mail address but cannot be one"};
    TRY(found, by_address(log, tenant, events::email_hash(hasher, tenant, email)));
    const auto mailbox = domain::shared_mailbox(email); // known by another spelling, perhaps
    if (!found.empty() || mailbox.empty())
      return found;
    return by_address(log, tenant, events::email_hash(hasher, tenant, mailbox));
  }
  if (const auto colon = key.find(':'); colon != std::string_view::npos) {
    const ConnectorName connector{std::string(key.substr(0, colon))};
    const RemoteId remote{std::string(key.substr(colon + 1))};
    return by_hash(log, tenant, events::remote_hash(hasher, tenant, connector, remote));
  }
  const auto phone = phone_named(key, region);
  if (!phone)
    return Error{"bad_usage", "the key is no contact id, phone number, e-mail address or "
                              "connector:remote-id; write a phone number with its country code"};
  return by_address(log, tenant, events::phone_hash(hasher, tenant, *phone));
}

} // namespace

std::optional<std::string> phone_named(std::string_view text, std::string_view region) {
  constexpr std::size_t shortest_with_country = 10; // digits: shorter ones are local numbers
  if (auto number = to_e164(text, region))
    return number;
  const bool digits_only = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits_only || text.size() < shortest_with_country)
    return std::nullopt;
  return to_e164("+" + std::string(text), region);
}

std::string default_region_of(const storage::LogStore& log, const TenantId& tenant) {
  if (const auto config = applied_config(log, tenant); config)
    for (const auto& connector : config->connectors)
      if (const auto at = connector.settings.find("default_region"); at != connector.settings.end())
        return at->second;
  return "US";
}

Result<std::vector<ContactId>> contacts_named(const storage::LogStore& log,
                                              const KeyedHasher& hasher, const TenantId& tenant,
                                              std::string_view key, std::string_view region) {
  TRY(found, by_any(log, hasher, tenant, key, region));
  if (found.empty())
    return Error{"not_found", "no contact of this tenant has that key; look for the webhook with "
                              "`tidemark log list --type webhook.received.v1`"};
  return std::move(found);
}

Result<ContactId> contact_named(const storage::LogStore& log, const KeyedHasher& hasher,
                                const TenantId& tenant, std::string_view key,
                                std::string_view region) {
  TRY(found, contacts_named(log, hasher, tenant, key, region));
  return found.front();
}

} // namespace tidemark::tools
