#pragma once
#include "events/bulk.hpp"
#include "gateway/api/address.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "storage/log_store.hpp"

#include <functional>
#include <string>
#include <vector>

/// Lists from elsewhere, sent row by row: what is wrong with one is told, the others are taken.
namespace tidemark::gateway {

/// The rows of one request, and what is told of each.
class ImportRows {
public:
  /// What a row is stored as. Errors: what is wrong with it, for people; it never quotes the row.
  using Reader = std::function<Result<storage::Append>(json::Value row, std::uint64_t line)>;

  /// Error: bad_rows.
  static Result<ImportRows> read(const Body& body, const Reader& read_row);

  /// `import_answer`, once all are durable: a row that is stored already is not stored twice.
  /// Error: not_stored.
  Result<Json> store(const ApiContext& api) &&;

private:
  std::vector<storage::Append> appends_;
  std::vector<std::size_t> places_; ///< of the appends among `rows_`
  Json rows_ = Json::array();
  std::size_t refused_ = 0;
};

/// The row with why and by whom it is asked for: under an action, as that one's.
template <class Event>
Event asked_in(const ApiContext& api, const Body& body, std::string reason, Event row) {
  row = asked(api, std::move(reason), std::move(row));
  if (auto action = body.text("action"); !action.empty())
    row.request_id = std::move(action);
  return row;
}

/// What `take` answers, counted by the action that the request names with `action`, where it names
/// one: `last` ends that. Errors: bad_body, those of BulkActions::check_import, and of `take`.
Result<Json> taken_under_action(const ApiContext& api, const Body& body,
                                const events::BulkImport& list, bool dry_run,
                                const std::function<Result<Json>()>& take);

/// Whose the row is: its `phone` or its `email`. Errors: bad_row, bad_address.
Result<Address> address_in(json::Value row, std::string_view region);

/// When that was, in RFC 3339 and UTC. Error: bad_at, when it is no such time or lies ahead.
Result<std::string> time_in(json::Value at, Timestamp now);

/// What is told of a row that is refused.
Json refused_row(std::uint64_t line, const Error& why);

/// How far the rows of the stream were taken: `rows`, and the newest one's line or null.
struct ImportProgress {
  std::uint64_t rows = 0;
  Json last_line;
};
Result<ImportProgress> import_progress(const ApiContext& api, const StreamName& stream);

inline constexpr Schema imported_row{
    "imported_row",
    {{integer("line"), text("result"), optional(text("code")), optional(text("text"))}}};

} // namespace tidemark::gateway
