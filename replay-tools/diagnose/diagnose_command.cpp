#include "replay-tools/diagnose/diagnose_command.hpp"

#include "base/text/joined.hpp"
#include "config/load.hpp"
#include "replay-tools/diagnose/checks.hpp"
#include "replay-tools/diagnose/gather.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::size_t how_many(const Checks& checks, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      checks.begin(), checks.end(), [&](const auto& check) { return check.verdict == verdict; }));
}

std::string last_line(const Checks& checks) {
  const auto failed = how_many(checks, Verdict::fail), warned = how_many(checks, Verdict::warn),
             unknown = how_many(checks, Verdict::unknown);
  if (failed + warned + unknown == 0)
    return fmt::format("{} checks: all pass", checks.size());
  return fmt::format("{} checks: {} fail, {} warn, {} unknown", checks.size(), failed, warned,
                     unknown);
}

Json check_json(const Check& check) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {{"check", check.id},
          {"verdict", name_of(check.verdict)},
          {"found", check.found},
          {"breaks", or_null(check.breaks)},
          {"next_step", or_null(check.todo)}};
}

void print_checks(const Checks& checks, bool all) {
  for (const auto verdict : {Verdict::fail, Verdict::warn, Verdict::unknown, Verdict::pass})
    for (const auto& check : checks)
      if (check.verdict == verdict && (all || verdict != Verdict::pass)) {
        print_line(fmt::format("{:<8} {}: {}", name_of(verdict), check.id, check.found));
        if (!check.breaks.empty())
          print_line("         while it is so: " + check.breaks);
        if (!check.todo.empty())
          print_line("         do: " + check.todo);
      }
}

std::string label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"')
      out.push_back('\\');
    out.push_back(c == '\n' ? ' ' : c);
  }
  return out;
}

/// Where several tenants are configured, what waits is asked for one of them. A configuration that
/// cannot be read is a check of its own.
Status names_its_tenant(const CommonOptions& common) {
  const auto loaded = config::load_config_file(common.config, *config::process_environment());
  if (!common.tenant.empty() || !loaded.ok() || loaded.config.tenants.size() < 2)
    return Done{};
  std::vector<std::string> names;
  for (const auto& tenant : loaded.config.tenants)
    names.push_back(tenant.id.value);
  return Error{"bad_usage",
               "several tenants are configured; say which: --tenant " + joined(names, " | ")};
}

} // namespace

std::pair<std::string, int> nagios_of(const Checks& checks) {
  const auto verdict = worst(checks);
  const int code = verdict == Verdict::fail      ? 2
                   : verdict == Verdict::warn    ? 1
                   : verdict == Verdict::unknown ? 3
                                                 : 0;
  const auto word = code == 2 ? "CRITICAL" : code == 1 ? "WARNING" : code == 3 ? "UNKNOWN" : "OK";
  std::string first;
  for (const auto& check : checks)
    if (first.empty() && check.verdict == verdict && verdict != Verdict::pass)
      first = "; " + check.id + ": " + check.found;
  std::replace(first.begin(), first.end(), '|', '/'); // what follows it are figures
  std::replace(first.begin(), first.end(), '\n', ' ');
  return {fmt::format("TIDEMARK {} - {}{} | fail={} warn={} unknown={}", word, last_line(checks),
                      first, how_many(checks, Verdict::fail), how_many(checks, Verdict::warn),
                      how_many(checks, Verdict::unknown)),
          code};
}

std::string prometheus_of(const Checks& checks) {
  std::string out = "# HELP tidemark_check_verdict 0 pass, 1 warn, 2 fail, 3 unknown.\n"
                    "# TYPE tidemark_check_verdict gauge\n";
  for (const auto& check : checks)
    out += fmt::format("tidemark_check_verdict{{check=\"{}\"}} {}\n", label(check.id),
                       static_cast<int>(check.verdict));
  return out;
}

int show_checks(Format format, const Checks& checks, bool all) {
  const bool failed = worst(checks) == Verdict::fail;
  switch (format) {
  case Format::nagios: {
    const auto [line, code] = nagios_of(checks);
    print_line(line);
    return code;
  }
  case Format::prometheus: {
    auto samples = prometheus_of(checks);
    samples.pop_back();
    print_line(samples);
    return exit_code::done;
  }
  case Format::json:
    for (const auto& check : checks)
      print_json(check_json(check));
    print_summary({{"checks", checks.size()},
                   {"pass", how_many(checks, Verdict::pass)},
                   {"warn", how_many(checks, Verdict::warn)},
                   {"fail", how_many(checks, Verdict::fail)},
                   {"unknown", how_many(checks, Verdict::unknown)},
                   {"verdict", name_of(worst(checks))}});
    break;
  case Format::text:
    print_checks(checks, all);
    print_line(last_line(checks));
  }
  return failed ? exit_code::does_not_hold : exit_code::done;
}

Result<int> diagnose(const CommonOptions& common, const DiagnoseOptions& options) {
  TRYV(names_its_tenant(common));
  return show_checks(common.format, checks_of(gather(common, options.backups)), options.all);
}

} // namespace tidemark::tools
