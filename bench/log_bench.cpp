// What the log's writer and its raw scan give: one JSON line for each figure.
//   log_bench [--folder DIR] [--seconds S] [--events N]
#include "base/crypto.hpp"
#include "events/codec.hpp"
#include "storage/open_log.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <thread>

namespace {

using namespace tidemark;
using Steady = std::chrono::steady_clock;

class SystemClock final : public WallClock {
public:
  Timestamp now() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
};

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

/// Of this process, all threads: says more than wall time on a busy machine.
double cpu_seconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

void report(const char* name, const char* unit, double value) {
  std::printf("{\"name\":\"%s\",\"unit\":\"%s\",\"value\":%.1f}\n", name, unit, value);
  std::fflush(stdout);
}

Hash16 hash_of(std::uint64_t number) {
  const auto digest = sha256(std::to_string(number));
  Hash16 out{};
  std::memcpy(out.data(), digest.data(), out.size());
  return out;
}

/// A webhook as intake stores it: `bytes` of body, one dedupe key.
storage::Append webhook(std::uint64_t number, std::size_t bytes) {
  events::WebhookReceived event;
  event.connector = ConnectorName{"ghl"};
  event.delivery_id = std::to_string(number);
  event.content_type = "application/json";
  event.body_bytes = bytes;
  storage::Append append;
  append.tenant = TenantId{"bench"};
  append.dedupe = {{hash_of(number), std::nullopt}};
  append.events.push_back({StreamName{"webhook/ghl"}, event, {}, std::string(bytes, 'b')});
  return append;
}

/// A contact's decision: expected version, two tags with a condition each.
storage::Append decision(std::uint64_t number) {
  const StreamName stream{"contact/c" + std::to_string(number % 50'000)};
  const events::Tag key{events::TagKind::identity, hash_of(number % 50'000)};
  const events::Tag consent{events::TagKind::consent, hash_of(number % 50'000 + 1'000'000)};
  storage::Append append;
  append.tenant = TenantId{"bench"};
  append.expected = {{stream, StreamVersion{static_cast<std::uint32_t>(number / 50'000)}}};
  append.nothing_newer = {{consent, Position{}}};
  append.cause = Position{1};
  append.command_index = static_cast<std::uint32_t>(number);
  append.decider = events::Decider::contact;
  append.events.push_back({stream, events::TimerDue{"bench", std::string(200, 'p')}, {key}, {}});
  return append;
}

/// Keeps a number of appends under way until told to stop, as so many connections would.
class Load final : public storage::CompletionSink {
public:
  using Make = std::function<storage::Append(std::uint64_t)>;
  Load(storage::LogStore& log, Make make) : log_(log), make_(std::move(make)) {}

  /// Appends a second with `width` submitters; stops after `seconds` or `most` appends.
  double run(std::size_t width, double seconds, std::uint64_t most) {
    const auto start = Steady::now();
    const auto before = done_.load();
    std::vector<std::thread> submitters;
    waiting_.assign(width, false);
    std::atomic<bool> over{false};
    for (std::size_t i = 0; i < width; ++i)
      submitters.emplace_back([&, i] {
        while (!over && next_ < most)
          submit_and_wait(i);
      });
    while (seconds_since(start) < seconds && next_ < most)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    over = true;
    for (auto& submitter : submitters)
      submitter.join();
    return static_cast<double>(done_ - before) / seconds_since(start);
  }

  /// Appends a second when one thread keeps `window` appends under way.
  double pour(std::uint64_t count, std::size_t window) {
    const auto start = Steady::now();
    for (std::uint64_t i = 0; i < count; ++i) {
      auto append = make_(next_++);
      std::unique_lock lock(guard_);
      settled_.wait(lock, [&] { return i - done_ < window; });
      lock.unlock();
      log_.submit(std::move(append), *this, SIZE_MAX);
    }
    std::unique_lock lock(guard_);
    settled_.wait(lock, [&] { return done_ >= count; });
    return static_cast<double>(count) / seconds_since(start);
  }

  void settled(std::span<storage::Settled> group) override {
    const std::lock_guard lock(guard_);
    for (const auto& answer : group) {
      refused_ += std::holds_alternative<storage::Appended>(answer.outcome) ? 0U : 1U;
      if (answer.token < waiting_.size())
        waiting_[answer.token] = false;
    }
    done_ += group.size();
    settled_.notify_all();
  }
  std::uint64_t refused() const { return refused_; }

private:
  void submit_and_wait(std::size_t slot) {
    auto append = make_(next_++);
    {
      const std::lock_guard lock(guard_);
      waiting_[slot] = true;
    }
    log_.submit(std::move(append), *this, slot);
    std::unique_lock lock(guard_);
    settled_.wait(lock, [&] { return !waiting_[slot]; });
  }

  storage::LogStore& log_;
  Make make_;
  std::mutex guard_;
  std::condition_variable settled_;
  std::vector<bool> waiting_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> refused_{0};
};

struct Settings {
  std::string folder;
  double seconds = 3;
  std::uint64_t events = 500'000;
};

std::unique_ptr<storage::OpenLog> open(const Settings& settings, const char* name,
                                       const WallClock& clock, std::size_t group_appends) {
  storage::OpenOptions options;
  options.folder = settings.folder + "/" + name;
  options.log.group_appends = group_appends;
  options.log.count_syncs = true;
  options.log.queue_bytes = 256U << 20;
  options.log.free_share = [] { return 1.0; };
  auto opened = storage::open_log(options, &clock);
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().text.c_str());
    std::exit(1);
  }
  return std::move(*opened);
}

void bench_commit(const Settings& settings, const WallClock& clock) {
  const auto body = [](std::uint64_t i) { return webhook(i, 1'500); };
  {
    const auto log = open(settings, "single", clock, 1);
    Load load(log->log(), body);
    report("one_sync_per_event_64", "appends/s", load.run(64, settings.seconds, UINT64_MAX));
  }
  const auto log = open(settings, "group", clock, SIZE_MAX);
  Load load(log->log(), body);
  report("group_commit_64", "appends/s", load.run(64, settings.seconds, UINT64_MAX));
  const auto counts = log->counts();
  report("group_commit_64_size", "events/sync",
         static_cast<double>(counts.events) / static_cast<double>(counts.groups));
}

void bench_writer_and_scan(const Settings& settings, const WallClock& clock) {
  {
    const auto log = open(settings, "pour", clock, SIZE_MAX);
    Load intake(log->log(), [](std::uint64_t i) { return webhook(i, 300); });
    const auto cpu = cpu_seconds();
    report("writer_intake", "appends/s", intake.pour(settings.events, 20'000));
    report("writer_intake_all_threads", "appends/cpu s",
           static_cast<double>(settings.events) / (cpu_seconds() - cpu));
    Load deciding(log->log(), decision);
    report("writer_deciding", "appends/s", deciding.pour(settings.events / 2, 20'000));
    report("refused", "appends", static_cast<double>(intake.refused() + deciding.refused()));
  }
  const auto open_started = Steady::now();
  const auto log = open(settings, "pour", clock, SIZE_MAX);
  report("open", "ms", seconds_since(open_started) * 1000);
  for (int round = 0; round < 2; ++round) {
    const auto started = Steady::now();
    const auto cpu = cpu_seconds();
    std::uint64_t bytes = 0;
    std::uint64_t last = 0;
    const auto read = log->log().read({}, SIZE_MAX, [&](std::string_view record) {
      const auto header = events::read_header(record);
      last = header ? header->position.value : 0;
      bytes += record.size();
      return true;
    });
    const auto seconds = seconds_since(started);
    if (!read || last != log->log().durable().value)
      std::exit(1);
    report("scan_headers", "events/s", static_cast<double>(last) / seconds);
    report("scan_headers_cpu", "events/cpu s", static_cast<double>(last) / (cpu_seconds() - cpu));
    report("scan_record_size", "bytes", static_cast<double>(bytes) / static_cast<double>(last));
  }
}

} // namespace

int main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name(argv[i]);
    const std::string value(argv[i + 1]);
    if (name == "--folder")
      settings.folder = value;
    else if (name == "--seconds")
      settings.seconds = std::stod(value);
    else if (name == "--events")
      settings.events = std::stoull(value);
  }
  if (settings.folder.empty())
    settings.folder = (std::filesystem::temp_directory_path() / "tidemark-log-bench").string();
  std::filesystem::remove_all(settings.folder);
  std::filesystem::create_directories(settings.folder);
  const SystemClock clock;
  bench_commit(settings, clock);
  bench_writer_and_scan(settings, clock);
  std::filesystem::remove_all(settings.folder);
  return 0;
}
