#include "app/probe/connector_tester.hpp"

#include "app/probe/system_probe.hpp"
#include "base/text/joined.hpp"

#include <algorithm>

namespace tidemark::app {
namespace {

constexpr std::size_t runs_max = 4; ///< at a time, of all tenants

} // namespace

std::size_t ConnectorTester::running() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(runs_, [](const auto& one) { return !one.second.tests.ended_at; }));
}

Status ConnectorTester::start(const TenantId& tenant, const ConnectorName& connector) {
  const auto found = find_(tenant);
  auto connectors = found ? found->connectors : std::vector<config::ConnectorConfig>();
  const auto known =
      joined(connectors, ", ", [](const auto& one) { return one.settings.name.value; });
  if (!connector.value.empty())
    std::erase_if(connectors, [&](const auto& one) { return one.settings.name != connector; });
  if (connectors.empty())
    return Error{"not_found", "there is no connector of this name; there are: " + known};
  const std::lock_guard lock(guard_);
  const auto before = runs_.find(tenant);
  if ((before != runs_.end() && !before->second.tests.ended_at) || running() >= runs_max)
    return Error{"busy", "systems are being tested already: wait for the end of that"};
  auto& run = runs_[tenant]; // the thread of one that has ended has nothing left to do
  run.tests = {clock_.now(), std::nullopt, {}};
  run.work = std::async(std::launch::async,
                        [this, &run, tenant, connectors = std::move(connectors)]() mutable {
                          ask(run, tenant, std::move(connectors));
                        });
  return Done{};
}

void ConnectorTester::ask(Run& run, const TenantId& tenant,
                          std::vector<config::ConnectorConfig> connectors) {
  const auto client = actors::make_curl_client({});
  std::vector<std::future<void>> asked;
  for (const auto& connector : connectors)
    asked.push_back(std::async(std::launch::async, [&] {
      auto steps = probe_system(*client, connector, tenant, secrets_);
      const std::lock_guard lock(guard_);
      run.tests.items.push_back({connector.settings.name, std::move(steps)});
    }));
  for (auto& one : asked)
    one.get();
  const std::lock_guard lock(guard_);
  run.tests.ended_at = clock_.now();
}

std::optional<gateway::ConnectorTests> ConnectorTester::last(const TenantId& tenant) const {
  const std::lock_guard lock(guard_);
  const auto found = runs_.find(tenant);
  return found == runs_.end() ? std::nullopt : std::optional(found->second.tests);
}

} // namespace tidemark::app
