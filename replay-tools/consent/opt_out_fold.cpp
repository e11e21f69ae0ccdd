#include "replay-tools/consent/opt_out_fold.hpp"

#include "projections/consent/opt_outs.hpp"
#include "projections/table/fold.hpp"

namespace tidemark::tools {
namespace {

/// What an input was read as, recorded after the time that was asked for: it says what had been
/// received by then. What contacts and systems made of it happened later.
bool is_decision_on(const events::RecordHeader& header, Position last_received) {
  return (header.type == events::ConsentChanged::name
          || header.type == events::WebhookInterpreted::name)
         && header.cause <= last_received;
}

} // namespace

void OptOutRows::take(const projections::RowBatch& batch) {
  for (const auto row : batch)
    if (row.value)
      rows_.insert_or_assign(std::string(row.key), std::string(*row.value));
    else
      rows_.erase(std::string(row.key));
}

projections::Scan OptOutRows::scan() const {
  return [this](std::string_view, std::string_view prefix, std::string_view after,
                const projections::RowVisitor& visit) -> Status {
    auto next = after < prefix ? rows_.lower_bound(prefix) : rows_.upper_bound(after);
    for (; next != rows_.end() && next->first.starts_with(prefix); ++next)
      if (!visit(next->first, next->second))
        break;
    return Done{};
  };
}

Result<FoldedOptOuts> fold_opt_outs(const storage::LogStore& log, const KeyedHasher& hasher,
                                    const std::optional<Timestamp>& as_of) {
  FoldedOptOuts out;
  projections::Fold fold({&projections::opt_outs}, hasher);
  projections::RowBatch rows;
  projections::RowBatch* const batches[]{&rows};
  Position last_received;
  const auto take = [&](std::string_view record) -> Result<bool> {
    TRY(header, events::read_header(record));
    if (!as_of || header.recorded_at <= *as_of) // times never go back along the log
      last_received = header.position;
    else if (!is_decision_on(header, last_received))
      return true;
    TRYV(fold.feed(record, batches));
    out.position = header.position;
    out.rows.take(rows);
    rows.clear();
    return true;
  };
  TRYV(storage::read_each(log, Position{}, SIZE_MAX, take));
  out.unknown = fold.unknown_count();
  if (out.position == Position{})
    return out;
  TRY(newest, log.at(out.position));
  if (newest)
    out.hash = newest->envelope.hash;
  return out;
}

} // namespace tidemark::tools
