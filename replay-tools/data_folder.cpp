#include "replay-tools/data_folder.hpp"

#include "config/load.hpp"
#include "events/engine.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/open_log.hpp"
#include "storage/remote/remote_log.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tidemark::tools {
namespace {

/// The files themselves; through the service once one was started.
class StoppedFolder final : public DataFolder {
public:
  StoppedFolder(std::string path, std::unique_ptr<storage::OpenLog> open)
      : DataFolder(std::move(path)), open_(std::move(open)) {}
  storage::LogStore& log() override { return started_ ? started_->log() : open_->log(); }
  storage::TableStore& tables() override { return started_ ? started_->tables() : open_->tables(); }
  Status refresh() override {
    if (started_)
      return started_->refresh();
    if (auto service = storage::connect_to_service(path()); service)
      started_ = std::move(service).value();
    return Done{};
  }
  bool is_live() const override { return started_ != nullptr; }
  Status check_files() const override { return open_->check_files(); }

private:
  std::unique_ptr<storage::OpenLog> open_;
  std::unique_ptr<storage::RemoteReader> started_;
};

class LiveFolder final : public DataFolder {
public:
  LiveFolder(std::string path, std::unique_ptr<storage::RemoteReader> remote)
      : DataFolder(std::move(path)), remote_(std::move(remote)) {}
  storage::LogStore& log() override { return remote_->log(); }
  storage::TableStore& tables() override { return remote_->tables(); }
  Status refresh() override { return remote_->refresh(); }
  bool is_live() const override { return true; }
  Status check_files() const override { return Done{}; }

private:
  std::unique_ptr<storage::RemoteReader> remote_;
};

std::string listed(const TenantNames& tenants) {
  std::string out = "say --tenant with one of ";
  for (const auto& name : tenants)
    out += (name == *tenants.begin() ? "" : ", ") + name;
  return out;
}

} // namespace

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
    return std::unique_ptr<DataFolder>(
        std::make_unique<LiveFolder>(dir, std::move(remote).value()));
  storage::OpenOptions open;
  open.folder = dir;
  open.access = storage::Access::read;
  open.create = false;
  TRY(opened, storage::open_log(open, nullptr));
  for (const auto& note : opened->notes())
    warn(note);
  return std::unique_ptr<DataFolder>(std::make_unique<StoppedFolder>(dir, std::move(opened)));
}

Result<KeyedHasher> hasher_of(const std::string& data_dir) {
  std::ifstream file(data_dir + "/keys/pepper", std::ios::binary);
  std::string pepper{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (pepper.empty())
    return Error{"keys_missing",
                 "keys/pepper of the data folder cannot be read: put it there again "
                 "from the backup that this folder is of, and see that you may read "
                 "it; without it only a contact id or a position can be looked up"};
  return KeyedHasher(SecretText(std::move(pepper)));
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
  TRY(tenants, tenants_in(log));
  if (tenants.size() == 1)
    return TenantId(*tenants.begin());
  if (tenants.empty())
    return Error{"not_found", "the log is empty: nothing was received yet"};
  return Error{"bad_usage", "the log holds more than one tenant: " + listed(tenants)};
}

} // namespace tidemark::tools
