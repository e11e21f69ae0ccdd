#include "base/injected_bug.hpp"

#ifdef TIDEMARK_PLANTED
#include <algorithm>
#include <array>

namespace tidemark {
namespace {

/// Every fault there is.
constexpr std::array<std::string_view, 24> names{
    "ack_without_append",    "skip_dedupe",
    "stale_is_dropped",      "body_rewritten",
    "shed_uncounted",        "consent_unconditioned",
    "undecided_is_clear",    "inputs_forgotten_at_start",
    "commands_forgotten",    "other_tenants_inputs",
    "decision_reads_clock",  "snapshot_is_all",
    "new_key_on_retry",      "unknown_is_rejected",
    "timeout_is_accepted",   "sent_before_durable",
    "checkpoint_past_open",  "webhook_time_ignored",
    "doubts_forgotten",      "projection_skips_ahead",
    "first_row_wins",        "read_error_is_end",
    "overload_is_forgotten", "start_always_lifts",
};

std::string_view chosen;

} // namespace

bool planted(std::string_view name) {
  return !chosen.empty() && name == chosen;
}

bool plant(std::string_view name) {
  const auto* const at = std::find(names.begin(), names.end(), name);
  chosen = at == names.end() ? std::string_view() : *at;
  return at != names.end();
}

} // namespace tidemark
#endif
