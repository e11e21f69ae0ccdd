#include "storage/log/log_import.hpp"

#include "storage/keys.hpp"

#include <filesystem>

namespace tidemark::storage {
namespace {

constexpr std::size_t write_bytes = 8U << 20;

Status check_is_empty(const FolderPaths& paths) {
  std::error_code unreadable; // what cannot be looked at is refused below
  for (const auto& path : {paths.log + "/CURRENT", paths.anchor, paths.pepper})
    if (std::filesystem::exists(path, unreadable) || unreadable)
      return Error{"log_exists", paths.folder
                                     + " holds a log, or a part of one; a log is imported into an "
                                       "empty or a new folder only"};
  return check_is_folder(paths, true);
}

} // namespace

Result<LogImport> LogImport::begin(const std::string& folder, const SecretText& pepper,
                                   const std::optional<StoreKey>& store_key) {
  FolderPaths paths(folder);
  TRYV(check_is_empty(paths));
  TRYV(make_folder(paths.folder, 0700));
  TRY(fence, Fence::take(paths.lock));
  TRY(secrets, SecretFiles::open_in(paths.keys, store_key, true));
  TRYV(secrets.write("pepper", pepper));
  TRYV(load_files(paths, Access::write, secrets)); // makes the rest of what a folder has
  TRY(db, RocksDb::open_log(paths.log, Access::write));
  return LogImport(std::move(paths), std::move(fence), std::make_unique<LogDb>(std::move(db)));
}

Status LogImport::add(std::string_view record, const std::vector<Hash16>& once) {
  TRYV(chain_.check(record));
  TRY(view, events::read_record(record, false));
  const auto& envelope = view.envelope;
  epoch_ = envelope.epoch;
  group_.records.push_back({envelope.position, group_.bytes.size(), record.size()});
  group_.bytes += record;
  const auto mark = tenant_mark(envelope.tenant);
  const auto use = dedupe_value({envelope.position, std::nullopt});
  for (const auto& hash : once)
    group_.dedupe.emplace_back(dedupe_key(mark, hash), use);
  // The records of one append follow each other: the first of them is what the key leads to.
  auto decision =
      envelope.cause.value == 0
          ? std::string()
          : decision_key(mark, envelope.cause, envelope.command_index, envelope.decider);
  if (!decision.empty() && decision != decision_)
    group_.dedupe.emplace_back(decision, use);
  decision_ = std::move(decision);
  return group_.bytes.size() < write_bytes ? Status(Done{}) : write();
}

Status LogImport::write() {
  if (group_.records.empty())
    return Done{};
  TRYV(db_->write(group_));
  group_.clear();
  return Done{};
}

Status LogImport::finish() {
  TRYV(write());
  TRY(anchor, Anchor::open(paths_.anchor));
  return anchor.set({chain_.position(), chain_.head(), epoch_});
}

} // namespace tidemark::storage
