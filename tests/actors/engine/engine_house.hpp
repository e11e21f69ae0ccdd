#pragma once
#include "actors/engine/engine.hpp"
#include "base/keyed_hash.hpp"
#include "connectors/shared/recorded_inputs.hpp"
#include "connectors/shared/sync_rules.hpp"
#include "events/codec.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/actors/ports/stumbling_log.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

/// The whole engine on ports in memory, for tests of what the actors do together.
namespace tidemark::tests {

class SteppingClock final : public WallClock {
public:
  Timestamp now() const override;
  void advance(std::chrono::microseconds by);

private:
  mutable std::mutex guard_;
  mutable Timestamp now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
};

/// Answers each request with what the test's function says, on a thread of its own.
class ScriptedHttp final : public actors::HttpClient {
public:
  using Script = std::function<connectors::HttpAnswer(const connectors::HttpRequest&)>;
  explicit ScriptedHttp(Script script) : script_(std::move(script)) {}
  void send(actors::HttpCall call, std::function<void(actors::HttpResult)> done) override;

private:
  Script script_;
};

connectors::HttpAnswer json_answer(std::uint32_t status, std::string body);

class EngineHouse {
public:
  explicit EngineHouse(ScriptedHttp::Script script);
  ~EngineHouse() { stop(); }

  void start();
  void stop() { engine_.reset(); }
  /// Appends a webhook as the gateway does.
  Position webhook(const std::string& connector, const std::string& body,
                   const std::string& channel = "");
  /// Waits until nothing is waiting or busy; false when that does not happen.
  bool settle();
  std::vector<events::Recorded> all() const;
  template <class T>
  std::vector<T> all_of() const {
    std::vector<T> out;
    for (const auto& recorded : all())
      if (const auto* event = std::get_if<T>(&recorded.event))
        out.push_back(*event);
    return out;
  }
  std::vector<std::string> failures() const;
  std::vector<actors::FollowerReport> reports() const { return engine_->reports(); }
  /// Lets so much time pass, again and again, until at most `count` contacts are in memory; false
  /// when that does not happen.
  bool falls_asleep_to(std::uint64_t count, std::chrono::milliseconds pass);

  SteppingClock clock;
  storage::MemoryLog memory{clock};
  StumblingLog log{memory};
  storage::MemoryTables tables;
  KeyedHasher hasher{SecretText("test pepper")};
  TenantId tenant{"acme"};
  events::ConfigApplied config;
  std::size_t live_contacts_max = 50'000;
  std::chrono::seconds reconcile_every{0}; ///< of GoHighLevel
  std::chrono::seconds look_up_every{0};   ///< of Aloware
  std::chrono::milliseconds tick{5};
  double probes_per_second = 0;
  std::chrono::seconds ahead_at_start{0}; ///< of what is in the log, when the actors begin
  std::atomic<int> rereads = 0;           ///< how often secrets were read anew

private:
  ScriptedHttp::Script script_;
  mutable std::mutex guard_;
  std::vector<std::string> failures_;
  std::unique_ptr<actors::Engine> engine_;
};

/// A GoHighLevel body with the given members.
std::string ghl_contact(const std::string& type, const std::string& id, const std::string& time,
                        const std::string& more);

} // namespace tidemark::tests
