#include "sandbox/world/http/http_server.hpp"

#include "sandbox/world/times.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <optional>

namespace tidemark::sandbox {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using net::ip::tcp;
using Failure = boost::system::error_code;

constexpr std::uint64_t request_bytes_max = 64U << 20U;
constexpr std::uint64_t huge_bytes = 1U << 30U;
constexpr std::size_t chunk_bytes = 64U << 10U;
constexpr std::chrono::milliseconds drip_pause{20};

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

/// One client's connection: reads a request, answers it, reads the next.
class Session : public std::enable_shared_from_this<Session> {
public:
  Session(tcp::socket socket, std::shared_ptr<const HttpHandler> handler)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), handler_(std::move(handler)) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(request_bytes_max);
    http::async_read(socket_, buffer_, *parser_,
                     [self = shared_from_this()](Failure failure, std::size_t) {
                       if (!failure)
                         self->answer();
                     });
  }

private:
  void answer() {
    const auto& message = parser_->get();
    const auto target = view(message.target());
    const auto mark = target.find('?');
    HttpRequest request{view(message.method_string()), target.substr(0, mark),
                        mark == std::string_view::npos ? "" : target.substr(mark + 1),
                        message.body(), &message.base()};
    reply_ = (*handler_)(request);
    keep_alive_ = message.keep_alive();
    if (reply_.hold) {
      const auto hold = std::move(reply_.hold);
      hold([self = shared_from_this()] { self->after_delay(); });
    } else {
      after_delay();
    }
  }

  void after_delay() {
    if (reply_.delay.count() == 0)
      return send();
    timer_.expires_after(reply_.delay);
    timer_.async_wait([self = shared_from_this()](Failure failure) {
      if (!failure)
        self->send();
    });
  }

  void send() {
    switch (reply_.mangle) {
    case Mangle::never:
      return wait_for_the_end();
    case Mangle::reset:
      return reset();
    case Mangle::huge:
      make_text(huge_bytes);
      return send_all([](Session& self) { self.send_chunk(huge_bytes); });
    case Mangle::drip:
      make_text(reply_.body.size());
      return send_byte(0);
    case Mangle::wrong_length:
      keep_alive_ = false;
      make_text(reply_.body.size() + 100);
      return send_all([](Session& self) { self.finish(); });
    case Mangle::none:
      make_text(reply_.body.size());
      return send_all([](Session& self) { self.finish(); });
    }
  }

  void make_text(std::uint64_t announced) {
    text_.clear();
    fmt::format_to(
        std::back_inserter(text_),
        "HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}", reply_.status,
        view(http::obsolete_reason(static_cast<http::status>(reply_.status))), http_date(now()),
        reply_.content_type, announced, keep_alive_ ? "" : "Connection: close\r\n");
    for (const auto& [name, value] : reply_.headers)
      text_.append(name).append(": ").append(value).append("\r\n");
    text_.append("\r\n").append(reply_.body);
  }

  template <class Then>
  void send_all(Then then) {
    net::async_write(socket_, net::buffer(text_),
                     [self = shared_from_this(), then](Failure failure, std::size_t) {
                       if (!failure)
                         then(*self);
                     });
  }

  void finish() {
    if (keep_alive_)
      return read();
    Failure ignored; // the peer may have closed already
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
  }

  void send_chunk(std::uint64_t left) {
    if (left == 0)
      return finish();
    text_.assign(chunk_bytes, 'x');
    send_all([left](Session& self) { self.send_chunk(left - chunk_bytes); });
  }

  void send_byte(std::size_t at) {
    if (at == text_.size())
      return finish();
    net::async_write(socket_, net::buffer(text_.data() + at, 1),
                     [self = shared_from_this(), at](Failure failure, std::size_t) {
                       if (!failure)
                         self->pause_then_send_byte(at + 1);
                     });
  }

  void pause_then_send_byte(std::size_t at) {
    timer_.expires_after(drip_pause);
    timer_.async_wait([self = shared_from_this(), at](Failure failure) {
      if (!failure)
        self->send_byte(at);
    });
  }

  void reset() {
    Failure ignored; // gone is what was wanted
    socket_.set_option(net::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
  }

  /// Says nothing until the client gives up.
  void wait_for_the_end() {
    text_.resize(1024);
    socket_.async_read_some(net::buffer(text_),
                            [self = shared_from_this()](Failure failure, std::size_t) {
                              if (!failure)
                                self->wait_for_the_end();
                            });
  }

  tcp::socket socket_;
  net::steady_timer timer_;
  std::shared_ptr<const HttpHandler> handler_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpReply reply_;
  std::string text_;
  bool keep_alive_ = true;
};

} // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  const auto found = fields->find(boost::beast::string_view(name.data(), name.size()));
  return found == fields->end() ? std::string_view{} : view(found->value());
}

class HttpServer::Listener : public std::enable_shared_from_this<Listener> {
public:
  Listener(net::io_context& io, std::uint16_t port, HttpHandler handler)
      : acceptor_(io, tcp::endpoint(net::ip::address_v4::loopback(), port)),
        handler_(std::make_shared<const HttpHandler>(std::move(handler))) {}

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](Failure failure, tcp::socket socket) {
      if (failure == net::error::operation_aborted)
        return;
      if (!failure) {
        Failure ignored; // only costs latency
        socket.set_option(tcp::no_delay(true), ignored);
        std::make_shared<Session>(std::move(socket), self->handler_)->read();
      }
      self->accept();
    });
  }
  void close() {
    Failure ignored; // closing is the end either way
    acceptor_.close(ignored);
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
  tcp::acceptor acceptor_;
  std::shared_ptr<const HttpHandler> handler_;
};

HttpServer::HttpServer(net::io_context& io, std::uint16_t port, HttpHandler handler)
    : listener_(std::make_shared<Listener>(io, port, std::move(handler))) {
  listener_->accept();
}
HttpServer::~HttpServer() {
  listener_->close();
}
std::uint16_t HttpServer::port() const {
  return listener_->port();
}
std::string HttpServer::url() const {
  return fmt::format("http://127.0.0.1:{}", port());
}

} // namespace tidemark::sandbox
