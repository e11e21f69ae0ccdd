#pragma once
#include "storage/open_log.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>

/// What the storage tests share.
namespace tidemark::storage::test {

class FakeClock final : public WallClock {
public:
  Timestamp now() const override { return Timestamp{std::chrono::microseconds{micros_.load()}}; }
  void set(std::int64_t micros) { micros_ = micros; }
  void advance(std::chrono::microseconds by) { micros_ += by.count(); }

private:
  std::atomic<std::int64_t> micros_{1'700'000'000'000'000};
};

/// A folder of its own, removed at the end.
class Scratch {
public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "tidemark-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path(const std::string& name = "data") const { return path_ + "/" + name; }

private:
  std::string path_;
};

inline const TenantId acme{"acme"};
inline const TenantId other{"other"};

inline Hash16 hash_of(std::uint64_t number) {
  Hash16 out{};
  for (int i = 0; i < 8; ++i)
    out[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(number >> (8 * i));
  out[15] = 0x5a;
  return out;
}
inline events::Tag tag_of(std::uint64_t number, events::TagKind kind = events::TagKind::identity) {
  return {kind, hash_of(number)};
}

/// One event on a stream, told apart by `text`.
inline NewEvent event_on(const std::string& stream, const std::string& text = "x",
                         std::vector<events::Tag> tags = {}) {
  return {StreamName{stream}, events::TimerDue{"test", text}, std::move(tags), {}};
}
inline Append append_of(std::vector<NewEvent> events) {
  Append append;
  append.tenant = acme;
  append.events = std::move(events);
  return append;
}
NewEvent webhook(const std::string& body, bool maybe_opt_out = false,
                 const std::string& stream = "webhook/ghl");

/// Gathers answers from any number of appends.
class Gatherer final : public CompletionSink {
public:
  void settled(std::span<Settled> group) override;
  /// Waits for `count` answers in all.
  std::map<std::uint64_t, AppendOutcome> wait_for(std::size_t count);
  std::size_t calls() const { return calls_; }
  std::size_t count() const;

private:
  mutable std::mutex guard_;
  std::condition_variable arrived_;
  std::map<std::uint64_t, AppendOutcome> answers_;
  std::atomic<std::size_t> calls_{0};
};

/// Options for a writer in a test: errors are kept, the process lives on, the disk is empty.
struct Failures {
  std::mutex guard;
  std::condition_variable happened;
  std::vector<std::string> codes;
  bool no_more_acks = false;
  Error wait();
  Error error;
};
OpenOptions writing(const std::string& folder, Failures& failures);
OpenOptions reading(const std::string& folder);

/// Opens for writing or fails the test.
std::unique_ptr<OpenLog> open_for_test(const OpenOptions& options, const WallClock& clock);

std::vector<std::string> payloads(const LogStore& log, Position after = {},
                                  std::size_t limit = SIZE_MAX);
const Appended& appended(const AppendOutcome& outcome);
template <class T>
bool is(const AppendOutcome& outcome) {
  return std::holds_alternative<T>(outcome);
}
std::string not_taken(const AppendOutcome& outcome);

} // namespace tidemark::storage::test
