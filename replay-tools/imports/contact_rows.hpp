#pragma once
#include "base/result.hpp"
#include "replay-tools/imports/list_rows.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

/// What the rows of a list of contacts say.
namespace tidemark::tools {

struct ListedContact {
  std::uint64_t line = 0;
  std::string id;                            ///< in the system that the list is of; "" none
  std::map<std::string, std::string> fields; ///< by their names in the API
  std::vector<std::string> tags;
};

struct ListedContacts {
  std::vector<ListedContact> items;
  std::vector<BadRow> bad;
  std::set<std::string> left_out;      ///< columns that are not read
  std::set<std::string> about_consent; ///< columns about consent, which are not read either
};

/// Columns: the contact's fields under their names in the API, `phone` and `email` under their
/// usual ones too, `name`, `tags` (separated by commas or semicolons), and `id` where `with_ids`
/// says whose ids they are. A row that says that the person opted out is bad. Error: bad_usage,
/// when the file has no rows.
Result<ListedContacts> read_contacts(std::string_view bytes, std::string_view region,
                                     bool with_ids);

} // namespace tidemark::tools
