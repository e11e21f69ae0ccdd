#include "storage/folder/recovery.hpp"

#include "storage/proofs/chain.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

namespace tidemark::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t records_checked = 1000;

std::string number(Position position) {
  return std::to_string(position.value);
}

Status check_anchor(const LogDb& log, Position last, const Anchor::Mark& anchor) {
  if (last < anchor.position)
    return Error{"data_rolled_back",
                 "the log ends at position " + number(last) + ", but position "
                     + number(anchor.position)
                     + " was acknowledged: an older copy was put back, or log files were lost or "
                       "cut. Nothing was changed. Restore the newest backup, or the missing files"};
  if (anchor.position.value == 0)
    return Done{};
  TRY(record, log.record(anchor.position));
  const auto hash = record ? stored_hash(*record) : Result<Digest>(Digest{});
  if (!hash || *hash != anchor.head)
    return Error{"data_rolled_back",
                 "the event at position " + number(anchor.position)
                     + " is not the one that was acknowledged: this is another history than the "
                       "anchor's. Nothing was changed. Restore the newest backup"};
  return Done{};
}

/// Checks the chain over the newest records and gives the state at the last one.
Result<Tip> check_newest(const LogDb& log, Position last) {
  Position before{last.value > records_checked ? last.value - records_checked : 0};
  Digest head{};
  if (before.value > 0) {
    const auto record = log.record(before);
    if (!record)
      return record.error();
    TRY(hash, *record ? stored_hash(**record) : Result<Digest>(Digest{}));
    head = hash;
  }
  ChainCheck chain(before, head);
  Tip tip;
  Status good = Done{};
  const auto read = log.read(before, last, SIZE_MAX, [&](std::string_view record) {
    good = chain.check(record);
    if (good) {
      const auto view = events::read_record(record, false);
      tip = {view->envelope.position, view->envelope.hash, view->envelope.recorded_at,
             view->envelope.epoch};
    }
    return good.ok();
  });
  if (!read)
    return read.error();
  if (!good)
    return good.error();
  return tip;
}

/// Sorted tables never change, so they are linked; everything else is copied and synced.
Status copy_log(const std::string& from, const std::string& to) {
  std::error_code failed;
  fs::remove_all(to, failed);
  if (auto made = make_folder(to, 0700); !made)
    return made;
  for (const auto& entry : fs::directory_iterator(from, failed)) {
    const auto target = to + "/" + entry.path().filename().string();
    if (entry.path().extension() == ".sst")
      fs::create_hard_link(entry.path(), target, failed);
    else if (entry.path().filename() != "LOCK")
      fs::copy_file(entry.path(), target, failed);
    if (failed)
      return Error{"storage_failed", "copying " + entry.path().string() + ": " + failed.message()};
  }
  if (failed)
    return Error{"storage_failed", "reading " + from + ": " + failed.message()};
  return sync_folder(to);
}

/// Opens the copy for writing, which makes RocksDB drop what follows the damage and keep the rest.
Result<Tip> settle_copy(const std::string& copy, const std::optional<Anchor::Mark>& anchor) {
  TRY(db, RocksDb::open_log(copy, Access::write, WalDamage::cut_before));
  const LogDb log(std::move(db));
  return inspect(log, anchor);
}

Result<std::string> put_in_place(const std::string& log_folder, const std::string& copy) {
  std::string kept;
  for (int i = 1; kept.empty() || fs::exists(kept); ++i)
    kept = log_folder + ".damaged-" + std::to_string(i);
  // One step: there is never a moment without a log folder.
  if (::renameat2(AT_FDCWD, copy.c_str(), AT_FDCWD, log_folder.c_str(), RENAME_EXCHANGE) != 0
      || ::rename(copy.c_str(), kept.c_str()) != 0)
    return file_error("putting in place", copy);
  TRYV(sync_folder(fs::path(log_folder).parent_path().string()));
  return kept;
}

} // namespace

Result<Tip> inspect(const LogDb& log, const std::optional<Anchor::Mark>& anchor) {
  TRY(last, log.last());
  if (anchor)
    if (auto held = check_anchor(log, last, *anchor); !held)
      return held.error();
  auto tip = check_newest(log, last);
  if (tip && anchor && anchor->epoch > tip->epoch)
    tip->epoch = anchor->epoch;
  return tip;
}

Result<std::string> recover_tail(const std::string& log_folder,
                                 const std::optional<Anchor::Mark>& anchor, const Error& found) {
  const auto copy = log_folder + ".recovering";
  TRYV(copy_log(log_folder, copy));
  const auto tip = settle_copy(copy, anchor);
  if (!tip) {
    std::error_code ignored; // a leftover copy is removed by the next attempt
    fs::remove_all(copy, ignored);
    return Error{"data_damaged",
                 "the log cannot be opened (" + found.text
                     + ") and what can be read of it does not hold every acknowledged event ("
                     + tip.error().text + "). The folder was left as it is; restore a backup"};
  }
  TRY(kept, put_in_place(log_folder, copy));
  return "the end of the write-ahead log was damaged after everything that was acknowledged; the "
         "log was kept up to position "
         + number(tip->position) + ", the damaged files are in "
         + fs::path(kept).filename().string();
}

} // namespace tidemark::storage
