#include "replay-tools/what_if/adoption.hpp"

#include "config/differences.hpp"
#include "replay-tools/configuration/good_file.hpp"
#include "replay-tools/configuration/installation.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::tools {
namespace {

using Values = std::vector<config::EffectiveValue>;

nlohmann::ordered_json value_or_null(const std::optional<std::string>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

/// What the service runs with, or at rest what its file says; nothing where neither is known.
Result<std::optional<Values>> values_in_force(DataFolder& folder, const CommonOptions& common) {
  if (folder.is_live()) {
    TRY(running, ask_installation(common, "GET", "/api/v1/configuration"));
    Values out;
    for (const auto& one : running["items"])
      out.push_back({one.value("key", ""), one.value("value", ""), one.value("source", "")});
    return std::optional(std::move(out));
  }
  auto file = config::load_config_file(common.config, *config::process_environment());
  return file.effective.empty() ? std::optional<Values>()
                                : std::optional(std::move(file.effective));
}

/// Commands, in the order in which they are to be given.
void advise(Format format, const std::vector<std::string>& commands) {
  for (const auto& command : commands)
    print(format, {{"adopt", "command"}, {"command", command}}, "  " + command);
}

std::string reprocess_command(const CommonOptions& common, const WhatIfOptions& options) {
  std::string out = "tidemark --config " + common.config + " replay reprocess";
  if (!common.tenant.empty())
    out += " --tenant " + common.tenant;
  if (!options.contact.empty())
    out += " --contact KEY"; // it may be a phone number: not repeated
  if (!options.since.empty())
    out += " --since " + options.since;
  if (!options.until.empty())
    out += " --until " + options.until;
  if (options.contact.empty() && options.since.empty() && options.until.empty())
    out += " --from 1"; // it wants to be told what is meant
  return out + " --dry-run";
}

/// True when one of them takes a restart.
bool print_values(Format format, const std::vector<config::Difference>& all) {
  bool restart = false;
  for (const auto& one : all) {
    const bool safe = config::is_reloadable(one.key) && one.from && one.to;
    restart = restart || !safe;
    print(format,
          {{"adopt", "value"},
           {"key", one.key},
           {"now", value_or_null(one.from)},
           {"new", value_or_null(one.to)},
           {"takes", safe ? "reload" : "restart"}},
          fmt::format("  {}: {} -> {} ({})", one.key, one.from.value_or("nothing"),
                      one.to.value_or("nothing"), safe ? "reload" : "restart"));
  }
  return restart;
}

void print_note(Format format, std::string_view text) {
  print(format, {{"adopt", "note"}, {"note", text}}, text);
}

Status print_configuration(DataFolder& folder, const CommonOptions& common,
                           const WhatIfOptions& options) {
  TRY(file, good_file(options.with));
  TRY(in_force, values_in_force(folder, common));
  bool restart = true;
  if (in_force) {
    const auto all = config::differences(*in_force, file.effective);
    print_note(common.format, fmt::format("to adopt it, {} values would change:", all.size()));
    restart = print_values(common.format, all);
  } else {
    print_note(common.format,
               "which values would change is not known: say --config with the file in force");
  }
  print_note(common.format, "nothing was changed; to adopt it:");
  advise(common.format,
         {"tidemarkd check-config --config " + options.with,
          "cp " + options.with + " " + common.config,
          restart ? "systemctl restart tidemark" : "tidemark --config " + common.config + " reload",
          reprocess_command(common, options)});
  return Done{};
}

} // namespace

Status print_adoption(DataFolder& folder, const CommonOptions& common,
                      const WhatIfOptions& options) {
  if (!options.words.empty())
    print_note(common.format, "opt-out words are part of the program: they come with a version of "
                              "Tidemark, not with a configuration");
  if (!options.with.empty())
    return print_configuration(folder, common, options);
  if (options.rules.empty())
    return Done{};
  print_note(common.format, "nothing was changed; today's rules decide about what comes. What was "
                            "left out by older ones is read again by:");
  advise(common.format, {reprocess_command(common, options)});
  return Done{};
}

} // namespace tidemark::tools
