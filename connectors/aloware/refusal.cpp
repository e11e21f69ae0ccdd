#include "connectors/aloware/parts.hpp"

namespace tidemark::connectors::aloware {

/// Three shapes: `error`, `message`, and `message` with `errors` by member, which says more.
events::Refusal refusal(std::string_view body) {
  const auto document = json::parse(body);
  if (!document)
    return {};
  const auto root = document.value().root();
  for (const auto& [member, messages] : root["errors"].members()) {
    const auto listed = messages.items();
    const auto words = listed.empty() ? messages.text() : listed.front().text();
    if (words && !words->empty())
      return {std::string(member), std::string(*words)};
  }
  for (const auto key : {"error", "message"})
    if (const auto words = root[key].text(); words && !words->empty())
      return {{}, std::string(*words)};
  return {};
}

} // namespace tidemark::connectors::aloware
