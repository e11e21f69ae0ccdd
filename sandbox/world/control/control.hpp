#pragma once
#include "sandbox/world/gate.hpp"

#include <map>
#include <memory>

namespace tidemark::sandbox {

/// The sandbox's own API for tests and the demo; sandbox/README.md lists its routes.
class Control {
public:
  using Gates = std::map<std::string, std::unique_ptr<Gate>, std::less<>>;
  Control(Gates& gates, Faults& faults, Webhooks& webhooks, WebhookSender& sender,
          Settings& settings, Sends& sends)
      : gates_(gates), faults_(faults), webhooks_(webhooks), sender_(sender), settings_(settings),
        sends_(sends) {}

  HttpReply answer(const HttpRequest& request);

private:
  HttpReply state(const HttpRequest& request, Gate& gate, std::string_view what);
  HttpReply play(const HttpRequest& request, System& system, std::string_view what);
  HttpReply people(const HttpRequest& request, Gate& gate,
                   const std::vector<std::string_view>& parts);
  HttpReply change(const HttpRequest& request, std::string_view what);
  HttpReply counts();
  HttpReply set(const Json& body);
  HttpReply rotate(Gate& gate, const Json& body);
  HttpReply reset();
  Json webhooks_of(std::string_view system) const;

  Gates& gates_;
  Faults& faults_;
  Webhooks& webhooks_;
  WebhookSender& sender_;
  Settings& settings_;
  Sends& sends_;
};

} // namespace tidemark::sandbox
