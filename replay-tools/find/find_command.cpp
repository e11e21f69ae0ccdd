#include "replay-tools/find/find_command.hpp"

#include "connectors/shared/outbound.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {

Result<int> find_id(const CommonOptions& common, const std::string& id) {
  TRY(dir, data_dir_of(common));
  TRY(answer,
      ask_service(dir, {common.tenant, "GET", "/api/v1/find?id=" + connectors::url_encoded(id)}));
  const auto& items = answer["items"];
  for (const auto& one : items)
    print(common.format, one,
          fmt::format("{} {}\n    {}\n    {}", one.value("kind", ""), one.value("id", ""),
                      one.value("text", ""), one.value("command", "")));
  std::string tried;
  for (const auto& one : answer["tried"])
    tried += (tried.empty() ? "" : "; ") + one.get<std::string>();
  print_summary(common.format, {{"found", items.size()}, {"tried", answer["tried"]}},
                items.empty() ? "nothing has this id. Looked for: " + tried
                              : fmt::format("{} found", items.size()));
  return items.empty() ? exit_code::does_not_hold : exit_code::done;
}

} // namespace tidemark::tools
