#pragma once
#include "domain/contacts/state.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tidemark::domain {

/// JSON of the state, for snapshots. A snapshot of another form is thrown away.
inline constexpr int contact_snapshot_version = 22;
std::string snapshot_of(const Contact& contact);
std::optional<Contact> from_snapshot(std::string_view json);

} // namespace tidemark::domain
