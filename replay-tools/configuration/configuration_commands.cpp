#include "replay-tools/configuration/configuration_commands.hpp"

#include "config/differences.hpp"
#include "replay-tools/configuration/good_file.hpp"
#include "replay-tools/configuration/installation.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>

#include <map>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

Json or_nothing(const std::optional<std::string>& value) {
  return value ? Json(*value) : Json();
}

/// Keys that are written in the file, without the names of tenants and connectors, each with one of
/// its values.
std::map<std::string, std::string> written_keys(const config::LoadedConfig& loaded) {
  std::map<std::string, std::string> out;
  for (const auto& value : loaded.effective) {
    if (value.source == "default")
      continue;
    std::string key;
    bool in_name = false;
    for (const char c : value.key) {
      in_name = in_name ? c != ']' : c == '[';
      if (!in_name || c == '[')
        key.push_back(c);
    }
    out.emplace(std::move(key), value.value);
  }
  return out;
}

Result<int> against_example(const CommonOptions& common, const std::string& example) {
  TRY(file, good_file(common.config));
  // Its secrets stand in no environment here: what is wrong with it for that is no matter.
  const auto other =
      written_keys(config::load_config_file(example, *config::process_environment()));
  if (other.empty())
    return Error{"cannot_be_read", example + " is no configuration"};
  const auto own = written_keys(file);
  std::size_t differ = 0;
  const auto tell = [&](const auto& from, const auto& missing_in, const char* where) {
    for (const auto& [key, value] : from)
      if (!missing_in.contains(key)) {
        ++differ;
        print(common.format, {{"key", key}, {"only_in", where}, {"value", value}},
              fmt::format("{}: only in the {}: {}", key, where, value));
      }
  };
  tell(other, own, "example");
  tell(own, other, "file");
  print_summary(common.format, {{"differences", differ}}, fmt::format("{} keys differ", differ));
  return differ == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace

Result<int> reload(const CommonOptions& common) {
  TRY(outcome, ask_installation(common, "POST", "/api/v1/reload"));
  const auto& applied = outcome["applied"];
  const auto& waiting = outcome["needs_restart"];
  for (const auto& key : applied)
    print(common.format, {{"key", key}, {"result", "applied"}}, key.get<std::string>());
  for (const auto& key : waiting)
    print(common.format, {{"key", key}, {"result", "needs_restart"}},
          key.get<std::string>() + "  needs a restart");
  print_summary(common.format, {{"applied", applied.size()}, {"needs_restart", waiting.size()}},
                fmt::format("{} values are in force now, {} need a restart.", applied.size(),
                            waiting.size()));
  return exit_code::done;
}

Result<int> config_diff(const CommonOptions& common, const std::string& example) {
  if (!example.empty())
    return against_example(common, example);
  TRY(file, good_file(common.config));
  TRY(running, ask_installation(common, "GET", "/api/v1/configuration"));
  std::vector<config::EffectiveValue> in_force;
  for (const auto& one : running["items"])
    in_force.push_back({one.value("key", ""), one.value("value", ""), one.value("source", "")});
  const auto all = config::differences(in_force, file.effective);
  for (const auto& one : all) {
    const bool safe = config::is_reloadable(one.key) && one.from && one.to;
    print(common.format,
          {{"key", one.key},
           {"running", or_nothing(one.from)},
           {"file", or_nothing(one.to)},
           {"takes", safe ? "reload" : "restart"}},
          fmt::format("{}: runs with {}, the file says {}: {}", one.key,
                      one.from.value_or("nothing"), one.to.value_or("nothing"),
                      safe ? "tidemark reload" : "needs a restart"));
  }
  print_summary(common.format, {{"differences", all.size()}},
                fmt::format("{} values differ", all.size()));
  return all.empty() ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
