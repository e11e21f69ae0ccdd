#pragma once
#include "gateway/dispatch.hpp"
#include "gateway/http/client_address.hpp"
#include "gateway/intake/webhook_route.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <condition_variable>
#include <thread>
#include <utility>

namespace tidemark::gateway {

namespace asio = boost::asio;
using asio::ip::tcp;
using StreamSocket = asio::generic::stream_protocol::socket; ///< of TCP, or a Unix socket
using SteadyTime = std::chrono::steady_clock::time_point;

class Connection;

/// Who is at the other end of a connection.
struct Peer {
  asio::ip::address address{};               ///< of TCP
  std::optional<std::uint32_t> local_user{}; ///< of a program that came through the Unix socket
};

/// What every connection uses. Lives as long as the gateway.
struct Shared {
  Shared(GatewayOptions options_, GatewayPorts ports_)
      : options(std::move(options_)), ports(ports_), counters(options.sources, routes()),
        webhooks(options, ports, counters, refused_signatures,
                 [this](const TenantId& tenant) { return api.is_suspended(tenant); }),
        api(options, ports, counters, refused_signatures) {}

  const GatewayOptions options;
  const GatewayPorts ports;
  Counters counters;
  RefusedSignatures refused_signatures;
  const WebhookRoute webhooks;
  Api api; ///< used on the three threads below
  TrustedProxies proxies;
  asio::thread_pool api_thread{1};
  asio::thread_pool local_thread{1}; ///< for programs of this machine: they wait behind nobody else
  asio::thread_pool hash_thread{1};  ///< of passwords: reads and webhooks do not wait for it
  std::atomic<std::size_t> hash_jobs{0};
  std::atomic<std::size_t> api_jobs{0};
  std::atomic<bool> draining{false};
  std::string id_prefix; ///< of the request ids made here
  std::mutex peers_guard;
  std::map<asio::ip::address, std::size_t> peers; ///< connections of each
  std::size_t local_connections = 0;              ///< guarded by it too
};

/// One thread that speaks HTTP for its share of the connections. Everything in it happens on that
/// thread but `settled`, which the log's writer calls once per committed group.
class Worker final : public storage::CompletionSink {
public:
  /// `index` tells the workers' request ids apart.
  Worker(Shared& shared, std::uint8_t index);
  ~Worker() override;

  void start();
  /// Runs `work` on this thread and waits for it.
  void run_and_wait(const std::function<void()>& work);
  /// Closes what is left, without an answer. On this thread.
  void close_all();
  /// Waits for the log's last word and ends the thread. After `close_all`.
  void stop();
  asio::io_context& context() { return context_; }
  void adopt(StreamSocket socket, const Peer& peer);
  /// Closes idle connections and lets the others finish their request. On this thread.
  void begin_drain();

  // for its connections
  Shared& shared() { return shared_; }
  void submit(storage::Append append, std::shared_ptr<Connection> connection);
  void ask_api(ApiRequest request, std::shared_ptr<Connection> connection);
  void hash_for(ApiRequest request, std::shared_ptr<Connection> connection);
  void enter(Connection& connection);
  void leave(Connection& connection);
  std::string make_request_id();
  const std::string& date() const { return date_; }

  void settled(std::span<storage::Settled> group) override;
  /// Waits until the log has answered everything.
  void wait_for_log();

private:
  void deliver(std::vector<storage::Settled> group);
  void sweep();

  Shared& shared_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> busy_;
  asio::steady_timer sweep_timer_;
  std::chrono::milliseconds sweep_every_;
  std::string date_;
  std::uint64_t next_id_;
  std::vector<Connection*> connections_;
  std::vector<std::shared_ptr<Connection>> waiting_; ///< by append token
  std::vector<std::uint64_t> free_tokens_;
  std::mutex unsettled_guard_;
  std::condition_variable all_settled_;
  std::size_t unsettled_ = 0;
  std::thread thread_;
};

} // namespace tidemark::gateway
