#pragma once
#include "connectors/connector.hpp"
#include "sandbox/world/http/webhook_outlet.hpp"
#include "sandbox/world/system.hpp"
#include "tests/simulation/ports/sim_clock.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tidemark::sim {

/// The way out of webhooks, which may be as good as cut.
class CuttableOutlet final : public sandbox::WebhookOutlet {
public:
  explicit CuttableOutlet(sandbox::WebhookOutlet& webhooks) : webhooks_(webhooks) {}
  void emit(sandbox::WebhookJob job) override {
    if (!cut)
      webhooks_.emit(std::move(job));
  }
  bool cut = false;

private:
  sandbox::WebhookOutlet& webhooks_;
};

/// The outside systems of one tenant: those of tidemark-sandbox, without HTTP.
class SimVendors {
public:
  SimVendors(const std::string& tenant, std::uint64_t seed, bool echo,
             sandbox::WebhookOutlet& webhooks, const SimClock& clock);

  /// Has the request's effect and gives the answer.
  connectors::HttpAnswer answer(const std::string& system, const connectors::HttpRequest& request);
  sandbox::System& system(const std::string& name) { return *systems_.at(name); }
  sandbox::Settings& settings() { return settings_; }
  /// What happens now is told to nobody.
  void keep_quiet(bool quiet) { outlet_.cut = quiet; }
  /// A new API token for the system; the engine's next request with the old one is refused.
  void rotate(const std::string& system);

private:
  CuttableOutlet outlet_;
  sandbox::Settings settings_;
  std::map<std::string, std::unique_ptr<sandbox::System>> systems_;
  std::uint64_t tokens_ = 0;
};

/// Systems that take contacts of any origin.
inline const std::vector<std::string>& full_targets() {
  static const std::vector<std::string> names{"gohighlevel", "aloware", "generic"};
  return names;
}

} // namespace tidemark::sim
