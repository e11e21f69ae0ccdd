#pragma once
#include "base/bytes.hpp"
#include "base/strong.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace tidemark {

/// A company whose systems are kept in step. In every key and every call; there is no default.
using TenantId = Strong<struct TenantIdTag, std::string>;
/// A connector of a tenant, by its configured name (1 to 40 of [a-z0-9-]).
using ConnectorName = Strong<struct ConnectorNameTag, std::string>;
/// One person as Tidemark knows them; `c` and 20 hex digits, see domain/rules/cause.hpp.
using ContactId = Strong<struct ContactIdTag, std::string>;
/// One intent towards one system; `d` and 20 hex digits. The idempotency key of all its attempts.
using DeliveryId = Strong<struct DeliveryIdTag, std::string>;
/// The id that an outside system gave to its record. Personal data by association: hash it in keys.
using RemoteId = Strong<struct RemoteIdTag, std::string>;
/// Keyed hash of a phone number or e-mail address: how identity and consent know it.
using AddressHash = Strong<struct AddressHashTag, Hash16>;
/// Name of a stream, such as `contact/c0123…`; holds no personal data.
using StreamName = Strong<struct StreamNameTag, std::string>;

/// Place of an event in the log: dense, from 1. Zero means "before everything" or "none".
struct Position {
  std::uint64_t value = 0;
  auto operator<=>(const Position&) const = default;
};
/// Number of an event within its stream, dense from 1. Zero means "the stream is empty".
struct StreamVersion {
  std::uint32_t value = 0;
  auto operator<=>(const StreamVersion&) const = default;
};
/// Number of the writer that holds the log; raised at every start.
struct Epoch {
  std::uint32_t value = 0;
  auto operator<=>(const Epoch&) const = default;
};

inline std::string to_hex(const AddressHash& hash) {
  return to_hex(hash.value);
}

} // namespace tidemark

template <class Tag>
struct std::hash<tidemark::Strong<Tag, std::string>> {
  std::size_t operator()(const tidemark::Strong<Tag, std::string>& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
template <>
struct std::hash<tidemark::AddressHash> {
  std::size_t operator()(const tidemark::AddressHash& hash) const noexcept {
    return std::hash<std::string_view>{}(tidemark::as_view(hash.value));
  }
};
template <>
struct std::hash<tidemark::Position> {
  std::size_t operator()(tidemark::Position p) const noexcept {
    return std::hash<std::uint64_t>{}(p.value);
  }
};
