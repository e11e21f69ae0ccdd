#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// A server that speaks nothing by itself: each connection is given to a function as a socket.
class RawServer {
public:
  using Handler = std::function<void(int socket)>;

  explicit RawServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 512);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int open : sockets_)
        ::shutdown(open, SHUT_RDWR);
    }
    for (auto& thread : threads_)
      thread.join();
    for (const int open : sockets_)
      ::close(open);
  }

  std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  int port() const { return port_; }
  int connections() const { return connections_; }

  /// Reads one request: its head and as much body as Content-Length says. "" when the peer left.
  static std::string read_request(int socket) {
    std::string text;
    char bytes[4096];
    for (;;) {
      const auto head = text.find("\r\n\r\n");
      if (head != std::string::npos && text.size() >= head + 4 + body_size(text.substr(0, head)))
        return text;
      const auto count = ::recv(socket, bytes, sizeof bytes, 0);
      if (count <= 0)
        return "";
      text.append(bytes, static_cast<std::size_t>(count));
    }
  }
  static bool write(int socket, std::string_view text) {
    while (!text.empty()) {
      const auto count = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0)
        return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  static std::string answer(std::string_view body, std::string_view more_headers = "",
                            std::string_view status = "200 OK") {
    return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(more_headers)
           + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  }
  /// Ends the connection with a reset instead of an orderly close.
  static void reset(int socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

private:
  static std::size_t body_size(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }
  void accept_all() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0)
        return;
      ++connections_;
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      threads_.emplace_back([this, socket] {
        handler_(socket);
        const std::lock_guard again(mutex_);
        std::erase(sockets_, socket);
        ::close(socket);
      });
    }
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};
