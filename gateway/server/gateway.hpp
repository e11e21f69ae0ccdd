#pragma once
#include "gateway/api/counters.hpp"
#include "gateway/ports.hpp"

#include <chrono>
#include <memory>

namespace tidemark::gateway {

/// HTTP in: webhooks, read API, health, metrics. What the ports refer to outlives it.
class Gateway {
public:
  Gateway(GatewayOptions options, GatewayPorts ports);
  /// Drains without patience when nobody did before.
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Opens the listener and starts the threads. Errors: bad_address, address_in_use,
  /// listen_failed, bad_trusted_proxy, control_socket.
  Status start();
  /// The port that is listened on; 0 before `start`.
  std::uint16_t port() const;
  /// Accepts nothing new and lets what was begun finish, at most until `patience` has passed. Then
  /// what is left is closed without an answer. Ends the threads. Once; later calls do nothing.
  void drain(std::chrono::milliseconds patience);

  const Counters& counters() const;

private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

} // namespace tidemark::gateway
