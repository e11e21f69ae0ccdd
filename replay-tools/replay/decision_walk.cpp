#include "replay-tools/replay/decision_walk.hpp"

#include "events/codec.hpp"
#include "replay-tools/replay/parallel.hpp"

#include <map>
#include <vector>

namespace tidemark::tools {
namespace {

class Walk {
public:
  Walk(Recomputer& recomputer, const WalkRange& range) : recomputer_(recomputer), range_(range) {}

  /// False after an error, or when the event is the first one that does not matter any more.
  bool add(std::string_view record) {
    const auto header = events::read_header(record);
    if (!header)
      return fail(header.error());
    if (!continues(*header)) {
      // An append that reaches beyond `to` is looked at whole.
      if (range_.to > 0 && header->position.value > range_.to)
        return false;
      close();
      begin(*header);
    }
    return !recomputer_.reads(*header, record) || read(*header, record);
  }

  /// Feeds what is collected.
  void close() {
    if (first_.value == 0)
      return;
    const bool counted =
        first_.value >= range_.from && (range_.tenant.value.empty() || tenant_ == range_.tenant);
    if (read_ == 0)
      recomputer_.pass(tenant_, decider_, cause_);
    else if (const auto result = recomputer_.feed(std::span(group_).first(read_), counted); counted)
      count(result);
    first_ = {};
    read_ = 0;
  }

  const Error& failure() const { return failure_; }
  ReplayReport take() { return std::move(report_); }

private:
  /// Does the event belong to the append that is being collected?
  bool continues(const events::RecordHeader& next) const {
    return first_.value != 0 && decider_ != events::Decider::none && next.decider == decider_
           && next.cause == cause_ && next.command_index == command_index_;
  }

  void begin(const events::RecordHeader& header) {
    first_ = header.position;
    tenant_.value = header.tenant;
    decider_ = header.decider;
    cause_ = header.cause;
    command_index_ = header.command_index;
  }

  /// Events take the places, and so the memory, of those before them.
  bool read(const events::RecordHeader& header, std::string_view record) {
    if (read_ == group_.size())
      group_.emplace_back();
    auto& event = group_[read_++];
    const auto content = events::read_record_into(record, event.recorded.envelope);
    if (!content)
      return fail(content.error());
    auto decoder = decoders_.find(header.type);
    if (decoder == decoders_.end())
      decoder = decoders_.emplace(header.type, events::Decoder(header.type)).first;
    if (const auto decoded = decoder->second(content->payload, event.recorded.event); !decoded)
      return fail(decoded.error());
    event.attachment = content->attachment;
    return true;
  }

  bool fail(const Error& error) {
    failure_ = error;
    return false;
  }

  void count(const Recomputed& result) {
    using Kind = Recomputed::Kind;
    if (result.kind == Kind::input || result.kind == Kind::of_another_share)
      return;
    ++report_.decisions;
    report_.recomputed += result.kind == Kind::same_rules ? 1 : 0;
    report_.older_rules += result.kind == Kind::older_rules ? 1 : 0;
    report_.not_recomputable += result.kind == Kind::not_recomputable ? 1 : 0;
    if (!result.difference || result.kind != Kind::same_rules)
      return;
    ++report_.differences;
    if (!report_.first_difference)
      report_.first_difference = result.difference;
  }

  Recomputer& recomputer_;
  const WalkRange& range_;
  std::map<std::string, events::Decoder, std::less<>> decoders_;
  std::vector<ReplayEvent> group_; ///< of the append at hand the first `read_`
  std::size_t read_ = 0;
  Position first_; ///< 0: no append is at hand
  TenantId tenant_;
  events::Decider decider_ = events::Decider::none;
  Position cause_;
  std::uint32_t command_index_ = 0;
  ReplayReport report_;
  Error failure_;
};

void add(ReplayReport& sum, const ReplayReport& part) {
  sum.decisions += part.decisions;
  sum.recomputed += part.recomputed;
  sum.older_rules += part.older_rules;
  sum.not_recomputable += part.not_recomputable;
  sum.differences += part.differences;
  const auto& first = sum.first_difference;
  if (part.first_difference && (!first || part.first_difference->position < first->position))
    sum.first_difference = part.first_difference;
}

} // namespace

Result<ReplayReport> walk_with(const storage::LogStore& log, Recomputer& recomputer,
                               const WalkRange& range) {
  Walk walk(recomputer, range);
  const auto last =
      log.read(Position{}, SIZE_MAX, [&](std::string_view record) { return walk.add(record); });
  if (!last)
    return last.error();
  if (!walk.failure().code.empty())
    return walk.failure();
  walk.close();
  return walk.take();
}

Result<ReplayReport> walk_decisions(const storage::LogStore& log, const KeyedHasher& hasher,
                                    const std::string& incarnation, const WalkRange& range,
                                    std::size_t threads) {
  std::vector<ReplayReport> parts(threads);
  const auto walked = in_parallel(threads, threads, [&](std::size_t i) -> Status {
    const auto recomputer = make_recomputer(hasher, incarnation, {i, threads});
    TRY(part, walk_with(log, *recomputer, range));
    parts[i] = std::move(part);
    return Done{};
  });
  if (!walked)
    return walked.error();
  ReplayReport sum;
  for (const auto& part : parts)
    add(sum, part);
  return sum;
}

} // namespace tidemark::tools
