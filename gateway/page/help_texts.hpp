#pragma once
#include <span>
#include <string_view>

/// What does not change: help for people in an office, as HTML.
namespace tidemark::gateway {

struct HelpText {
  std::string_view slug, title, html;
};
/// faq, common-scenarios, connected-systems, glossary, troubleshooting.
std::span<const HelpText> help_texts();

/// Causes that are no outage, and what to check; a part of the first page.
extern const std::string_view causes_html;
/// How a change goes through, and what happens when.
extern const std::string_view architecture_html;
extern const std::string_view workflows_html;

} // namespace tidemark::gateway
