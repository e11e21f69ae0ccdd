#include "connectors/shared/inbound.hpp"
#include "connectors/shared/outbound.hpp"
#include "connectors/verity/parts.hpp"

namespace tidemark::connectors::verity {

/// Without the token: no call of its contract asks for something without doing something.
HttpRequest probe(const Settings& settings) {
  auto base = base_url_of(settings, "");
  if (base.empty())
    base = trimmed(settings.get("forward_url"));
  if (base.empty())
    return {};
  return {"GET", base + (base.ends_with('/') ? "" : "/")};
}

} // namespace tidemark::connectors::verity
