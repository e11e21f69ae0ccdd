#include "replay-tools/decision_walk.hpp"

#include "events/codec.hpp"
#include "replay-tools/parallel.hpp"

#include <vector>

namespace tidemark::tools {
namespace {

class Walk {
public:
  Walk(Recomputer& recomputer, std::uint64_t from) : recomputer_(recomputer), from_(from) {}

  /// False after an error, or when the event is the first one that does not matter any more.
  bool add(std::string_view record, std::uint64_t to) {
    const auto content = events::read_record_into(record, envelope_);
    if (!content) {
      failure_ = content.error();
      return false;
    }
    if (!continues(envelope_)) {
      // An append that reaches beyond `to` is looked at whole.
      if ((to > 0 && envelope_.position.value > to) || !close())
        return false;
    }
    auto& event = group_.emplace_back();
    if (recomputer_.reads(envelope_)) {
      event.payload = content->payload;
      event.attachment = content->attachment;
    }
    std::swap(event.envelope, envelope_);
    return true;
  }

  /// Does the event belong to the append that is being collected?
  bool continues(const events::Envelope& next) const {
    return !group_.empty() && same_append(group_.back().envelope, next);
  }

  /// Feeds what is collected; false after an error.
  bool close() {
    if (group_.empty())
      return true;
    const bool counted = group_.front().envelope.position.value >= from_;
    const auto result = recomputer_.feed(group_, counted);
    group_.clear();
    if (!result) {
      failure_ = result.error();
      return false;
    }
    if (counted)
      count(*result);
    return true;
  }

  const Error& failure() const { return failure_; }
  ReplayReport take() { return std::move(report_); }

private:
  static bool same_append(const events::Envelope& a, const events::Envelope& b) {
    return a.decider != events::Decider::none && a.decider == b.decider && a.cause == b.cause
           && a.command_index == b.command_index;
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
  std::uint64_t from_;
  std::vector<events::StoredEvent> group_;
  events::Envelope envelope_; ///< of the record at hand
  ReplayReport report_;
  Error failure_;
};

Result<ReplayReport> walk_share(const storage::LogStore& log, Recomputer& recomputer,
                                std::uint64_t from, std::uint64_t to) {
  Walk walk(recomputer, from);
  const auto last =
      log.read(Position{}, SIZE_MAX, [&](std::string_view record) { return walk.add(record, to); });
  if (!last)
    return last.error();
  if (walk.failure().code.empty())
    walk.close();
  if (!walk.failure().code.empty())
    return walk.failure();
  return walk.take();
}

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

Result<ReplayReport> walk_decisions(const storage::LogStore& log, const KeyedHasher& hasher,
                                    const std::string& incarnation, std::uint64_t from,
                                    std::uint64_t to, std::size_t threads) {
  std::vector<ReplayReport> parts(threads);
  const auto walked = in_parallel(threads, threads, [&](std::size_t i) -> Status {
    const auto recomputer = make_recomputer(hasher, incarnation, {i, threads});
    auto part = walk_share(log, *recomputer, from, to);
    if (!part)
      return part.error();
    parts[i] = std::move(*part);
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
