#include "replay-tools/tables/table_differences.hpp"

#include <optional>

namespace tidemark::tools {
namespace {

class Comparing {
public:
  Comparing(MergedRows& folded, std::string_view prefix,
            const std::function<Status(storage::Mutation)>& mend)
      : folded_(folded), prefix_(prefix), mend_(mend) {}

  Status begin() { return next(); }
  /// A row of the table.
  Status take(std::string_view key, std::string_view value) {
    TRYV(take_missing(key));
    if (!more_ || key_ != key) {
      ++found_.extra;
      return mend_({std::string(key), std::nullopt});
    }
    if (value_ != value) {
      ++found_.other;
      TRYV(mend_({key_, value_}));
    }
    return next();
  }
  /// The rest of what the log gives, up to its end: its digest is of all rows.
  Result<TableDifferences> end() {
    TRYV(take_missing(std::nullopt));
    return found_;
  }

private:
  /// What the log gives before `key`; all of it with none.
  Status take_missing(std::optional<std::string_view> key) {
    while (more_ && (!key || key_ < *key)) {
      ++found_.missing;
      TRYV(mend_({key_, value_}));
      TRYV(next());
    }
    return Done{};
  }
  Status next() {
    do {
      TRY(more, folded_.next(key_, value_));
      more_ = more;
    } while (more_ && !key_.starts_with(prefix_));
    found_.rows += more_ ? 1 : 0;
    return Done{};
  }

  MergedRows& folded_;
  std::string_view prefix_;
  const std::function<Status(storage::Mutation)>& mend_;
  std::string key_, value_;
  bool more_ = false;
  TableDifferences found_;
};

} // namespace

Result<TableDifferences> compare_rows(const storage::TableStore& table, std::string_view name,
                                      MergedRows& folded, std::string_view prefix,
                                      const std::function<Status(storage::Mutation)>& mend) {
  Comparing comparing(folded, prefix, mend);
  TRYV(comparing.begin());
  Status status{Done{}};
  TRYV(table.scan(name, prefix, {}, [&](std::string_view key, std::string_view value) {
    status = comparing.take(key, value);
    return status.ok();
  }));
  TRYV(status);
  return comparing.end();
}

} // namespace tidemark::tools
