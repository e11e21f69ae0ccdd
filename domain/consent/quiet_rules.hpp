#pragma once
#include "domain/consent/quiet_hours.hpp"
#include "events/action.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The hours and daily numbers that hold by themselves, by the country of a number and the place of
/// its person (requirements E1, E3, O13). A table with a version: another table is another version.
namespace tidemark::domain {

inline constexpr std::string_view quiet_table = "quiet@1";

/// The rules that hold for one person.
struct QuietPlace {
  std::string rule;               ///< `+1/FL`, `+1` (a place without own row), `+1/any` (not known)
  std::string from;               ///< contact (its address), area_code, unknown
  std::vector<std::string> zones; ///< all in which the place lies
};

/// Nothing where the table has no rule for the number's country.
std::optional<QuietPlace> quiet_place(const events::ActionIntended& send);

/// Are its zones narrower than the whole country?
bool has_own_zones(const QuietPlace& place);

/// May nothing leave at that time of day there? A time that cannot be read counts as quiet.
bool table_forbids(const QuietPlace& place, std::string_view local_time);

/// Messages within 24 hours on that day, 0: as many as there are.
std::uint32_t table_per_day(const QuietPlace& place, std::string_view local_time);

/// How far a time zone is ahead of UTC then; nothing for a name that nobody knows.
using ZoneOffset =
    std::function<std::optional<std::chrono::minutes>(std::string_view zone, Timestamp at)>;

/// By the contact's own time zone, else everywhere where the place of its table of hours lies, or
/// the configuration says that a person may be; that is nowhere while neither has quiet hours.
Whereabouts whereabouts(const events::ActionIntended& send, const events::SendLimits& limits,
                        Timestamp now, const ZoneOffset& offset);

} // namespace tidemark::domain
