#pragma once
#include "base/time.hpp"

#include <string>
#include <string_view>

/// Streams without what would name a person, an address or a file.
namespace tidemark::tools {

/// `aloware` of `delivery/aloware/c0123`; "" for a stream of no connector.
std::string_view connector_in(std::string_view stream);
/// `delivery/aloware` of `delivery/aloware/c0123`, `contact` of `contact/c0123`.
std::string without_ids(std::string_view stream);
/// The hour in which it was (UTC).
std::string hour_of(Timestamp at);

} // namespace tidemark::tools
