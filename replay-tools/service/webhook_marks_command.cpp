#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

Result<int> mark_webhook(const CommonOptions& common, const MarkOptions& options,
                         std::string_view mark, std::string_view what) {
  TRY(service, ServiceApi::open(common));
  TRY(answer, service.ask("POST", fmt::format("/api/v1/webhooks/{}/{}", options.webhook, mark),
                          to_text({{"reason", options.reason}})));
  print(common.format, answer,
        fmt::format("Recorded at event {}: webhook {} {}.", answer["position"].get<std::uint64_t>(),
                    options.webhook, what));
  return exit_code::done;
}

} // namespace

Result<int> quarantine_webhook(const CommonOptions& common, const MarkOptions& options) {
  return mark_webhook(common, options, "quarantine",
                      "is held for somebody to look at; what was decided about it stays");
}

Result<int> webhook_done(const CommonOptions& common, const MarkOptions& options) {
  return mark_webhook(common, options, "done", "is done: it is held no more");
}

} // namespace tidemark::tools
