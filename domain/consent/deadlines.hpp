#pragma once
#include "base/time.hpp"
#include "events/consent.hpp"

#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

/// By when every system has to have taken an opt-out, and what somebody has to hear of that
/// (requirements E1, E7, O6).
namespace tidemark::domain {

/// A time by which an opt-out has to be honoured.
struct Due {
  /// confirmed_in_2_minutes; tcpa_10_business_days for texts and calls; for e-mail
  /// one_click_48_hours and can_spam_10_business_days.
  std::string_view rule;
  Timestamp due;
  Timestamp near; ///< from then on somebody should look; `due` when that is soon enough
};
inline constexpr std::string_view confirmed_in_time = "confirmed_in_2_minutes";
/// How long a system may take before somebody has to look (requirement O6).
inline constexpr std::chrono::minutes confirmation_time{2};

inline constexpr int business_days_by_law = 10;

/// All of them for an opt-out that was received at `from`.
std::vector<Due> dues_of(bool email, Timestamp from);

/// The same time of day so many Mondays to Fridays later. Holidays count as business days, so the
/// result is never later than the law's.
Timestamp business_days_after(Timestamp from, int days);

/// An opt-out that a system was told of and has not confirmed.
struct UnconfirmedOptOut {
  DeliveryId delivery;
  ContactId contact;
  ConnectorName target;
  Timestamp since;
  bool email = false; ///< it closes e-mail
  bool phone = false; ///< it closes texts or calls
};

/// What a table of opt-outs shows.
struct OptOutTable {
  std::vector<UnconfirmedOptOut> open;
  std::vector<events::DeadlineReached> told; ///< near or missed, and not settled
  Position read_to;                          ///< of the log
};

/// Which deadlines are near, missed or settled now, each told once. The table lags behind the log,
/// so a thing counts when the table has caught up with where the log ended as it was seen first.
class DeadlineWatch {
public:
  /// What is to be recorded now; each is asked for once.
  std::vector<events::DeadlineReached> poll(const OptOutTable& table, Position log_end,
                                            Timestamp now);
  /// It was not recorded: the next look asks for it again.
  void not_recorded(const events::DeadlineReached& event);

private:
  /// delivery, rule, state
  using Notice = std::tuple<DeliveryId, std::string, events::DeadlineState>;
  static Notice notice_of(const events::DeadlineReached& event);

  std::map<Notice, Position> noticed_; ///< where the log ended when it was seen first
  std::set<Notice> asked_;             ///< to be recorded, and not in the table yet
};

} // namespace tidemark::domain
