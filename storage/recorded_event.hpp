#pragma once
#include "events/recorded.hpp"
#include "events/tags.hpp"
#include "storage/log_store.hpp"

#include <functional>
#include <string>

namespace tidemark::storage {

/// The event at a position that something names, and its attachment where that is wanted. Errors:
/// log_hole when there is none, and those of reading and decoding.
Result<events::Recorded> recorded_event(const LogStore& log, Position position,
                                        std::string* attachment = nullptr);

/// Visits what is recorded under a tag after a position, oldest first. Errors: as above.
Status read_under_tag(const LogStore& log, const TenantId& tenant, const events::Tag& tag,
                      Position after, const std::function<void(const events::Recorded&)>& visit);

} // namespace tidemark::storage
