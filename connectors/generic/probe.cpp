#include "connectors/generic/parts.hpp"
#include "connectors/shared/inbound.hpp"

namespace tidemark::connectors::generic {

/// Without a signature: whoever takes Standard Webhooks promises no question (README fact 4).
HttpRequest probe(const Settings& settings) {
  auto url = std::string(trimmed(settings.get("send_url")));
  return url.empty() ? HttpRequest{} : HttpRequest{"GET", std::move(url)};
}

} // namespace tidemark::connectors::generic
