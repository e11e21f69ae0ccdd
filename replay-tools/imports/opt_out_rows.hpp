#pragma once
#include "base/time.hpp"
#include "events/consent.hpp"
#include "replay-tools/imports/list_rows.hpp"

#include <string>
#include <vector>

/// What the rows of a list of opt-outs say.
namespace tidemark::tools {

/// One address of a row: a row with two numbers closes both.
struct ListedOptOut {
  std::uint64_t line = 0;
  events::Field kind = events::Field::phone;
  std::string address; ///< as the log has it
  std::string channel; ///< sms, calls, email, all
  std::string at;      ///< RFC 3339; "" when the row does not tell
};

struct ListedOptOuts {
  std::vector<ListedOptOut> items; ///< in the order of the file
  std::vector<BadRow> bad;
  std::uint64_t rows = 0; ///< without those that are bad as a whole
};

struct ListReading {
  std::string region;  ///< of numbers without a country code
  std::string channel; ///< what a row closes that names no channel
  Timestamp now;
};

/// Columns: phone, mobile, email, channel, date, under their usual names; others are not looked at.
/// Error: bad_usage, when the file has no columns, or none with an address.
Result<ListedOptOuts> read_opt_outs(std::string_view bytes, const ListReading& how);

/// When that was, in RFC 3339: a day stands for its end, a time without a zone is UTC. Nothing for
/// what is no such time: 03/04/2025 may be two days.
std::optional<std::string> time_listed(std::string_view text, Timestamp now);

} // namespace tidemark::tools
