#pragma once
#include "base/result.hpp"
#include "base/time.hpp"
#include "replay-tools/imports/list_rows.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

/// What the rows of a list of messages say.
namespace tidemark::tools {

struct ListedMessage {
  std::uint64_t line = 0;
  std::map<std::string, std::string> members; ///< of a row of POST /messages/import, as it has them
};

struct ListedMessages {
  std::vector<ListedMessage> items;
  std::vector<BadRow> bad;
  std::set<std::string> left_out; ///< columns that are not read
};

struct MessageReading {
  std::string region; ///< of numbers without a country code
  bool with_ids = false;
  Timestamp now;
};

/// Columns: the person's `phone` or `email`, or `from` and `to` instead; `direction`, a time, the
/// text, and perhaps channel, subject, agent, state, our number, and `id` where `with_ids` says
/// whose they are; under their usual names. Error: bad_usage, when the file has no rows.
Result<ListedMessages> read_messages(std::string_view bytes, const MessageReading& how);

} // namespace tidemark::tools
