#include "replay-tools/output.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/service/service_http.hpp"

namespace tidemark::tools {

Status record_reveal(DataFolder& folder, std::uint64_t position, const std::string& reason) {
  if (!folder.is_live())
    return Done{}; // nobody writes to the log of a stopped service
  TRY(event, folder.log().at(Position{position}));
  if (!event || event->attachment.empty())
    return Done{};
  TRYV(ask_service(folder.path(), {event->envelope.tenant.value, "POST",
                                   "/api/v1/events/" + std::to_string(position) + "/reveals",
                                   to_text(nlohmann::ordered_json{{"reason", reason}})}));
  return Done{};
}

} // namespace tidemark::tools
