#pragma once
#include "projections/opt_out_view.hpp"

/// By when an opt-out has to be honoured everywhere, and whether it was (mission/field.md E1, E7).
namespace tidemark::projections {

struct DeadlineView {
  std::string_view
      rule;         ///< tcpa_10_business_days, can_spam_10_business_days, confirmed_in_2_minutes
  Position opt_out; ///< the input that said it
  Timestamp due;
  std::string_view state; ///< met, open (not yet due), missed
};

/// How long a system may take before somebody has to look (mission O6).
inline constexpr std::chrono::minutes confirmation_time{2};

/// Of every opt-out of the address, as things stand at `now`. Met: every system that had to be told
/// has confirmed by then, and no message left after it.
std::vector<DeadlineView> deadlines_of(const AddressView& address, Timestamp now);

/// The same time of day so many Mondays to Fridays later. Holidays count as business days, so the
/// result is never later than the law's.
Timestamp business_days_after(Timestamp from, int days);

} // namespace tidemark::projections
