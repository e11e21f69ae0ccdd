#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"
#include "replay-tools/summary/checklist.hpp"
#include "replay-tools/summary/summary_commands.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>

namespace tidemark::tools {

Result<int> checklist(DataFolder& folder, const CommonOptions& common) {
  TRY(status, ask_service(folder.path(), {common.tenant, "GET", "/api/v1/status"}));
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  TRY(after, storage::position_at(folder.log(), now - std::chrono::hours{24}));
  TRY(day, day_figures(folder.log(), TenantId(status.value("tenant", "")), after,
                       folder.log().durable()));
  const auto disk = disk_figures(folder.path());
  const auto end = folder.log().durable().value;
  const auto growth = disk ? growth_of(*disk, end - after.value, end) : 0;
  std::size_t open = 0;
  for (const auto& point : checklist_points(status, day, disk, growth)) {
    open += point.is_well ? 0 : 1;
    print(common.format, {{"point", point.name}, {"well", point.is_well}, {"text", point.text}},
          fmt::format("[{}] {:<11} {}", point.is_well ? 'x' : ' ', point.name, point.text));
  }
  print_summary(common.format, {{"open", open}},
                open == 0 ? std::string("all is as it should be")
                          : fmt::format("points left open: {}; tidemark status and tidemark "
                                        "diagnose say more",
                                        open));
  return open == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
