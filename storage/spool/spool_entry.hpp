#pragma once
#include "base/result.hpp"
#include "storage/log_store.hpp"

/// A webhook with a sign of an opt-out as it stands in the spool: all that its append needs.
namespace tidemark::storage {

/// Is it one verified webhook that may hold an opt-out?
bool is_possible_opt_out(const Append& append);

/// The bytes of such an append.
std::string to_spool_entry(const Append& append);

/// The append again, with `spooled_at` in its event. It can be made any number of times: it has a
/// dedupe key of its own, and a window of another key is as open as it was at `spooled_at`.
/// Errors: data_damaged.
Result<Append> from_spool_entry(std::string_view bytes, Timestamp spooled_at, Timestamp now);

} // namespace tidemark::storage
