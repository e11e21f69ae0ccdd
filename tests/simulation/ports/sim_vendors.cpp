#include "tests/simulation/ports/sim_vendors.hpp"

#include "sandbox/world/aloware/aloware.hpp"
#include "sandbox/world/generic/generic_crm.hpp"
#include "sandbox/world/gohighlevel/gohighlevel.hpp"
#include "sandbox/world/verity/verity.hpp"

#include <boost/beast/http/fields.hpp>

namespace tidemark::sim {

SimVendors::SimVendors(const std::string& tenant, std::uint64_t seed, bool echo,
                       sandbox::WebhookOutlet& webhooks, const SimClock& clock)
    : outlet_(webhooks) {
  settings_.seed = seed;
  settings_.echo = echo;
  settings_.ghl_webhook_path = "/t/" + tenant + "/webhooks/gohighlevel";
  settings_.aloware_webhook_path = "/t/" + tenant + "/webhooks/aloware";
  settings_.verity_webhook_path = "/t/" + tenant + "/webhooks/verity/texting";
  settings_.generic_webhook_path = "/t/" + tenant + "/webhooks/generic";
  const sandbox::World world{settings_, outlet_, clock};
  systems_["gohighlevel"] = std::make_unique<sandbox::Gohighlevel>(world);
  systems_["aloware"] = std::make_unique<sandbox::Aloware>(world);
  systems_["verity"] = std::make_unique<sandbox::Verity>(world);
  systems_["generic"] = std::make_unique<sandbox::GenericCrm>(world);
}

connectors::HttpAnswer SimVendors::answer(const std::string& system,
                                          const connectors::HttpRequest& request) {
  boost::beast::http::fields fields;
  for (const auto& [name, value] : request.headers)
    fields.insert(name, value);
  const std::string_view url = request.url;
  const auto path_at = url.find('/', url.find("//") + 2);
  const auto target = path_at == std::string_view::npos ? "/" : url.substr(path_at);
  const auto question = target.find('?');
  sandbox::HttpRequest asked;
  asked.method = request.method;
  asked.path = target.substr(0, question);
  asked.query = question == std::string_view::npos ? "" : target.substr(question + 1);
  asked.body = request.body;
  asked.fields = &fields;
  sandbox::Received entry;
  const auto reply = systems_.at(system)->answer(asked, entry);
  connectors::HttpAnswer out;
  out.status = reply.status;
  out.content_type = reply.content_type;
  out.body = reply.body;
  return out;
}

void SimVendors::rotate(const std::string& system) {
  const auto token = "token-" + std::to_string(++tokens_);
  if (system == "gohighlevel")
    settings_.ghl_token = token;
  else if (system == "aloware")
    settings_.aloware_token = token;
  else
    return;
  systems_.at(system)->rotate_token(token);
}

} // namespace tidemark::sim
