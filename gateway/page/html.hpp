#pragma once
#include "gateway/http/answer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidemark::gateway {

/// Text as it may stand in an element or a quoted attribute.
std::string escaped(std::string_view text);

/// A page and where it stands.
struct Page {
  std::string title;
  std::string base; ///< leads from it to the folder of docs/, relative: it may stand behind a proxy
  std::string main; ///< HTML within <main>
  Timestamp at;     ///< what it says was so then
  bool has_tenant = true; ///< false: only pages about the engine itself are linked
};

/// The whole document: no script, no request to anywhere else, small. Its Content-Security-Policy
/// lets nothing in but the style that stands in it.
Answer html_answer(const Page& page);

/// `2026-09-01 12:03:04 UTC`.
std::string time_text(Timestamp at);
/// The same with the whole time for programs.
std::string time_html(Timestamp at);
/// "4 seconds", "12 minutes", "5 hours", "2 days".
std::string age_text(std::chrono::microseconds age);

} // namespace tidemark::gateway
