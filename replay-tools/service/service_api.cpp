#include "replay-tools/service/service_api.hpp"

#include "replay-tools/applied_config.hpp"
#include "replay-tools/data_folder.hpp"

#include <unistd.h>

namespace tidemark::tools {

Result<ServiceApi> ServiceApi::open(const CommonOptions& common) {
  const auto dir = data_dir_of(common);
  if (!dir)
    return dir.error();
  auto service = storage::connect_to_service(*dir);
  if (!service)
    return service.error();
  auto tenant = tenant_of(common, (*service)->log());
  if (!tenant)
    return tenant.error();
  return ServiceApi(std::move(service).value(), *std::move(tenant));
}

Status ServiceApi::check_connector(const std::string& name) const {
  return tools::check_connector(service_->log(), tenant_, ConnectorName(name));
}

Result<nlohmann::ordered_json> ServiceApi::ask(const std::string& method, const std::string& target,
                                               const std::string& body) {
  const auto answer =
      service_->api({tenant_.value, method, target, body, "uid " + std::to_string(::getuid())});
  if (!answer)
    return answer.error();
  auto json = nlohmann::ordered_json::parse(answer->body, nullptr, false);
  if (json.is_object() && answer->status < 300)
    return json;
  if (!json.is_object() || !json.contains("error"))
    return Error{"service_unreachable",
                 "the service's answer cannot be read: use tools of the service's version"};
  return Error{json["error"].value("code", ""), json["error"].value("message", "")};
}

} // namespace tidemark::tools
