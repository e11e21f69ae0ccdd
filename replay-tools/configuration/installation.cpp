#include "replay-tools/configuration/installation.hpp"

#include "replay-tools/data_folder.hpp"
#include "replay-tools/service/service_http.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/remote/remote_log.hpp"

namespace tidemark::tools {

Result<nlohmann::ordered_json> ask_installation(const CommonOptions& common,
                                                const std::string& method,
                                                const std::string& target,
                                                const std::string& body) {
  TRY(dir, data_dir_of(common));
  auto answer = ask_service(dir, {common.tenant, method, target, body});
  if (answer || answer.error().code != "bad_usage" || !common.tenant.empty())
    return answer;
  TRY(service, storage::connect_to_service(dir));
  TRY(tenants, tenants_in(service->log()));
  for (const auto& tenant : tenants)
    if (answer = ask_service(dir, {tenant, method, target, body});
        answer || answer.error().code != "bad_usage")
      break;
  return answer;
}

} // namespace tidemark::tools
