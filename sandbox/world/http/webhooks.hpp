#pragma once
#include "sandbox/world/faults.hpp"
#include "sandbox/world/http/webhook_sender.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>

namespace tidemark::sandbox {

/// Plays the webhook faults, then sends.
class Webhooks final : public WebhookOutlet {
public:
  Webhooks(boost::asio::io_context& io, WebhookSender& sender, Faults& faults,
           std::chrono::milliseconds delay)
      : io_(io), sender_(sender), faults_(faults), delay_(delay) {}

  void emit(WebhookJob job) override;
  /// Sends what `hold` kept back, in the order it was emitted. Gives how many.
  std::size_t release(const std::string& system);
  std::size_t held() const;

  /// Runs `work`; the result, called with a function, calls that on the io_context's thread as
  /// soon as every webhook emitted meanwhile has ended.
  std::function<void(std::function<void()>)> after_webhooks_of(const std::function<void()>& work);
  void clear();

private:
  struct Barrier;
  void submit(WebhookJob job);
  void play(const Fault& fault, WebhookJob job);

  boost::asio::io_context& io_;
  WebhookSender& sender_;
  Faults& faults_;
  std::chrono::milliseconds delay_;
  std::map<std::string, std::vector<WebhookJob>> held_;
  std::map<std::string, WebhookJob> overtaken_; // by system: waits for the next one to pass it
  std::shared_ptr<Barrier> barrier_;
};

} // namespace tidemark::sandbox
