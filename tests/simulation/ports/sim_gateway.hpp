#pragma once
#include "gateway/dispatch.hpp"
#include "gateway/intake/webhook_route.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tidemark::sim {

/// What became of a posted webhook.
struct Posted {
  std::uint16_t status = 0;
  Position position; ///< where the log has it; 0 unless it was acknowledged
  bool duplicate = false;
};

/// The gateway without sockets: real framing gate, verification, append and answer.
class SimGateway final : public storage::CompletionSink {
public:
  /// `waited_log`: the same log for the API, whose requests wait for it.
  SimGateway(const gateway::GatewayOptions& options, storage::LogStore& log,
             storage::LogStore& waited_log, const storage::TableStore& tables,
             const KeyedHasher& hasher, const WallClock& clock);
  /// An injected bug: what was not taken is answered here, past the route that counts it.
  void shed_past_the_route() { sheds_past_the_route_ = true; }
  ~SimGateway() override;

  using Done = std::function<void(const Posted&)>;
  /// `headers` as lines. Answers at once or when the log has spoken; never when the life ends.
  void post(const std::string& path, const std::vector<std::string>& headers, std::string body,
            Done done);
  void settled(std::span<storage::Settled> group) override;
  /// An operator asks the API, through the service's own socket. `target`: path and query.
  gateway::Answer ask(const std::string& tenant, const std::string& method,
                      const std::string& target, const nlohmann::json& body);

  /// Webhooks that were answered, by status class, as the gateway's own counters tell it.
  std::uint64_t counted(gateway::WebhookOutcome outcome) const;

private:
  struct Waiting {
    gateway::Ticket ticket;
    Done done;
  };
  struct NoHealth;

  const gateway::GatewayOptions& options_;
  std::unique_ptr<NoHealth> health_;
  gateway::GatewayPorts ports_;
  gateway::Counters counters_;
  gateway::RefusedSignatures refused_signatures_;
  gateway::WebhookRoute route_;
  gateway::GatewayPorts api_ports_;
  gateway::Api api_;
  storage::LogStore& log_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t next_ = 0;
  bool sheds_past_the_route_ = false;
};

} // namespace tidemark::sim
