#include "gateway/operations/health_aliases.hpp"

#include "base/text/split.hpp"

#include <algorithm>
#include <array>

namespace tidemark::gateway {
namespace {

constexpr std::string_view vendor_later =
    "No connector of this kind is configured under this name.";

constexpr std::array<HealthAlias, 20> aliases{{
    {"gateway", "gateway", "It takes webhooks and answers the API."},
    {"auth", "gateway", "Tokens are of the log and of the configuration file."},
    {"tenant", "gateway", "Tenants are of the configuration file; which work, the log tells."},
    {"database", "log tables", "What is kept is the log and the tables that are made from it."},
    {"state-manager", "log tables", "What is known of contacts is in the log and the tables."},
    {"interpreter", "tables", "The engine that reads inputs also keeps the tables."},
    {"inbound-transformer", "tables", "The engine that reads inputs also keeps the tables."},
    {"outbound-transformer", "tables", "The engine that sends changes also keeps the tables."},
    {"redis", "", "There is no cache server: what is in memory is made again from the log."},
    {"rabbitmq", "", "There is no queue server: what waits stands in the log."},
    {"postgresql", "", "There is no database server: see database."},
    {"object-store", "", "There is no object store: bodies stand in the log."},
    {"whatsapp-api", "", vendor_later},
    {"whatsapp-webhook", "", vendor_later},
    {"genesys-api", "", vendor_later},
    {"genesys-webhook", "", vendor_later},
    {"admin-ui", "", "There is none: see /docs/visual and the command tidemark."},
    {"agent-widget", "", "There is none."},
    {"portal", "", "There is none: see /docs/visual."},
    {"portal-api", "", "There is none: see /api/v1."},
}};

/// Worst first.
constexpr std::array<std::string_view, 4> states{"disconnected", "degraded", "unknown",
                                                 "connected"};

std::size_t rank_of(std::string_view status) {
  return static_cast<std::size_t>(std::ranges::find(states, status) - states.begin());
}

} // namespace

std::span<const HealthAlias> health_aliases() {
  return aliases;
}

const HealthAlias* health_alias(std::string_view name) {
  const auto* const found = std::ranges::find(aliases, name, &HealthAlias::name);
  return found == aliases.end() ? nullptr : found;
}

ServiceHealth health_of(const HealthAlias& alias, const std::vector<ServiceHealth>& services,
                        bool accepting) {
  ServiceHealth out{std::string(alias.name), "", {}, ""};
  const auto take = [&](std::string_view status, Timestamp since, std::string_view detail) {
    if (!out.status.empty() && rank_of(status) >= rank_of(out.status))
      return;
    out.status = status;
    out.since = since;
    out.detail = detail;
  };
  for (const auto part : split(alias.parts, " ")) {
    if (part == "gateway")
      take(accepting ? "connected" : "disconnected", {},
           accepting ? "" : "webhooks cannot be taken now");
    for (const auto& service : services)
      if (service.name == part)
        take(service.status, service.since, service.detail);
  }
  if (out.status.empty()) // its part has not reported yet, or there is none
    out.status = alias.parts.empty() ? not_used : "unknown";
  out.detail = std::string(alias.because) + (out.detail.empty() ? "" : " " + out.detail);
  return out;
}

} // namespace tidemark::gateway
