#pragma once
#include "actors/http/http_client.hpp"
#include "base/keyed_hash.hpp"
#include "connectors/shared/recorded_inputs.hpp"
#include "domain/delivery/circuit_breaker.hpp"
#include "domain/rules/rules.hpp"
#include "storage/log_store.hpp"
#include "storage/sealing/token_files.hpp"
#include "storage/tables.hpp"

#include <functional>
#include <map>
#include <memory>

/// What the actors of one tenant share: ports and the configuration in force. Nothing in it
/// changes.
namespace tidemark::actors {

/// How fast a system is written to: all of a destination that may be another while it runs.
struct Pace {
  double requests_per_second = 0;
  std::size_t burst = 10;
  std::size_t concurrency = 8;
  domain::BreakerRules breaker;
  bool operator==(const Pace&) const = default;
};

/// One connector of the tenant, ready to be used.
struct Destination {
  connectors::Configured configured;
  bool receives = true;
  std::chrono::milliseconds timeout{10'000};
  std::size_t concurrency = 8;
  double requests_per_second = 0; ///< 0: no limit of ours
  std::size_t burst = 10;
  bool allow_loopback_http = false;
  std::chrono::seconds reconcile_every{0}; ///< since the last run over its list; 0: never by itself
  domain::BreakerRules breaker;
  /// Reads the settings with their secrets anew (a token was refused). Not used with `oauth`.
  std::function<connectors::Settings()> reread;
  Pace pace() const { return {requests_per_second, burst, concurrency, breaker}; }
  void set(const Pace& pace) {
    requests_per_second = pace.requests_per_second;
    burst = pace.burst;
    concurrency = pace.concurrency;
    breaker = pace.breaker;
  }
  bool oauth = false; ///< its tokens come from an account that somebody connects, and are renewed
};

class LogPort;

/// How a restarting follower is noticed, and what it says.
using FailureReport = std::function<void(std::string_view actor, std::string_view what)>;

struct TenantContext {
  LogPort& log_port;
  storage::TableStore& tables;
  HttpClient& http;
  const KeyedHasher& hasher;
  storage::TokenFiles token_files;
  std::string incarnation;
  TenantId tenant;
  domain::SyncRules rules;
  std::map<ConnectorName, Destination> destinations;
  std::size_t live_contacts_max = 50'000;
  std::chrono::seconds contact_idle{300};
  FailureReport report;
  /// Positions between two checkpoints of a follower; reading 5,000 takes milliseconds.
  std::uint64_t checkpoint_every = 5'000;
  bool probes = false; ///< systems are asked when there is nothing to send

  storage::LogStore& log() const;
};

/// The same with one destination of it changed by `change`, which is given it. It has to have it.
template <class Change>
std::shared_ptr<const TenantContext> with_changed(const TenantContext& context,
                                                  const ConnectorName& destination, Change change) {
  auto out = std::make_shared<TenantContext>(context);
  change(out->destinations.at(destination));
  return out;
}

} // namespace tidemark::actors
