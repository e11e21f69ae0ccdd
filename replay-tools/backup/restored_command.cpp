#include "replay-tools/backup/backup_commands.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string_view state_in_words(std::string_view state) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> all{{
      {"read_back", "read to its end"},
      {"under_way", "is being read"},
      {"ended_early", "reading ended early: tidemark reconcile it"},
      {"with_errors", "read with errors: tidemark reconcile it, or sign with --without"},
      {"not_asked", "not read yet: tidemark reconcile it"},
      {"cannot_be_asked", "cannot be asked: your signature stands for it"},
  }};
  for (const auto& [name, words] : all)
    if (name == state)
      return words;
  return state;
}

std::string gap_text(const Json& gap) {
  auto out = fmt::format("Put back from backup {} of {}, up to position {}, by {}: {}\n",
                         gap["backup"].get<std::uint64_t>(), gap["taken_at"].get<std::string>(),
                         gap["position"].get<std::uint64_t>(), gap["by"].get<std::string>(),
                         gap["reason"].get<std::string>());
  const auto& reached = gap["acknowledged"];
  return out
         + (reached.is_null() ? "How far the lost log was is not known."
                              : fmt::format("Missing are the positions {} to {} of the lost log.",
                                            gap["position"].get<std::uint64_t>() + 1,
                                            reached.get<std::uint64_t>()));
}

} // namespace

Result<int> show_restored(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  TRY(shown, service.ask("GET", "/api/v1/restored"));
  const bool holds = shown["holds"].get<bool>();
  if (common.format == Format::text && holds && !shown["restored"].is_null())
    print_line(gap_text(shown["restored"]));
  for (const auto& one : shown["systems"])
    print(common.format, one,
          fmt::format("{:<16} {}", one["name"].get<std::string>(),
                      state_in_words(one["state"].get<std::string>())));
  print_summary(common.format, {{"holds", holds}, {"restored", shown["restored"]}},
                holds ? "Nothing but opt-outs leaves until: tidemark restored sign --reason WHY"
                      : "Nothing is held back after a restore.");
  return holds ? exit_code::does_not_hold : exit_code::done;
}

Result<int> sign_restored(const CommonOptions& common, const SignOptions& options) {
  TRY(service, ServiceApi::open(common));
  Json body{{"reason", options.reason}, {"percent", options.percent}};
  if (!options.without.empty())
    body["without"] = options.without;
  TRY(answer, service.ask("POST", "/api/v1/restored/sign", to_text(body)));
  print_summary(common.format, {{"position", answer["position"]}, {"percent", options.percent}},
                fmt::format("Signed, position {}: sending goes on at {} %.",
                            answer["position"].get<std::uint64_t>(), options.percent));
  return exit_code::done;
}

} // namespace tidemark::tools
