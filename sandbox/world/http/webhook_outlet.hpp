#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace tidemark::sandbox {

/// One webhook on its way out.
struct WebhookJob {
  std::string system;
  std::string kind{};      ///< ContactCreate, contact.updated ...
  std::string id{};        ///< the delivery id in it, "" when the vendor has none
  std::string order_key{}; ///< those of one key leave one after the other; "" for no order
  std::string path{};      ///< below the engine's URL, or an http:// URL of its own
  std::string body{};
  /// Header lines for one attempt, made just before it: signatures may hold its time.
  std::function<std::vector<std::string>(const std::string& body)> headers{};
  int attempts_max = 1;
  std::chrono::steady_clock::time_point not_before{};
  int attempts = 0;
  bool lost = false; ///< handed in while there was no engine: never sent
  /// Called once, on the sender's thread, when nothing more will be tried.
  std::function<void()> done{};
};

/// Where the systems hand their webhooks in.
class WebhookOutlet {
public:
  virtual ~WebhookOutlet() = default;
  virtual void emit(WebhookJob job) = 0;
};

} // namespace tidemark::sandbox
