#include "sandbox/world/sandbox.hpp"

#include "sandbox/world/aloware/aloware.hpp"
#include "sandbox/world/generic/generic_crm.hpp"
#include "sandbox/world/gohighlevel/gohighlevel.hpp"
#include "sandbox/world/verity/verity.hpp"

#include <boost/asio/signal_set.hpp>

namespace tidemark::sandbox {

Sandbox::Sandbox(Settings settings, Ports ports)
    : settings_(std::move(settings)), io_(1),
      sender_(
          {settings_.webhook_connections, std::chrono::milliseconds(settings_.webhook_retry_ms)}),
      webhooks_(io_, sender_, faults_, std::chrono::milliseconds(settings_.webhook_delay_ms)),
      sends_(std::make_shared<Sends>()),
      control_(gates_, faults_, webhooks_, sender_, settings_, *sends_) {
  sender_.set_engine(settings_.engine);
  const World world{settings_, webhooks_, clock_, sends_};
  systems_.push_back(std::make_unique<Gohighlevel>(world));
  systems_.push_back(std::make_unique<Aloware>(world));
  systems_.push_back(std::make_unique<Verity>(world));
  systems_.push_back(std::make_unique<GenericCrm>(world));
  const std::map<std::string_view, std::uint16_t> port_of{{"gohighlevel", ports.gohighlevel},
                                                          {"aloware", ports.aloware},
                                                          {"verity", ports.verity},
                                                          {"generic", ports.generic}};
  for (const auto& system : systems_) {
    const std::string name(system->name());
    auto* gate = gates_.emplace(name, std::make_unique<Gate>(*system, faults_, webhooks_))
                     .first->second.get();
    servers_[name] =
        std::make_unique<HttpServer>(io_, port_of.at(name), [gate](const HttpRequest& request) {
          return gate->answer(request);
        });
  }
  servers_["control"] = std::make_unique<HttpServer>(
      io_, ports.control, [this](const HttpRequest& request) { return control_.answer(request); });
}

Sandbox::~Sandbox() = default;

void Sandbox::run(bool catch_signals) {
  boost::asio::signal_set signals(io_);
  if (catch_signals) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    signals.async_wait([this](boost::system::error_code failure, int) {
      if (!failure)
        io_.stop();
    });
  }
  io_.run();
}

std::string Sandbox::url(const std::string& system) const {
  return servers_.at(system)->url();
}

std::string Sandbox::ready_line() const {
  Json line{{"ready", true}};
  for (const char* name : {"gohighlevel", "aloware", "verity", "generic", "control"})
    line[name] = url(name);
  return to_text(line);
}

} // namespace tidemark::sandbox
