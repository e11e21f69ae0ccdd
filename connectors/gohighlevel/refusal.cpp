#include "connectors/gohighlevel/parts.hpp"

#include <algorithm>

namespace tidemark::connectors::gohighlevel {
namespace {

/// `property additionalEmails should not exist`, `dndSettings.property email should not exist`,
/// `email must be an email`: the member that the sentence is about.
std::string member_in(std::string_view sentence) {
  std::string above;
  if (const auto at = sentence.find("property "); at == 0 || (at < 40 && sentence[at - 1] == '.')) {
    above = sentence.substr(0, at);
    sentence.remove_prefix(at + std::string_view("property ").size());
  }
  const auto end = sentence.find(' ');
  if (end == std::string_view::npos)
    return {};
  const auto verb = sentence.substr(end + 1);
  return verb.starts_with("must ") || verb.starts_with("should ")
             ? above + std::string(sentence.substr(0, end))
             : std::string();
}

/// A text, or a list of texts; the first of these is enough to say what is wrong.
std::string_view first_in(const json::Value& value) {
  for (const auto& item : value.items())
    if (const auto text = item.text())
      return *text;
  return value.text().value_or("");
}

} // namespace

/// README fact 15: `message` is a text or a list, and some answers have `error` instead.
events::Refusal refusal(std::string_view body) {
  const auto document = json::parse(body);
  if (!document)
    return {};
  const auto root = document.value().root();
  for (const auto key : {"message", "error_description", "error"})
    if (const auto words = first_in(root[key]); !words.empty()) {
      const auto stated = root["meta"]["matchingField"].text().value_or("");
      return {stated.empty() ? member_in(words) : std::string(stated), std::string(words)};
    }
  return {};
}

} // namespace tidemark::connectors::gohighlevel
