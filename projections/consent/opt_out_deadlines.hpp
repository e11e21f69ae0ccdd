#pragma once
#include "projections/consent/opt_out_view.hpp"

/// By when an opt-out has to be honoured everywhere, and whether it was (requirements E1, E7).
namespace tidemark::projections {

struct DeadlineView {
  std::string_view rule; ///< of `Due`
  Position opt_out;      ///< the input that said it
  Timestamp due;
  /// met, open (not yet due), missed, or nobody_to_tell: no system had to hear of it and no message
  /// left after it was due.
  std::string_view state;
};

/// A time by which an opt-out has to be honoured.
struct Due {
  /// confirmed_in_2_minutes; tcpa_10_business_days for texts and calls; for e-mail
  /// one_click_48_hours and can_spam_10_business_days.
  std::string_view rule;
  Timestamp due;
  Timestamp near; ///< from then on somebody should look; `due` when that is soon enough
};
/// All of them for an opt-out that was received at `from`.
std::vector<Due> dues_of(bool email, Timestamp from);

/// How long a system may take before somebody has to look (requirement O6).
inline constexpr std::chrono::minutes confirmation_time{2};

/// Of every opt-out of the address, once for each input, as things stand at `now`. Met: every
/// system that had to be told has confirmed by then, and no message left after it. For all but
/// confirmed_in_2_minutes, what people have to set there by hand was seen set by then, too. Open
/// also while a contact has yet to take it in.
std::vector<DeadlineView> deadlines_of(const AddressView& address, Timestamp now);

/// The same time of day so many Mondays to Fridays later. Holidays count as business days, so the
/// result is never later than the law's.
Timestamp business_days_after(Timestamp from, int days);

} // namespace tidemark::projections
