#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/beast/http/fields.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark::sandbox {

/// A request as it came; everything is valid only during the handler's call.
struct HttpRequest {
  std::string_view method;
  std::string_view path;  ///< without the query
  std::string_view query; ///< without the question mark
  std::string_view body;
  const boost::beast::http::fields* fields = nullptr;

  /// The first value of the header, or "".
  std::string_view header(std::string_view name) const;
};

/// How an answer is spoilt on its way out.
enum class Mangle : std::uint8_t {
  none,
  never,        ///< accept the request and never answer
  reset,        ///< close with a TCP reset instead of answering
  drip,         ///< one byte at a time
  huge,         ///< a body of 1 GiB
  wrong_length, ///< announce more bytes than follow, then close
};

struct HttpReply {
  unsigned status = 200;
  std::string body{};
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers{};
  Mangle mangle = Mangle::none;
  std::chrono::milliseconds delay{0};
  /// When set, it is called with the function that lets the answer go.
  std::function<void(std::function<void()>)> hold{};
};

using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

/// A keep-alive HTTP/1.1 server on 127.0.0.1. All of it runs on the thread of the io_context.
class HttpServer {
public:
  /// Listens at once; port 0 takes a free one. Throws std::system_error when the port is taken.
  HttpServer(boost::asio::io_context& io, std::uint16_t port, HttpHandler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  std::uint16_t port() const;
  std::string url() const;

private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

} // namespace tidemark::sandbox
