#include "replay-tools/consent/opt_out_fold.hpp"

#include "domain/rules/cause.hpp"
#include "events/codec.hpp"
#include "projections/consent/opt_outs.hpp"
#include "projections/table/fold.hpp"

#include <set>

namespace tidemark::tools {
namespace {

/// The inputs that had been received by a time.
class ReceivedBy {
public:
  explicit ReceivedBy(const std::optional<Timestamp>& as_of) : as_of_(as_of) {}

  /// Belongs the record to what was known then? What an input was read as does, also when that
  /// was recorded later; what contacts and systems made of it happened later.
  Result<bool> takes(const events::RecordHeader& header, std::string_view record) {
    if (!as_of_ || header.recorded_at <= *as_of_) { // times never go back along the log
      last_ = header.position;
      return true;
    }
    if (header.type == events::WebhookReceived::name) {
      events::Envelope envelope;
      TRY(content, events::read_record_into(record, envelope, false));
      TRY(webhook, events::decode(header.type, content.payload));
      if (domain::received_at(webhook, header.recorded_at) > *as_of_)
        return false;
      from_the_spool_.insert(header.position);
      return true;
    }
    return (header.type == events::ConsentChanged::name
            || header.type == events::WebhookInterpreted::name)
           && (header.cause <= last_ || from_the_spool_.contains(header.cause));
  }

private:
  const std::optional<Timestamp>& as_of_;
  Position last_;
  std::set<Position> from_the_spool_; ///< recorded when the service was started again
};

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
  ReceivedBy received(as_of);
  const auto take = [&](std::string_view record) -> Result<bool> {
    TRY(header, events::read_header(record));
    TRY(known, received.takes(header, record));
    if (!known)
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
