#pragma once
#include "sandbox/world/control/control.hpp"
#include "sandbox/world/times.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tidemark::sandbox {

/// Ports of 127.0.0.1, 0 for any free one.
struct Ports {
  std::uint16_t gohighlevel = 0;
  std::uint16_t aloware = 0;
  std::uint16_t verity = 0;
  std::uint16_t generic = 0;
  std::uint16_t control = 0;
};

/// All systems and the control API, on one thread: that of `run`.
class Sandbox {
public:
  /// Listens at once. Throws std::system_error when a port is taken.
  Sandbox(Settings settings, Ports ports);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Serves until `stop`, or until SIGINT or SIGTERM when those are to be caught.
  void run(bool catch_signals);
  /// From any thread.
  void stop() { io_.stop(); }
  /// Base URL of gohighlevel, aloware, verity, generic or control.
  std::string url(const std::string& system) const;
  /// `{"ready":true,"gohighlevel":"http://127.0.0.1:…",…}`
  std::string ready_line() const;

private:
  Settings settings_;
  RealClock clock_;
  boost::asio::io_context io_;
  Faults faults_;
  WebhookSender sender_;
  Webhooks webhooks_;
  std::shared_ptr<Sends> sends_;
  std::vector<std::unique_ptr<System>> systems_;
  Control::Gates gates_;
  Control control_;
  std::map<std::string, std::unique_ptr<HttpServer>> servers_;
};

} // namespace tidemark::sandbox
