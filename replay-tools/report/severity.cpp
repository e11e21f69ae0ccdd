#include "replay-tools/report/severity.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>

namespace tidemark::tools {
namespace {

struct Trouble {
  std::string_view kind;
  Urgency urgency;
  std::initializer_list<std::string_view> words;  ///< that people write
  std::initializer_list<std::string_view> checks; ///< that fail, or warn
};

constexpr auto now_at_once = Urgency::immediately;
const std::array<Trouble, 8> troubles{{
    {"opt-out",
     now_at_once,
     {"opt out", "opt-out", "optout", "opted out", "unsubscribe", "do not contact", "dnc"},
     {"work.deadlines", "work.opt_outs_by_hand", "folder.spool"}},
    {"data-loss",
     now_at_once,
     {"lost", "data loss", "missing contacts", "disappeared", "deleted", "wiped"},
     {"folder.log", "folder.end", "folder.chain", "folder.keys"}},
    {"down",
     now_at_once,
     {"down", "offline", "unavailable", "does not start", "cannot log in", "can't log in"},
     {"service.running", "service.log", "folder.writable"}},
    {"security",
     now_at_once,
     {"security", "breach", "hacked", "stolen", "leak", "leaked", "unauthorized access"},
     {"folder.mode", "folder.keys_mode"}},
    {"late",
     Urgency::soon,
     {"late", "delayed", "minutes", "hours", "not synced", "did not sync", "not syncing"},
     {".queue"}},
    {"repeated",
     Urgency::soon,
     {"again", "repeated", "repeatedly", "every time", "keeps", "always"},
     {".circuit", "work.dead", "work.rejected"}},
    {"slow", Urgency::soon, {"slow", "slowly", "hangs"}, {"machine.memory", "machine.disk"}},
    {"unexpected",
     Urgency::soon,
     {"unexpected", "strange", "wrong", "weird", "error"},
     {"service.health", "service.alerts", ".account", ".credential", ".health"}},
}};

/// The word as a whole, not as a part of another.
bool says(const std::string& text, std::string_view word) {
  const auto is_part = [&](std::size_t at) {
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
  };
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    if ((at == 0 || !is_part(at - 1)) && !is_part(at + word.size()))
      return true;
  return false;
}

/// ".queue" stands for every connector's.
bool is_meant(std::string_view check, std::string_view pattern) {
  return pattern.starts_with('.') ? check.starts_with("connector.") && check.ends_with(pattern)
                                  : check == pattern;
}

/// The first check that found it; "" when none did.
std::string found_by(const Trouble& trouble, const Checks& checks) {
  for (const auto& check : checks)
    if (check.verdict == Verdict::fail
        || (check.verdict == Verdict::warn && check.id.starts_with("work.")))
      for (const auto pattern : trouble.checks)
        if (is_meant(check.id, pattern))
          return check.id;
  return {};
}

} // namespace

std::string_view name_of(Urgency urgency) {
  switch (urgency) {
  case Urgency::immediately:
    return "immediately";
  case Urgency::soon:
    return "soon";
  case Urgency::whenever:
    return "whenever";
  }
  return "whenever";
}

const std::vector<std::string>& kinds_of_trouble() {
  static const auto kinds = [] {
    std::vector<std::string> out;
    for (const auto& trouble : troubles)
      out.emplace_back(trouble.kind);
    return out;
  }();
  return kinds;
}

Severity propose_severity(const std::vector<std::string>& named, const std::string& written,
                          const Checks& checks) {
  auto text = written;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  Severity out;
  for (const auto& trouble : troubles) {
    const bool is_named = std::find(named.begin(), named.end(), trouble.kind) != named.end();
    const bool is_said = std::any_of(trouble.words.begin(), trouble.words.end(),
                                     [&](auto word) { return says(text, word); });
    const auto check = found_by(trouble, checks);
    if (!is_named && !is_said && check.empty())
      continue;
    out.urgency = std::max(out.urgency, trouble.urgency);
    out.because.push_back(std::string(trouble.kind) + " ("
                          + (is_named  ? "named"
                             : is_said ? "by what was written"
                                       : check)
                          + ")");
  }
  return out;
}

} // namespace tidemark::tools
