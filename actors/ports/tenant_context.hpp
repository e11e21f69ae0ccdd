#pragma once
#include "actors/http/http_client.hpp"
#include "actors/ports/account.hpp"
#include "actors/ports/log_port.hpp"
#include "actors/ports/request_limit.hpp"
#include "base/keyed_hash.hpp"
#include "connectors/shared/recorded_inputs.hpp"
#include "domain/delivery/circuit_breaker.hpp"
#include "domain/rules/rules.hpp"
#include "storage/tables.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>

/// What the actors of one tenant share: ports and the configuration in force. Read only.
namespace tidemark::actors {

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
  /// Reads the settings with their secrets anew (a token was refused). Not used with an account.
  std::function<connectors::Settings()> reread;
  /// Gives the tokens of a connected account; null when the secrets are fixed.
  std::shared_ptr<Account> account;
  /// Requests that have left and are not answered. A delivery actor that takes a fallen one's place
  /// waits for those: one of them could otherwise arrive after, and undo, what is sent next.
  std::shared_ptr<std::atomic<std::size_t>> requests_out =
      std::make_shared<std::atomic<std::size_t>>(0);
  /// One bucket for all requests to the system.
  std::shared_ptr<RequestLimit> limit = std::make_shared<RequestLimit>();
  /// A pause or an open circuit holds back what goes there: lists wait too.
  std::shared_ptr<std::atomic<bool>> held_back = std::make_shared<std::atomic<bool>>(false);
  /// What a page of its list says of the system while the circuit is open: it is a probe as well.
  std::shared_ptr<std::atomic<domain::HealthSignal>> list_sign =
      std::make_shared<std::atomic<domain::HealthSignal>>(domain::HealthSignal::nothing);
  /// Deliveries without their end, about as of now.
  std::shared_ptr<std::atomic<std::size_t>> open_deliveries =
      std::make_shared<std::atomic<std::size_t>>(0);
};

/// How a restarting follower is noticed, and what it says.
using FailureReport = std::function<void(std::string_view actor, std::string_view what)>;

struct TenantContext {
  LogPort& log_port;
  storage::TableStore& tables;
  HttpClient& http;
  const KeyedHasher& hasher;
  std::string incarnation;
  TenantId tenant;
  domain::SyncRules rules;
  std::map<ConnectorName, Destination> destinations;
  std::size_t live_contacts_max = 50'000;
  std::chrono::seconds contact_idle{300};
  FailureReport report;
  /// Positions between two checkpoints of a follower; reading 5,000 takes milliseconds.
  std::uint64_t checkpoint_every = 5'000;
  /// Inputs without their decisions, about as of now.
  std::shared_ptr<std::atomic<std::size_t>> undecided =
      std::make_shared<std::atomic<std::size_t>>(0);

  storage::LogStore& log() const { return log_port.log(); }
};

} // namespace tidemark::actors
