#include "events/format/tags.hpp"

#include "base/crypto.hpp"

#include <algorithm>

namespace tidemark::events {
namespace {

Tag plain(TagKind kind, std::string_view text) {
  const auto digest = sha256(text);
  Tag tag{kind, {}};
  std::copy_n(digest.begin(), tag.hash.size(), tag.hash.begin());
  return tag;
}

} // namespace

Tag contact_tag(const ContactId& contact) {
  return plain(TagKind::contact, contact.value);
}
Tag card_tag(const ContactId& contact) {
  return plain(TagKind::card, contact.value);
}
Tag identity_tag(const Hash16& hash) {
  return {TagKind::identity, hash};
}
Tag identity_tag(const AddressHash& hash) {
  return identity_tag(hash.value);
}
Tag contested_tag(const AddressHash& hash) {
  return plain(TagKind::identity, "contested" + std::string(as_view(hash.value)));
}
Tag named_tag(std::string_view id) {
  return plain(TagKind::subject, "named " + std::string(id));
}
Tag subject_tag(const Hash16& hash) {
  return {TagKind::subject, hash};
}
Tag consent_tag(const AddressHash& hash) {
  return {TagKind::consent, hash.value};
}
Tag parked_tag(const Hash16& hash) {
  return plain(TagKind::subject, "parked" + std::string(as_view(hash)));
}
Tag parked_input_tag(Position input) {
  return plain(TagKind::subject, "parked input " + std::to_string(input.value));
}
Tag imported_opt_out_tag(const AddressHash& hash) {
  return plain(TagKind::consent, "imported" + std::string(as_view(hash.value)));
}
Tag any_opt_out_tag() {
  static const Tag tag = plain(TagKind::consent, "any");
  return tag;
}
Tag agent_flag_tag(std::string_view agent, std::string_view channel) {
  return plain(TagKind::subject, "agent flag " + std::string(channel) + " " + std::string(agent));
}
Tag access_tag() {
  static const Tag tag = plain(TagKind::access, "access");
  return tag;
}
Tag session_tag() {
  static const Tag tag = plain(TagKind::access, "session");
  return tag;
}
Tag suspension_tag() {
  static const Tag tag = plain(TagKind::access, "suspension");
  return tag;
}
TenantId installation_tenant() {
  return TenantId("engine");
}

AddressHash phone_hash(const KeyedHasher& hasher, const TenantId& tenant, std::string_view e164) {
  return AddressHash(hasher(HashedKind::phone, tenant, e164));
}
AddressHash email_hash(const KeyedHasher& hasher, const TenantId& tenant,
                       std::string_view lower_case) {
  return AddressHash(hasher(HashedKind::email, tenant, lower_case));
}
AddressHash address_hash(const KeyedHasher& hasher, const TenantId& tenant, Field kind,
                         std::string_view normalised) {
  return kind == Field::email ? email_hash(hasher, tenant, normalised)
                              : phone_hash(hasher, tenant, normalised);
}
AddressHash contact_as_address(const ContactId& contact) {
  return AddressHash(contact_tag(contact).hash);
}
Hash16 remote_hash(const KeyedHasher& hasher, const TenantId& tenant,
                   const ConnectorName& connector, const RemoteId& id) {
  return hasher(HashedKind::remote_id, tenant, connector.value, id.value);
}
Hash8 name_word_hash(const KeyedHasher& hasher, const TenantId& tenant, std::string_view word) {
  const auto whole = hasher(HashedKind::name_word, tenant, word);
  Hash8 out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

StreamName webhook_stream(const ConnectorName& connector) {
  return StreamName("webhook/" + connector.value);
}
StreamName repeats_stream(Position webhook) {
  return StreamName("repeats/" + std::to_string(webhook.value));
}
StreamName marks_stream(Position webhook) {
  return StreamName("marks/" + std::to_string(webhook.value));
}

StreamName identity_stream() {
  return StreamName("identity");
}
StreamName consent_stream(const AddressHash& address) {
  return StreamName("consent/" + to_hex(address));
}
StreamName contact_stream(const ContactId& contact) {
  return StreamName("contact/" + contact.value);
}
StreamName delivery_stream(const ConnectorName& target, const ContactId& contact) {
  return StreamName("delivery/" + target.value + "/" + contact.value);
}
StreamName engine_stream() {
  return StreamName("engine");
}
StreamName admin_stream() {
  return StreamName("admin");
}
StreamName bulk_stream() {
  return StreamName("bulk");
}
StreamName backfill_stream(const ConnectorName& connector) {
  return StreamName("backfill/" + connector.value);
}
StreamName read_back_stream(const ConnectorName& connector) {
  return StreamName("read_back/" + connector.value);
}
StreamName watch_stream() {
  return StreamName("watch");
}
StreamName listing_stream(const ConnectorName& connector) {
  return StreamName("listing/" + connector.value);
}
StreamName connector_stream(const ConnectorName& connector) {
  return StreamName("connector/" + connector.value);
}
StreamName note_stream(const ConnectorName& connector) {
  return StreamName("note/" + connector.value);
}
StreamName flags_stream() {
  return StreamName("admin/flags");
}
StreamName sending_stream() {
  return StreamName("admin/sending");
}
StreamName flow_stream(const ConnectorName& connector) {
  return StreamName("flow/" + connector.value);
}
StreamName token_stream(const ConnectorName& connector) {
  return StreamName("token/" + connector.value);
}
StreamName credential_stream(const ConnectorName& connector) {
  return StreamName("credential/" + connector.value);
}
StreamName custom_fields_stream(const ConnectorName& connector) {
  return StreamName("custom_fields/" + connector.value);
}
StreamName broadcast_stream(const ConnectorName& connector) {
  return StreamName("broadcast/" + connector.value);
}
StreamName lists_stream(const ConnectorName& connector) {
  return StreamName("lists/" + connector.value);
}
StreamName import_stream(std::string_view file_hash, std::string_view channel) {
  return StreamName("import/" + std::string(file_hash) + "/" + std::string(channel));
}

} // namespace tidemark::events
