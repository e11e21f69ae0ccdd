#include "replay-tools/configuration/log_level_command.hpp"

#include "base/contains.hpp"
#include "base/text/split.hpp"
#include "config/duration.hpp"
#include "replay-tools/configuration/installation.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::hours longest{7 * 24};

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

bool is_level(const std::string& text) {
  return contains(words("debug", "info", "warning", "error", "default"), text);
}

void print_level(Format format, const Json& one) {
  const auto part = one.value("part", "");
  const auto level = one.value("level", "");
  const auto& until = one.at("until");
  const auto how = one.value("as_configured", true) ? std::string("as configured")
                   : until.is_string()              ? "until " + until.get<std::string>()
                                                    : "until the next start";
  print(format, one, fmt::format("{:<14}  {:<8}  {}", part, level, how));
}

} // namespace

Result<std::vector<std::pair<std::string, std::string>>>
log_level_wishes(const std::vector<std::string>& changes) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& change : changes) {
    const auto at = change.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == change.size())
      return Error{"bad_usage", "'" + change
                                    + "' is no change: write PART=LEVEL, such as "
                                      "delivery=debug, or DEBUG=config:*"};
    const auto left = change.substr(0, at);
    const auto right = change.substr(at + 1);
    if (!is_level(in_lower_case(left))) {
      out.emplace_back(left, in_lower_case(right));
      continue;
    }
    for (const auto part : split(right, ","))
      out.emplace_back(part, in_lower_case(left));
  }
  return out;
}

Result<int> log_level(const CommonOptions& common, const LogLevelOptions& options) {
  TRY(wishes, log_level_wishes(options.changes));
  Json body;
  for (const auto& [part, level] : wishes)
    body["levels"][part] = level;
  if (!options.lasts.empty()) {
    const auto lasts = config::read_duration(options.lasts, std::chrono::seconds{1});
    if (!lasts || *lasts > longest || wishes.empty())
      return Error{"bad_usage", wishes.empty() ? "--for needs a change, such as delivery=debug"
                                               : "--for is a time such as 30m, at most 7d"};
    body["seconds"] = lasts->count();
  }
  TRY(levels, ask_installation(common, wishes.empty() ? "GET" : "POST", "/api/v1/log-levels",
                               wishes.empty() ? std::string() : to_text(body)));
  for (const auto& one : levels["items"])
    print_level(common.format, one);
  return exit_code::done;
}

} // namespace tidemark::tools
