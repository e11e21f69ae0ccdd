#include "replay-tools/service/service_api.hpp"

#include "replay-tools/applied_config.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/service/service_http.hpp"

namespace tidemark::tools {

Result<ServiceApi> ServiceApi::open(const CommonOptions& common) {
  TRY(dir, data_dir_of(common));
  TRY(service, storage::connect_to_service(dir));
  TRY(tenant, tenant_of(common, service->log()));
  return ServiceApi(dir, std::move(service), std::move(tenant));
}

Status ServiceApi::check_connector(const std::string& name) const {
  return tools::check_connector(service_->log(), tenant_, ConnectorName(name));
}

Result<KeyedHasher> ServiceApi::hasher(const CommonOptions& common) {
  return hasher_of(data_dir_, common, service_.get());
}

Result<ContactId> ServiceApi::contact(const CommonOptions& common, const std::string& key) {
  const auto& log = service_->log();
  TRY(keyed, hasher(common));
  return contact_named(log, keyed, tenant_, key, default_region_of(log, tenant_));
}

Result<nlohmann::ordered_json> ServiceApi::ask(const std::string& method, const std::string& target,
                                               const std::string& body) {
  return ask_service(data_dir_, {tenant_.value, method, target, body});
}

Result<std::vector<nlohmann::ordered_json>> ServiceApi::items(const std::string& target) {
  std::vector<nlohmann::ordered_json> out;
  for (std::string after;;) {
    const auto sign = target.find('?') == std::string::npos ? "?" : "&";
    TRY(page, ask("GET", after.empty() ? target : target + sign + "after=" + after));
    for (auto& item : page["items"])
      out.push_back(std::move(item));
    if (!page["next"].is_string())
      return out;
    after = page["next"].get<std::string>();
  }
}

} // namespace tidemark::tools
