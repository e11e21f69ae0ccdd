#pragma once
#include "base/ids.hpp"
#include "base/keyed_hash.hpp"
#include "events/envelope.hpp"
#include "events/field_set.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// The parts that keys of rows are made of.
namespace tidemark::projections {

/// Hex of the keyed hash of a remote id: the form in which identity cards hold it too.
std::string remote_id_hash(const KeyedHasher& hasher, const TenantId& tenant,
                           const ConnectorName& connector, const RemoteId& remote_id);

/// Which fields a set has, as two bytes. It is part of the key of rows that hold partial sets: an
/// event replaces only rows that state exactly the same fields, so nothing that another event
/// stated is lost, and a reader takes for each field the row with the newest position.
std::string field_mask(const events::FieldSet& fields);

/// A position as eight big-endian bytes, so that keys sort by it.
std::string position_part(Position position);
/// A command's index as four big-endian bytes.
std::string index_part(std::uint32_t index);

/// The parts of a key after the tenant, as `row_key` put them together; empty when it is no such
/// key.
std::vector<std::string_view> key_parts(std::string_view key);

/// The contact of an event on a stream `contact/<id>`; "" for any other stream.
std::string_view contact_of(const events::Envelope& envelope);

} // namespace tidemark::projections
