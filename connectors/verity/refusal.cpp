#include "base/text/json_reader.hpp"
#include "connectors/verity/parts.hpp"

namespace tidemark::connectors::verity {

/// No schema of errors is known, only free text; a JSON body may name it.
events::Refusal refusal(std::string_view body) {
  const auto document = json::parse(body);
  if (!document)
    return body.find('<') == std::string_view::npos ? events::Refusal{{}, std::string(body)}
                                                    : events::Refusal{};
  const auto root = document.value().root();
  if (const auto words = root.text())
    return {{}, std::string(*words)};
  for (const auto& value : {root["error"]["message"], root["message"], root["error"]})
    if (const auto words = value.text(); words && !words->empty())
      return {{}, std::string(*words)};
  return {};
}

} // namespace tidemark::connectors::verity
