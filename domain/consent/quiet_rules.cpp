#include "domain/consent/quiet_rules.hpp"

#include "base/text/phone.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace tidemark::domain {
namespace {

/// From this minute after midnight to that one; both 0: nothing leaves on that day.
struct Hours {
  std::uint32_t from = 0;
  std::uint32_t until = 0;
};

struct Row {
  std::string_view state;
  std::string_view name;       ///< in lower case, as people write it
  std::string_view area_codes; ///< three digits each
  std::string_view zones;
  std::string_view since; ///< first local day on which it holds
  Hours week, saturday, sunday;
  std::uint32_t per_day = 0;
};

constexpr std::uint32_t hour = 60;
constexpr Hours day{8 * hour, 20 * hour};

// Laws of the states that are narrower than 08:00 to 20:00, or count the messages of a day. Texas
// ends at 21:00 by its own law; what holds everywhere is the end there. Rhode Island: R.I. Gen.
// Laws 5-61-2 (2), of 1999. Holidays are not in it.
constexpr std::array rows{
    Row{"FL", "florida",
        "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 "
        "954",
        "America/New_York America/Chicago", "2021-07-01", day, day, day, 3},
    Row{"OK", "oklahoma", "405 539 572 580 918", "America/Chicago America/Denver", "2022-11-01",
        day, day, day, 3},
    Row{"OR", "oregon", "458 503 541 971", "America/Los_Angeles America/Boise", "2026-01-01", day,
        day, day, 3},
    Row{"TX",
        "texas",
        "210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 "
        "915 936 940 945 956 972 979",
        "America/Chicago America/Denver",
        "2025-09-01",
        {9 * hour, 21 * hour},
        {9 * hour, 21 * hour},
        {12 * hour, 21 * hour}},
    Row{"CT",
        "connecticut",
        "203 475 860 959",
        "America/New_York",
        "2023-10-01",
        {9 * hour, 20 * hour},
        {9 * hour, 20 * hour},
        {9 * hour, 20 * hour}},
    Row{"RI",
        "rhode island",
        "401",
        "America/New_York",
        "",
        {9 * hour, 18 * hour},
        {10 * hour, 17 * hour},
        {}},
};

/// States, territories and provinces that have no row; a word that is not here names no place.
constexpr std::string_view others =
    "|al|ak|az|ar|ca|co|de|dc|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|"
    "nc|nd|oh|pa|sc|sd|tn|ut|vt|va|wa|wv|wi|wy|pr|vi|gu|as|mp|ab|bc|mb|nb|nl|ns|nt|nu|on|pe|qc|sk|"
    "yt|alabama|alaska|arizona|arkansas|california|colorado|delaware|district of columbia|georgia|"
    "hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|"
    "michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|"
    "new mexico|new york|north carolina|north dakota|ohio|pennsylvania|south carolina|"
    "south dakota|tennessee|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming|"
    "puerto rico|guam|american samoa|alberta|british columbia|manitoba|new brunswick|nova scotia|"
    "ontario|quebec|saskatchewan|";

/// Everywhere under +1 but the islands that have an area code of their own (below).
constexpr std::string_view all_zones =
    "America/St_Johns America/Halifax America/Puerto_Rico America/New_York America/Chicago "
    "America/Denver America/Phoenix America/Los_Angeles America/Anchorage America/Adak "
    "Pacific/Honolulu";

/// No place has them: toll-free and personal numbers.
constexpr std::string_view placeless =
    "500 521 522 523 524 525 526 527 528 529 533 544 566 577 588 "
    "600 622 700 710 800 822 833 844 855 866 877 888 900";

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto first = out.find_first_not_of(' ');
  return first == std::string::npos ? "" : out.substr(first, out.find_last_not_of(' ') - first + 1);
}

bool has_area_code(std::string_view list, std::string_view code) {
  return list.find(code) != std::string_view::npos;
}

std::vector<std::string> zones_of(std::string_view code) {
  if (code == "671" || code == "670")
    return {"Pacific/Guam"};
  return code == "684" ? std::vector<std::string>{"Pacific/Pago_Pago"} : words(all_zones);
}

QuietPlace of_row(const Row& row, std::string_view from) {
  return {"+1/" + std::string(row.state), std::string(from), words(row.zones)};
}

/// 0 is Sunday; nothing when the date cannot be read.
std::optional<unsigned> weekday(std::string_view local_time) {
  const auto at = from_rfc3339(std::string(local_time.substr(0, 10)) + "T00:00:00Z");
  if (!at)
    return std::nullopt;
  return std::chrono::weekday(std::chrono::floor<std::chrono::days>(*at)).c_encoding();
}

bool outside(Hours hours, std::string_view local_time) {
  return hours.from == hours.until || is_quiet(local_time, {hours.from, hours.until, {}, 0});
}

/// The row's, or all of them for a person who may be anywhere; from the day on which each holds.
template <class Use>
void each_row(const QuietPlace& place, std::string_view local_time, const Use& use) {
  for (const auto& row : rows)
    if ((place.rule == "+1/any" || place.rule.substr(2) == "/" + std::string(row.state))
        && local_time.substr(0, 10) >= row.since)
      use(row);
}

/// What the clocks show in these zones; one that nobody knows has none.
std::vector<LocalClock> clocks_in(const std::vector<std::string>& zones, Timestamp now,
                                  const ZoneOffset& offset) {
  std::vector<LocalClock> out;
  for (const auto& zone : zones)
    if (const auto ahead = offset(zone, now))
      out.push_back({zone, local_time(now, *ahead)});
  return out;
}

} // namespace

std::optional<QuietPlace> quiet_place(const events::ActionIntended& send) {
  if (!send.message)
    return std::nullopt;
  const std::string_view number = send.message->their_address.reveal();
  if (!number.starts_with("+1") || number.size() != 12 || !is_e164(number))
    return std::nullopt;
  const auto code = number.substr(2, 3);
  const auto state = lower(send.context.get(events::Field::address_state));
  for (const auto& row : rows)
    if (state == lower(row.state) || state == row.name)
      return of_row(row, "contact");
  if (!state.empty())
    return others.find("|" + state + "|") != std::string_view::npos
               ? QuietPlace{"+1", "contact", zones_of(code)}
               : QuietPlace{"+1/any", "unknown", zones_of(code)};
  for (const auto& row : rows)
    if (has_area_code(row.area_codes, code))
      return of_row(row, "area_code");
  if (has_area_code(placeless, code))
    return QuietPlace{"+1/any", "unknown", zones_of(code)};
  return QuietPlace{"+1", "area_code", zones_of(code)};
}

bool has_own_zones(const QuietPlace& place) {
  return place.zones.size() <= 2;
}

bool table_forbids(const QuietPlace& place, std::string_view local_time) {
  const auto on = weekday(local_time);
  if (!on)
    return true;
  bool out = outside(day, local_time);
  each_row(place, local_time, [&](const Row& row) {
    out = out || outside(*on == 0 ? row.sunday : *on == 6 ? row.saturday : row.week, local_time);
  });
  return out;
}

std::uint32_t table_per_day(const QuietPlace& place, std::string_view local_time) {
  std::uint32_t out = 0;
  each_row(place, local_time, [&](const Row& row) {
    if (row.per_day > 0)
      out = out == 0 ? row.per_day : std::min(out, row.per_day);
  });
  return out;
}

Whereabouts whereabouts(const events::ActionIntended& send, const events::SendLimits& limits,
                        Timestamp now, const ZoneOffset& offset) {
  if (const auto* zone = send.context.find(events::Field::timezone))
    if (auto clocks = clocks_in({*zone}, now, offset); !clocks.empty())
      return {std::move(clocks), "contact"};
  const auto place = limits.table ? quiet_place(send) : std::nullopt;
  // A configured list is of people whose place nobody knows: it does not widen a known one.
  if (place && (limits.zones.empty() || has_own_zones(*place)))
    if (auto clocks = clocks_in(place->zones, now, offset); !clocks.empty())
      return {std::move(clocks), "place"};
  if (auto clocks = clocks_in(limits.zones, now, offset); !clocks.empty())
    return {std::move(clocks), "default"};
  return {{}, "unknown"};
}

} // namespace tidemark::domain
