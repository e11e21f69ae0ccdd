#include "replay-tools/data_folder.hpp"

#include "base/text/joined.hpp"
#include "config/environment.hpp"
#include "config/load.hpp"
#include "events/engine.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/folder/folder_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tidemark::tools {
namespace {

std::string listed(const TenantNames& tenants) {
  return "say --tenant with one of " + joined(tenants, ", ");
}

} // namespace

Status DataFolder::refresh() {
  if (service_)
    return service_->refresh();
  if (auto started = storage::connect_to_service(path_); started)
    service_ = std::move(started).value();
  return Done{};
}

Result<KeyedHasher> DataFolder::hasher() const {
  return hasher_of(path_, common_, service_.get());
}

projections::Scan DataFolder::scan() {
  return [this](std::string_view table, std::string_view prefix, std::string_view after,
                const projections::RowVisitor& row) {
    return tables().scan(table, prefix, after, row);
  };
}

Result<std::string> data_dir_of(const CommonOptions& options) {
  if (!options.data.empty())
    return options.data;
  std::error_code failed;
  if (!std::filesystem::exists(options.config, failed))
    return Error{"bad_usage",
                 "there is no " + options.config + " here: say --data DIR or --config FILE"};
  return config::configured_log_dir(options.config);
}

Result<std::unique_ptr<DataFolder>> open_for_reading(const CommonOptions& options) {
  TRY(dir, data_dir_of(options));
  std::error_code failed;
  if (!std::filesystem::is_directory(dir, failed))
    return Error{"folder_missing",
                 "there is no data folder " + dir + ": check --data or [log] dir"};
  if (auto remote = storage::connect_to_service(dir); remote)
    return std::make_unique<DataFolder>(dir, nullptr, std::move(remote).value(), options);
  storage::OpenOptions open;
  open.folder = dir;
  open.access = storage::Access::read;
  open.create = false;
  TRY(opened, storage::open_log(open, nullptr));
  for (const auto& note : opened->notes())
    warn(note);
  return std::make_unique<DataFolder>(dir, std::move(opened), nullptr, options);
}

std::string log_id_in(const std::string& data_dir) {
  std::ifstream file(storage::FolderPaths(data_dir).incarnation);
  std::string text;
  file >> text;
  return text;
}

Result<std::optional<storage::StoreKey>> given_store_key(const CommonOptions& options) {
  const auto source = config::store_key_source(options.store_key, *config::process_environment());
  return storage::StoreKey::load(source.file, !source.of_the_manager);
}

Result<KeyedHasher> hasher_of(const std::string& data_dir, const CommonOptions& options,
                              storage::RemoteReader* service) {
  const storage::FolderPaths paths(data_dir);
  const auto bytes = storage::read_file(paths.pepper);
  if (!bytes || !*bytes || (*bytes)->empty())
    return Error{"keys_missing",
                 "keys/pepper of the data folder cannot be read: put it there again "
                 "from the backup that this folder is of, and see that you may read "
                 "it; without it only a contact id or a position can be looked up"};
  if (!storage::is_sealed(**bytes))
    return KeyedHasher(SecretText(**bytes));
  TRY(key, given_store_key(options));
  if (!key && service != nullptr) {
    TRY(pepper, service->pepper());
    if (!pepper.empty())
      return KeyedHasher(std::move(pepper));
  }
  TRY(secrets, storage::SecretFiles::open_in(paths.keys, key, false));
  TRY(pepper, secrets.open("pepper", **bytes));
  return KeyedHasher(std::move(pepper));
}

Status check_tenant(const CommonOptions& options, const storage::LogStore& log) {
  if (options.tenant.empty())
    return Done{};
  // Every start of the service records each tenant's configuration in this stream.
  TRY(newest,
      log.newest_tagged(TenantId(options.tenant), storage::stream_tag(events::engine_stream())));
  if (newest != Position{})
    return Done{};
  TRY(known, tenants_in(log));
  if (options.data.empty())
    if (const auto configured = config::configured_tenants(options.config); configured)
      known.insert(configured->begin(), configured->end());
  if (known.contains(options.tenant))
    return Done{};
  return Error{"bad_usage", "there is no tenant " + options.tenant + ": "
                                + (known.empty() ? "the log names none yet" : listed(known))};
}

Result<TenantId> tenant_of(const CommonOptions& options, const storage::LogStore& log) {
  if (!options.tenant.empty()) {
    TRYV(check_tenant(options, log));
    return TenantId(options.tenant);
  }
  TRY(all, tenants_in(log));
  TRY(ended, ended_tenants_in(log)); // one that was deleted is meant by who names it alone
  auto tenants = all;
  std::erase_if(tenants, [&](const auto& name) { return ended.contains(name); });
  if (tenants.size() == 1)
    return TenantId(*tenants.begin());
  if (tenants.empty() && !all.empty())
    return Error{"bad_usage", "every tenant of the log was deleted: " + listed(all)};
  if (tenants.empty())
    return Error{"not_found", "the log is empty: nothing was received yet"};
  return Error{"bad_usage", "the log holds more than one tenant: " + listed(tenants)};
}

} // namespace tidemark::tools
