#include "base/text/json_reader.hpp"
#include "connectors/generic/parts.hpp"

#include <array>

namespace tidemark::connectors::generic {
namespace {

template <std::size_t N>
std::string first_of(const json::Value& value, const std::array<std::string_view, N>& keys) {
  for (const auto key : keys)
    if (const auto text = value[key].text(); text && !text->empty())
      return std::string(*text);
  return {};
}

constexpr std::array<std::string_view, 5> words_keys{"message", "detail", "error_description",
                                                     "error", "title"};
constexpr std::array<std::string_view, 5> field_keys{"field", "param", "path", "property",
                                                     "pointer"};

/// One of `errors`: a text, or an object that names the member and says what is wrong.
events::Refusal one_of(const json::Value& item) {
  if (const auto text = item.text())
    return {{}, std::string(*text)};
  return {first_of(item, field_keys), first_of(item, words_keys)};
}

} // namespace

/// Standard Webhooks says nothing about bodies of refusals: read are problem details (RFC 9457) and
/// what is usual beside them, `errors` by member or as a list before the words about the whole.
events::Refusal refusal(std::string_view body) {
  const auto document = json::parse(body);
  if (!document)
    return {};
  const auto root = document.value().root();
  for (const auto& [member, messages] : root["errors"].members()) {
    const auto listed = messages.items();
    if (const auto words = listed.empty() ? messages.text() : listed.front().text();
        words && !words->empty())
      return {std::string(member), std::string(*words)};
  }
  for (const auto& item : root["errors"].items())
    if (auto said = one_of(item); !said.words.empty())
      return said;
  auto nested = one_of(root["error"]);
  return nested.words.empty() || root["error"].text() ? one_of(root) : nested;
}

} // namespace tidemark::connectors::generic
