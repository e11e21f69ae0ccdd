#pragma once
#include <string_view>

/// What can be seen in a record without decoding its event; cheap enough for every record.
namespace tidemark::events {

/// The contact whose own stream this is; "" for other streams (tags.hpp makes them).
std::string_view contact_in(std::string_view stream);
/// The contact of its own stream or of one of its deliveries; "" for other streams.
std::string_view contact_behind(std::string_view stream);
/// The target of a contact's deliveries; "" for other streams.
std::string_view target_in(std::string_view stream);

} // namespace tidemark::events
