#include "gateway/server/gateway.hpp"

#include "gateway/server/connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::chrono::milliseconds accept_backoff{100};
constexpr int listen_backlog = 1024;

} // namespace

struct Gateway::Parts {
  Parts(GatewayOptions options, GatewayPorts ports) : shared(std::move(options), ports) {
    const auto count = std::clamp<std::size_t>(shared.options.threads, 1, 64);
    for (std::size_t i = 0; i < count; ++i)
      workers.push_back(std::make_unique<Worker>(shared, static_cast<std::uint8_t>(i)));
  }

  Status listen();
  void accept();
  void take(tcp::socket socket, Worker& worker);
  bool may_enter(const asio::ip::address& peer);

  Shared shared;
  std::vector<std::unique_ptr<Worker>> workers;
  std::unique_ptr<tcp::acceptor> acceptor;
  std::unique_ptr<asio::steady_timer> backoff;
  std::size_t next_worker = 0;
  std::uint16_t port = 0;
  bool started = false;
};

Status Gateway::Parts::listen() {
  const auto& options = shared.options;
  const auto place = options.address + ":" + std::to_string(options.port);
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed)
    return Error{"bad_address", "server.listen: '" + options.address
                                    + "' is no IP address; write for example 127.0.0.1:8080"};
  const tcp::endpoint endpoint{address, options.port};
  acceptor = std::make_unique<tcp::acceptor>(workers[0]->context());
  acceptor->open(endpoint.protocol(), failed);
  if (!failed)
    acceptor->set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed)
    acceptor->bind(endpoint, failed);
  if (failed == asio::error::address_in_use)
    return Error{"address_in_use",
                 "server.listen: " + place
                     + " is in use; stop the other program or choose another port"};
  if (!failed)
    acceptor->listen(listen_backlog, failed);
  if (failed)
    return Error{"listen_failed",
                 "server.listen: cannot listen on " + place + ": " + failed.message()};
  port = acceptor->local_endpoint().port();
  backoff = std::make_unique<asio::steady_timer>(workers[0]->context());
  return Done{};
}

bool Gateway::Parts::may_enter(const asio::ip::address& peer) {
  if (shared.counters.open_connections() >= shared.options.connections_max)
    return false;
  const std::lock_guard lock(shared.peers_guard);
  auto& count = shared.peers[peer];
  if (count >= shared.options.limits.connections_per_peer && !shared.proxies.contains(peer))
    return false;
  ++count;
  return true;
}

void Gateway::Parts::take(tcp::socket socket, Worker& worker) {
  boost::system::error_code failed; // the peer may be gone again
  const auto remote = socket.remote_endpoint(failed);
  const auto peer = plain(remote.address());
  if (failed || !may_enter(peer)) {
    shared.counters.connection_turned_away();
    return;
  }
  shared.counters.connection_opened();
  asio::post(worker.context(), [socket = std::move(socket), peer, &worker]() mutable {
    worker.adopt(std::move(socket), peer);
  });
}

void Gateway::Parts::accept() {
  auto& worker = *workers[next_worker++ % workers.size()];
  acceptor->async_accept(worker.context(), [this, &worker](const auto& failed, tcp::socket socket) {
    if (failed == asio::error::operation_aborted || shared.draining)
      return;
    if (!failed) {
      take(std::move(socket), worker);
      return accept();
    }
    // Out of descriptors or memory: trying again at once would only burn the processor.
    backoff->expires_after(accept_backoff);
    backoff->async_wait([this](const auto& cancelled) {
      if (!cancelled && !shared.draining)
        accept();
    });
  });
}

Gateway::Gateway(GatewayOptions options, GatewayPorts ports)
    : parts_(std::make_unique<Parts>(std::move(options), ports)) {}

Gateway::~Gateway() {
  drain(std::chrono::milliseconds(0));
}

Status Gateway::start() {
  auto& parts = *parts_;
  auto proxies = TrustedProxies::read(parts.shared.options.trusted_proxies);
  if (!proxies)
    return proxies.error();
  parts.shared.proxies = std::move(*proxies);
  parts.shared.id_prefix = to_hex(random_bytes(4)) + "-";
  if (auto status = parts.listen(); !status)
    return status;
  parts.accept();
  for (auto& worker : parts.workers)
    worker->start();
  parts.started = true;
  return Done{};
}

std::uint16_t Gateway::port() const {
  return parts_->port;
}
const Counters& Gateway::counters() const {
  return parts_->shared.counters;
}

void Gateway::drain(std::chrono::milliseconds patience) {
  auto& parts = *parts_;
  if (!parts.started || parts.shared.draining.exchange(true))
    return;
  parts.workers[0]->run_and_wait([&parts] {
    boost::system::error_code ignored; // closing is all there is to do
    parts.acceptor->close(ignored);
    parts.backoff->cancel();
  });
  for (auto& worker : parts.workers)
    worker->run_and_wait([&worker] { worker->begin_drain(); });
  const auto end = std::chrono::steady_clock::now() + patience;
  while (parts.shared.counters.open_connections() > 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  // In this order, so that no closed connection's read outlives its worker.
  for (auto& worker : parts.workers)
    worker->run_and_wait([&worker] { worker->close_all(); });
  parts.shared.api_thread.join();
  for (auto& worker : parts.workers)
    worker->stop();
}

} // namespace tidemark::gateway
