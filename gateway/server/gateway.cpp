#include "gateway/server/gateway.hpp"

#include "base/unix_socket.hpp"
#include "gateway/server/connection.hpp"
#include "gateway/server/given_listener.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace tidemark::gateway {
namespace {

constexpr std::chrono::milliseconds accept_backoff{100};
constexpr int listen_backlog = 1024;
constexpr std::string_view socket_name = "control.sock";
using asio::local::stream_protocol;

/// What is listened on, and the pause after it could not accept.
template <class Protocol>
struct Listener {
  explicit Listener(asio::io_context& context) : acceptor(context), backoff(context) {}
  void close() {
    boost::system::error_code ignored; // closing is all there is to do
    acceptor.close(ignored);
    backoff.cancel();
  }
  typename Protocol::acceptor acceptor;
  asio::steady_timer backoff;
};

/// May this user's programs ask as operators? The socket's mode says the same.
bool is_operator(std::optional<std::uint32_t> user) {
  return user && (*user == 0 || *user == ::geteuid());
}

/// For those who look at what the process does.
void name_thread(asio::thread_pool& lone, const char* name) {
  asio::post(lone, [name] { pthread_setname_np(pthread_self(), name); });
}

} // namespace

struct Gateway::Parts {
  Parts(GatewayOptions options, GatewayPorts ports) : shared(std::move(options), ports) {
    const auto count = std::clamp<std::size_t>(shared.options.threads, 1, 64);
    for (std::size_t i = 0; i < count; ++i)
      workers.push_back(std::make_unique<Worker>(shared, static_cast<std::uint8_t>(i)));
    name_thread(shared.api_thread, "api");
    name_thread(shared.local_thread, "api-local");
    name_thread(shared.hash_thread, "passwords");
  }

  Status listen();
  Status adopt_listener(const tcp::endpoint& wanted);
  Status listen_locally();
  void close_listeners();
  template <class Protocol>
  void accept(Listener<Protocol>& listener);
  template <class Socket>
  void take(Socket socket, Worker& worker);
  std::optional<Peer> peer_of(tcp::socket& socket) const;
  std::optional<Peer> peer_of(stream_protocol::socket& socket) const;
  bool may_enter(const Peer& peer);

  Shared shared;
  std::vector<std::unique_ptr<Worker>> workers;
  std::optional<Listener<tcp>> public_listener;
  std::optional<Listener<stream_protocol>> local_listener;
  std::size_t next_worker = 0;
  std::uint16_t port = 0;
  bool started = false;
  bool drained = false;
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
  if (options.given_listener >= 0)
    return adopt_listener(endpoint);
  auto& acceptor = public_listener.emplace(workers[0]->context()).acceptor;
  acceptor.open(endpoint.protocol(), failed);
  if (!failed)
    acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed)
    acceptor.bind(endpoint, failed);
  if (failed == asio::error::address_in_use)
    return Error{"address_in_use",
                 "server.listen: " + place
                     + " is in use; stop the other program or choose another port"};
  if (!failed)
    acceptor.listen(listen_backlog, failed);
  if (failed)
    return Error{"listen_failed",
                 "server.listen: cannot listen on " + place + ": " + failed.message()};
  port = acceptor.local_endpoint().port();
  return Done{};
}

/// Of whoever started us, who keeps it over a restart: connections wait in it meanwhile.
Status Gateway::Parts::adopt_listener(const tcp::endpoint& wanted) {
  const int descriptor = shared.options.given_listener;
  TRYV(check_given_listener(descriptor, wanted));
  boost::system::error_code failed;
  auto& acceptor = public_listener.emplace(workers[0]->context()).acceptor;
  acceptor.assign(wanted.protocol(), descriptor, failed);
  if (failed)
    return Error{"listen_failed", "the given socket cannot be waited on: " + failed.message()};
  port = acceptor.local_endpoint().port();
  return Done{};
}

Status Gateway::Parts::listen_locally() {
  TRY(socket, listen_in(shared.options.socket_folder, socket_name));
  boost::system::error_code failed;
  auto& acceptor = local_listener.emplace(workers[0]->context()).acceptor;
  acceptor.assign(stream_protocol{}, socket.get(), failed);
  if (failed)
    return Error{"control_socket", "the control socket cannot be waited on: " + failed.message()};
  socket.release();
  return Done{};
}

void Gateway::Parts::close_listeners() {
  public_listener->close();
  if (!local_listener)
    return;
  local_listener->close();
  remove_socket(shared.options.socket_folder, socket_name);
}

std::optional<Peer> Gateway::Parts::peer_of(tcp::socket& socket) const {
  boost::system::error_code failed; // the peer may be gone again
  const auto remote = socket.remote_endpoint(failed);
  return failed ? std::nullopt : std::optional(Peer{plain(remote.address())});
}

std::optional<Peer> Gateway::Parts::peer_of(stream_protocol::socket& socket) const {
  const auto user = peer_user(socket.native_handle());
  return is_operator(user) ? std::optional(Peer{{}, user}) : std::nullopt;
}

bool Gateway::Parts::may_enter(const Peer& peer) {
  const auto& limits = shared.options.limits;
  const std::lock_guard lock(shared.peers_guard);
  if (peer.local_user) {
    const bool room = shared.local_connections < limits.local_connections;
    shared.local_connections += room ? 1 : 0;
    return room; // however many others there are
  }
  if (shared.counters.open_connections() >= shared.options.connections_max)
    return false;
  auto& count = shared.peers[peer.address];
  if (count >= limits.connections_per_peer && !shared.proxies.contains(peer.address))
    return false;
  ++count;
  return true;
}

template <class Socket>
void Gateway::Parts::take(Socket socket, Worker& worker) {
  const auto peer = peer_of(socket);
  if (!peer || !may_enter(*peer)) {
    shared.counters.connection_turned_away();
    return;
  }
  shared.counters.connection_opened();
  asio::post(worker.context(), [socket = StreamSocket(std::move(socket)), peer = *peer,
                                &worker]() mutable { worker.adopt(std::move(socket), peer); });
}

template <class Protocol>
void Gateway::Parts::accept(Listener<Protocol>& listener) {
  auto& worker = *workers[next_worker++ % workers.size()];
  using Socket = typename Protocol::socket;
  listener.acceptor.async_accept(worker.context(), [&](const auto& failed, Socket socket) {
    if (failed == asio::error::operation_aborted || shared.draining)
      return;
    if (!failed) {
      take(std::move(socket), worker);
      if (listener.acceptor.is_open())
        accept(listener);
      return;
    }
    // Out of descriptors or memory: trying again at once would only burn the processor.
    listener.backoff.expires_after(accept_backoff);
    listener.backoff.async_wait([&](const auto& cancelled) {
      if (!cancelled && !shared.draining)
        accept(listener);
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
  TRY(proxies, TrustedProxies::read(parts.shared.options.trusted_proxies));
  parts.shared.proxies = std::move(proxies);
  parts.shared.id_prefix = to_hex(random_bytes(4)) + "-";
  if (auto status = parts.listen(); !status)
    return status;
  if (!parts.shared.options.socket_folder.empty()) {
    if (auto status = parts.listen_locally(); !status)
      return status;
    parts.accept(*parts.local_listener);
  }
  if (auto status = parts.shared.api.resume_actions(); !status)
    return status;
  parts.accept(*parts.public_listener);
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
  if (!parts.started || std::exchange(parts.drained, true))
    return;
  parts.workers[0]->run_and_wait([&parts] { parts.close_listeners(); });
  // What was accepted before is served: the acceptor's last word stands behind the closing.
  parts.workers[0]->run_and_wait([] {});
  parts.shared.draining = true;
  for (auto& worker : parts.workers)
    worker->run_and_wait([&worker] { worker->begin_drain(); });
  const auto end = std::chrono::steady_clock::now() + patience;
  while (parts.shared.counters.open_connections() > 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  // In this order, so that no closed connection's read outlives its worker.
  for (auto& worker : parts.workers)
    worker->run_and_wait([&worker] { worker->close_all(); });
  parts.shared.api_thread.join();
  parts.shared.local_thread.join();
  parts.shared.hash_thread.join();
  for (auto& worker : parts.workers)
    worker->stop();
  parts.shared.webhooks.record_repeats(true);
  parts.shared.api.record_reads(true);
}

} // namespace tidemark::gateway
