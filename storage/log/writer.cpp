#include "storage/log/writer.hpp"

#include "base/failpoint.hpp"

#include <pthread.h>

namespace tidemark::storage {
namespace {

using failpoint::Point;

std::int64_t steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

Status unless(Point point) {
  if (!failpoint::hit(point))
    return Done{};
  return Error{"storage_failed",
               "failpoint " + std::string(failpoint::names[static_cast<std::size_t>(point)])};
}

} // namespace

void Published::set(const Tip& tip) {
  const std::lock_guard lock(guard_);
  head_ = tip.head;
  durable_.store(tip.position.value, std::memory_order_release);
}

Digest Published::head() const {
  const std::lock_guard lock(guard_);
  return head_;
}

Writer::Writer(const Parts& parts, const Tip& tip, const LogOptions& options)
    : parts_(parts), options_(options), sequencer_(*this, tip), thread_([this] { run(); }) {}

Writer::~Writer() {
  stop();
}

std::optional<NotTaken> Writer::submit(PreparedAppend append, CompletionSink& sink,
                                       std::uint64_t token) {
  bool wake = false;
  {
    const std::lock_guard lock(guard_);
    if (stopping_ || parts_.failure.happened() || (failed_ && append.spool_entry.empty()))
      return NotTaken{"stopping"};
    if (queued_bytes_ + append.bytes > options_.queue_bytes)
      return NotTaken{"overloaded"};
    queued_bytes_ += append.bytes;
    queue_.push_back({std::move(append), &sink, token});
    wake = idle_;
    idle_ = false;
  }
  if (wake)
    arrived_.notify_one();
  return std::nullopt;
}

void Writer::stop() {
  {
    const std::lock_guard lock(guard_);
    stopping_ = true;
  }
  arrived_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void Writer::fail(const Error& error) {
  {
    const std::lock_guard lock(guard_);
    if (!failed_)
      failed_ = error;
  }
  arrived_.notify_all();
}

bool Writer::failed() const {
  const std::lock_guard lock(guard_);
  return failed_.has_value();
}

std::chrono::nanoseconds Writer::busy_for() const {
  const auto since = busy_since_.load(std::memory_order_relaxed);
  return std::chrono::nanoseconds(since == 0 ? 0 : steady_now() - since);
}

LogCounts Writer::counts() const {
  return {groups_, events_, parts_.db.rocks().syncs()};
}

bool Writer::take(std::vector<Item>& group) {
  group.clear();
  std::unique_lock lock(guard_);
  if (queue_.empty()) {
    idle_ = true;
    arrived_.wait(lock, [&] { return !queue_.empty() || stopping_ || failed_; });
    idle_ = false;
  }
  if (failed_)
    return false; // what is queued is for the spool
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < queue_.size() && count < options_.group_appends && bytes < options_.group_bytes)
    bytes += queue_[count++].append.bytes;
  queued_bytes_ -= bytes;
  if (count == queue_.size()) {
    std::swap(group, queue_);
  } else {
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    std::move(queue_.begin(), end, std::back_inserter(group));
    queue_.erase(queue_.begin(), end);
  }
  return !group.empty();
}

void Writer::run() {
  pthread_setname_np(pthread_self(), "log-writer");
  std::vector<Item> group;
  while (take(group)) {
    busy_since_ = steady_now();
    if (const auto committed = commit(group); !committed) {
      fail(committed.error());
      break;
    }
    busy_since_ = 0;
  }
  if (failed())
    end_in_failure(group);
}

Status Writer::commit(std::vector<Item>& items) {
  sequencer_.begin(parts_.clock.now());
  for (auto& item : items) {
    TRY(outcome, sequencer_.admit(item.append));
    answers_.add(*item.sink, item.token, std::move(outcome));
  }
  const auto& group = sequencer_.group();
  if (!group.records.empty())
    if (auto durable = make_durable(group); !durable)
      return durable;
  // Another thread may have found a failure meanwhile: then nothing is acknowledged any more.
  if (parts_.failure.happened() || failed())
    return Error{"storage_failed", "the log has failed"};
  answers_.tell();
  if (!group.records.empty())
    parts_.subscribers.tell(sequencer_.tip().position);
  return Done{};
}

void Writer::end_in_failure(std::vector<Item>& group) {
  busy_since_ = steady_now(); // a disk that does not answer even now ends the process as well
  answers_ = {};              // of what the failed commit would have answered
  const auto end = std::chrono::steady_clock::now() + options_.last_opt_outs;
  bool any = spool_opt_outs(group);
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(guard_);
      idle_ = true;
      arrived_.wait_until(lock, end, [&] { return !queue_.empty() || stopping_; });
      last = stopping_ || std::chrono::steady_clock::now() >= end;
      stopping_ = last; // whoever comes now is told so
      std::swap(group, queue_);
    }
    any = spool_opt_outs(group) || any;
  }
  if (any)
    std::this_thread::sleep_for(options_.answers_leave); // the process ends behind this
  parts_.failure(*failed_);
}

bool Writer::spool_opt_outs(std::vector<Item>& group) {
  bool any = false;
  for (const auto& item : group) {
    if (item.append.spool_entry.empty())
      continue; // never answered: nobody knows what became of it
    any = true;
    AppendOutcome answer = Spooled{};
    if (const auto put = parts_.spool.put(item.append.spool_entry, parts_.clock.now()); !put)
      answer = NotTaken{put.error().code == "spool_full" ? "spool_full" : "not_stored"};
    answers_.add(*item.sink, item.token, std::move(answer));
  }
  answers_.tell();
  group.clear();
  return any;
}

Status Writer::make_durable(const Group& group) {
  const auto& tip = sequencer_.tip();
  if (auto go = unless(Point::log_before_write); !go)
    return go;
  if (auto written = parts_.db.write(group); !written)
    return written;
  if (auto go = unless(Point::log_after_sync_before_anchor); !go)
    return go;
  if (auto set = parts_.anchor.set({tip.position, tip.head, tip.epoch}); !set)
    return set;
  parts_.recent.add(group);
  parts_.index.add(group, tip, [&] { parts_.published.set(tip); });
  groups_ += 1;
  events_ += group.records.size();
  return unless(Point::log_after_anchor_before_ack);
}

} // namespace tidemark::storage
