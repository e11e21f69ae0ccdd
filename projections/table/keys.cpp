#include "projections/table/keys.hpp"

#include "events/format/stream_name.hpp"
#include "events/format/tags.hpp"
#include "projections/table/projection.hpp"

namespace tidemark::projections {

std::string row_key(const TenantId& tenant, std::initializer_list<std::string_view> parts) {
  std::size_t bytes = 2 + tenant.value.size();
  for (const auto part : parts)
    bytes += 2 + part.size();
  std::string key;
  key.reserve(bytes);
  append_u16(key, static_cast<std::uint16_t>(tenant.value.size()));
  key += tenant.value;
  for (const auto part : parts) {
    append_u16(key, static_cast<std::uint16_t>(part.size()));
    key += part;
  }
  return key;
}

std::string_view Context::remote_id_hash(const TenantId& tenant, const ConnectorName& connector,
                                         const RemoteId& remote_id) const {
  if (hash_.empty() || remote_id != remote_id_ || connector != connector_ || tenant != tenant_) {
    hash_ = to_hex(events::remote_hash(hasher_, tenant, connector, remote_id));
    tenant_ = tenant;
    connector_ = connector;
    remote_id_ = remote_id;
  }
  return hash_;
}

std::string Context::address_hash(const TenantId& tenant, events::Field kind,
                                  std::string_view address) const {
  return to_hex(events::address_hash(hasher_, tenant, kind, address));
}

RowBatch::Place& RowBatch::start(const TenantId& tenant,
                                 std::initializer_list<std::string_view> parts) {
  std::size_t bytes = 2 + tenant.value.size();
  for (const auto part : parts)
    bytes += 2 + part.size();
  auto& place = places_.emplace_back();
  place.offset = bytes_.size();
  place.key_bytes = static_cast<std::uint32_t>(bytes);
  char* at = bytes_.room(bytes);
  const auto add = [&](std::string_view part) {
    *at++ = static_cast<char>(part.size() >> 8U);
    *at++ = static_cast<char>(part.size() & 0xFFU);
    at = ByteArena::put(at, part);
  };
  add(tenant.value);
  for (const auto part : parts)
    add(part);
  bytes_.keep(at);
  return place;
}

FieldMask::FieldMask(const events::FieldSet& fields) : bytes_(2, '\0') {
  unsigned bits = 0;
  for (const auto& [field, value] : fields) // in an order that is the same everywhere
    if (events::is_custom(field))
      bytes_ += '\n' + std::string(name_of(field));
    else
      bits |= 1U << static_cast<unsigned>(field);
  bytes_[0] = static_cast<char>(bits >> 8U);
  bytes_[1] = static_cast<char>(bits & 0xFFU);
}

std::vector<std::string_view> key_parts(std::string_view key) {
  std::vector<std::string_view> parts;
  while (!key.empty()) {
    if (key.size() < 2 || key.size() - 2 < read_u16(key))
      return {};
    parts.push_back(key.substr(2, read_u16(key)));
    key.remove_prefix(2 + parts.back().size());
  }
  if (!parts.empty())
    parts.erase(parts.begin()); // the tenant
  return parts;
}

std::string_view contact_of(const events::Envelope& envelope) {
  return events::contact_in(envelope.stream.value);
}

} // namespace tidemark::projections
