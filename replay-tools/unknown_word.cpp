#include "replay-tools/unknown_word.hpp"

#include "config/nearest.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tidemark::tools {
namespace {

/// The command that was understood, with those that it is of.
std::vector<const CLI::App*> understood(const CLI::App& app) {
  std::vector<const CLI::App*> out{&app};
  while (!out.back()->get_subcommands().empty())
    out.push_back(out.back()->get_subcommands().front());
  return out;
}

std::string meant(const std::string& word, const std::vector<std::string>& known) {
  const auto found = config::nearest(word, known);
  return found.empty() ? "see --help" : "did you mean " + found + "?";
}

/// Commands below it, and groups of its options, which have no name.
std::vector<const CLI::App*> below(const CLI::App& app, bool named) {
  return app.get_subcommands(
      [named](const CLI::App* one) { return one->get_name().empty() != named; });
}

void add_options(const CLI::App& app, std::vector<std::string>& out) {
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames())
      out.push_back("--" + name);
  for (const auto* group : below(app, false))
    add_options(*group, out);
}

std::vector<std::string> options_of(const std::vector<const CLI::App*>& path) {
  std::vector<std::string> out;
  for (const auto* app : path)
    add_options(*app, out);
  return out;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const auto* one : below(app, true))
    out.push_back(one->get_name());
  return out;
}

} // namespace

std::optional<Error> unknown_word(const CLI::App& app) {
  const auto words = app.remaining(true);
  if (words.empty())
    return std::nullopt;
  const auto path = understood(app);
  const std::string name = path.size() > 1 ? path.back()->get_name() : "tidemark";
  const auto option = std::ranges::find_if(
      words, [](const auto& word) { return word.size() > 1 && word.front() == '-'; });
  if (option != words.end()) {
    const auto typed = option->substr(0, option->find('='));
    return Error{"bad_usage", fmt::format("{} has no option {}: {}", name, typed,
                                          meant(typed, options_of(path)))};
  }
  const auto commands = commands_of(*path.back());
  if (commands.empty())
    return Error{"bad_usage",
                 fmt::format("{} does not take \"{}\": see --help", name, words.front())};
  return Error{"bad_usage", fmt::format("there is no command \"{}\": {}", words.front(),
                                        meant(words.front(), commands))};
}

} // namespace tidemark::tools
