#pragma once
#include "actors/http/http_client.hpp"
#include "base/crypto.hpp"

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string_view>

namespace tidemark::actors {

/// What the client's thread counts, and others read.
struct PoolCounts {
  std::atomic<std::size_t> requests{0};   ///< that were asked for and have no end yet
  std::atomic<std::size_t> sockets{0};    ///< that are open
  std::atomic<std::size_t> connecting{0}; ///< requests whose socket is open and no connection yet
  std::atomic<std::size_t> in_use{0};     ///< requests with a connection

  HttpPool pool() const;
};

/// One request on its way, with the libcurl handle that carries it. Used again after it ended,
/// because a handle costs more than a request. Only the client's thread touches it.
class Transfer {
public:
  /// The counts outlive all connections.
  Transfer(const HttpClientOptions& options, PoolCounts& counts);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Readies the handle for a call that passed `refusal_of`. False when memory is short.
  bool begin(HttpCall call, std::function<void(HttpResult)> done,
             std::chrono::steady_clock::time_point asked_at);
  /// Ends the call with libcurl's verdict; `done` is called.
  void finish(CURLcode code);
  /// Ends the call because the client stops.
  void stop();

  CURL* handle() const { return handle_; }

private:
  void set_constant_options();
  bool set_method();
  bool set_headers();
  void deliver(Reason transport);
  void set_connecting(bool is_so);
  Reason transport_word(CURLcode code) const;

  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close_socket(void* counts, curl_socket_t socket);
  static int on_before_request(void* self, char* primary_ip, char* local_ip, int primary_port,
                               int local_port);

  HttpClientOptions options_;
  PoolCounts& counts_;
  CURL* handle_ = nullptr;
  curl_slist* headers_ = nullptr;
  HttpCall call_;
  std::function<void(HttpResult)> done_;
  HttpResult result_;
  Sha256 hash_;
  std::chrono::steady_clock::time_point asked_at_;
  std::size_t header_bytes_ = 0;
  bool allow_loopback_ = false;
  bool connecting_ = false;
  bool may_have_reached_ = false; ///< a connection stood, so bytes may have left
  bool refused_address_ = false;
  bool too_large_ = false;
};

} // namespace tidemark::actors
