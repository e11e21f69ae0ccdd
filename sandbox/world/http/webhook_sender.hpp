#pragma once
#include "sandbox/world/http/webhook_outlet.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tidemark::sandbox {

/// How a webhook ended; status 0 when no answer came.
struct WebhookEnd {
  std::string system;
  std::string kind;
  std::string id;
  std::string order_key; ///< as in the job: whose record it was about
  long status = 0;
  int attempts = 0;
  std::int64_t at = 0; ///< microseconds since 1970
};

struct SenderOptions {
  std::size_t connections = 32;
  std::chrono::milliseconds retry_first{500};
};

/// Sends webhooks over kept connections, with libcurl on a thread of its own.
class WebhookSender {
public:
  explicit WebhookSender(SenderOptions options);
  /// Gives up what is still on its way.
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  void submit(WebhookJob job);
  /// From now on webhooks go to this base URL. While it is "" those handed in, and those whose
  /// turn comes, end at once with status 0 and are not tried again.
  void set_engine(std::string url);
  std::string engine() const;
  /// Webhooks submitted and not ended.
  std::uint64_t pending() const;
  /// The last ones that ended, oldest first.
  std::vector<WebhookEnd> ended() const;
  void clear_ended();

private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

} // namespace tidemark::sandbox
