#pragma once
#include "base/keyed_hash.hpp"
#include "events/format/envelope.hpp"
#include "events/format/field_set.hpp"

#include <string_view>

/// How tags and streams are made; the only place that knows.
namespace tidemark::events {

/// Everything about a contact: its stream and its deliveries. Ids are no personal data: plain hash.
Tag contact_tag(const ContactId& contact);
/// The identity card of a contact.
Tag card_tag(const ContactId& contact);
/// A key of identity, from its keyed hash; kind separates phones, e-mails and remote ids.
Tag identity_tag(const Hash16& hash);
Tag identity_tag(const AddressHash& hash);
/// A key that a card claims although another contact owns it, from the key's keyed hash.
Tag contested_tag(const AddressHash& hash);
/// What a request, or a vendor's delivery of a webhook, is called by its id. No personal data:
/// plain hash.
Tag named_tag(std::string_view id);
/// The record that a webhook is about, from the keyed hash of what its vendor calls it.
Tag subject_tag(const Hash16& hash);
/// An address whose consent may be at stake, from its keyed hash (the same as for identity).
Tag consent_tag(const AddressHash& hash);
/// What waits for a key that no contact has, from the key's keyed hash.
Tag parked_tag(const Hash16& hash);
/// What waits of an input although it names no key.
Tag parked_input_tag(Position input);
/// An address that a row of an import is about, from its keyed hash.
Tag imported_opt_out_tag(const AddressHash& hash);
/// Of every webhook that may hold an opt-out: it need not name the address that it is about.
Tag any_opt_out_tag();
/// Whether an agent may write in a channel, by one of the agent's names. No personal data: plain
/// hash.
Tag agent_flag_tag(std::string_view agent, std::string_view channel);
/// Everything about who may use the API of a tenant.
Tag access_tag();
/// As what its people are logged in.
Tag session_tag();
/// Whether the tenant works.
Tag suspension_tag();
/// Under which events stand that concern the whole installation; no tenant has this name.
TenantId installation_tenant();

AddressHash phone_hash(const KeyedHasher& hasher, const TenantId& tenant, std::string_view e164);
AddressHash email_hash(const KeyedHasher& hasher, const TenantId& tenant,
                       std::string_view lower_case);
/// Of a normalised phone number or e-mail address.
AddressHash address_hash(const KeyedHasher& hasher, const TenantId& tenant, Field kind,
                         std::string_view normalised);
/// The contact in place of an address: what it said that names none is kept under this.
AddressHash contact_as_address(const ContactId& contact);
Hash16 remote_hash(const KeyedHasher& hasher, const TenantId& tenant,
                   const ConnectorName& connector, const RemoteId& id);
/// Of a folded word of a name.
Hash8 name_word_hash(const KeyedHasher& hasher, const TenantId& tenant, std::string_view word);

StreamName webhook_stream(const ConnectorName& connector);
/// How often a webhook came again.
StreamName repeats_stream(Position webhook);
/// What people said of a webhook.
StreamName marks_stream(Position webhook);
StreamName identity_stream();
StreamName consent_stream(const AddressHash& address);
StreamName contact_stream(const ContactId& contact);
StreamName delivery_stream(const ConnectorName& target, const ContactId& contact);
StreamName engine_stream();
StreamName admin_stream();
/// Where actions for many stand.
StreamName bulk_stream();
/// Requests and ends of runs over a system's list of contacts.
StreamName backfill_stream(const ConnectorName& connector);
/// Likewise of those that look for marks which people have to set.
StreamName read_back_stream(const ConnectorName& connector);
/// What was noticed about promises to people who opted out.
StreamName watch_stream();
/// The pages of those runs.
StreamName listing_stream(const ConnectorName& connector);
/// Pauses by operators.
StreamName connector_stream(const ConnectorName& connector);
/// Notes of people on outages over there.
StreamName note_stream(const ConnectorName& connector);
/// Stops of all sending, by operators.
StreamName sending_stream();
/// What agents may write, by operators.
StreamName flags_stream();
/// What the delivery actor found out about a system as a whole: circuit and limits.
StreamName flow_stream(const ConnectorName& connector);
/// Which access token is in use.
StreamName token_stream(const ConnectorName& connector);
/// How a system judges our secrets.
StreamName credential_stream(const ConnectorName& connector);
/// Which custom fields a system has, against those that are mapped.
StreamName custom_fields_stream(const ConnectorName& connector);
/// What a system tells of its broadcasts.
StreamName broadcast_stream(const ConnectorName& connector);
/// Requests to put lists right.
StreamName lists_stream(const ConnectorName& connector);
/// The rows of a file, in its order; `channel`: what a row closes that names none.
StreamName import_stream(std::string_view file_hash, std::string_view channel);

} // namespace tidemark::events
