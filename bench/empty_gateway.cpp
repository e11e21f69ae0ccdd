#include "gateway/server/gateway.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"

#include <csignal>
#include <iostream>

// The baseline of the ingest benchmark: the engine's own HTTP server, framing gate and body read,
// but every body is answered 200 without verification, append or sync. Prints its port, runs until
// SIGTERM.

namespace {

class SystemClock final : public tidemark::WallClock {
public:
  tidemark::Timestamp now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

class AlwaysWell final : public tidemark::gateway::HealthPort {
public:
  std::vector<tidemark::gateway::ServiceHealth> services() const override { return {}; }
  bool accepting() const override { return true; }
  std::string metrics() const override { return {}; }
};

} // namespace

int main() {
  using namespace tidemark;
  sigset_t stop{};
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  const SystemClock clock;
  const AlwaysWell health;
  const KeyedHasher hasher(SecretText("no secret of anything"));
  storage::MemoryLog log(clock);
  const storage::MemoryTables tables;
  gateway::GatewayOptions options;
  options.port = 0;
  options.tenants = {TenantId("bench")};
  options.answer_without_work = true;
  gateway::Gateway server(options, {log, tables, hasher, clock, health});
  if (const auto started = server.start(); !started) {
    std::cerr << started.error().text << '\n';
    return 1;
  }
  std::cout << server.port() << std::endl;
  int signal = 0;
  sigwait(&stop, &signal);
  server.drain(std::chrono::seconds{1});
  return 0;
}
