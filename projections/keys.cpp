#include "projections/keys.hpp"

#include "events/tags.hpp"
#include "projections/projection.hpp"

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

std::string remote_id_hash(const KeyedHasher& hasher, const TenantId& tenant,
                           const ConnectorName& connector, const RemoteId& remote_id) {
  return to_hex(events::remote_hash(hasher, tenant, connector, remote_id));
}

std::string field_mask(const events::FieldSet& fields) {
  std::uint16_t mask = 0;
  for (const auto& [field, value] : fields)
    mask = static_cast<std::uint16_t>(mask | (1U << static_cast<unsigned>(field)));
  std::string out;
  append_u16(out, mask);
  return out;
}

std::string position_part(Position position) {
  std::string out;
  append_u64(out, position.value);
  return out;
}

std::string index_part(std::uint32_t index) {
  std::string out;
  append_u32(out, index);
  return out;
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
  constexpr std::string_view prefix = "contact/";
  const std::string_view stream = envelope.stream.value;
  return stream.starts_with(prefix) ? stream.substr(prefix.size()) : std::string_view{};
}

} // namespace tidemark::projections
