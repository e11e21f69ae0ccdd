#include "base/version.hpp"
#include "replay-tools/backup/backup_commands.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/scratch.hpp"
#include "replay-tools/service/service_http.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/backup/restore.hpp"
#include "storage/proofs/verify_chain.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <system_error>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

Timestamp now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Is one of them, or lies in, the other?
bool overlap(const std::string& one, const std::string& other) {
  std::error_code unseen;
  const auto a = fs::weakly_canonical(one, unseen), b = fs::weakly_canonical(other, unseen);
  const auto within = [](const fs::path& inner, const fs::path& outer) {
    const auto rest = inner.lexically_relative(outer);
    return !rest.empty() && *rest.begin() != "..";
  };
  return within(a, b) || within(b, a);
}

Status check_places(const std::string& data, const BackupOptions& options) {
  if (overlap(data, options.folder))
    return Error{"bad_usage", "the backups lie in the data folder, or it in theirs: what destroys "
                              "the one destroys the other; name another place"};
  if (options.keys.empty())
    return Done{};
  if (overlap(data, options.keys) || overlap(options.folder, options.keys))
    return Error{"bad_usage", "the keys lie with the data or with the backups: whoever gets those "
                              "would have them too; name another place"};
  return Done{};
}

/// The copy is of the whole log, whichever tenant asks for it: one that the service still has.
Result<Json> ask_for_checkpoint(const CommonOptions& common, const std::string& data,
                                const TenantNames& tenants) {
  if (!common.tenant.empty())
    return ask_service(data, {common.tenant, "POST", "/api/v1/checkpoints", "{}"});
  Result<Json> answer = Error{"service_unreachable", "the log has no tenant to ask as"};
  for (const auto& tenant : tenants) {
    answer = ask_service(data, {tenant, "POST", "/api/v1/checkpoints", "{}"});
    if (answer || answer.error().code != "bad_usage")
      break;
  }
  return answer;
}

/// Asks the running service, or makes the copy of a folder at rest itself.
Result<storage::BackupFacts> take_checkpoint(const CommonOptions& common, const std::string& data,
                                             const std::string& path) {
  storage::BackupFacts facts;
  {
    TRY(folder, open_for_reading(common));
    if (folder->is_live()) {
      TRY(tenants, tenants_in(folder->log()));
      TRY(answer, ask_for_checkpoint(common, data, tenants));
      facts.position = Position{answer["position"].get<std::uint64_t>()};
      const auto head = from_hex(answer["head"].get<std::string>()).value_or("");
      if (head.size() != facts.head.size())
        return Error{"service_unreachable", "the service's answer about the copy cannot be read"};
      std::ranges::copy(head, facts.head.begin());
      facts.log_id = answer["log"].get<std::string>();
      return facts;
    }
  }
  return storage::checkpoint_of_stopped(data, path);
}

/// Puts it back aside and walks through all of it.
Result<storage::IntegrityReport> check_aside(const storage::BackupSet& set,
                                             const storage::BackupFacts& facts,
                                             const std::string& path) {
  TRYV(set.compare_files(facts.id));
  TRYV(storage::restore_folder(set, facts, "", path, {}));
  storage::OpenOptions open;
  open.folder = path;
  open.access = storage::Access::read;
  open.create = false;
  TRY(folder, storage::open_log(open, nullptr));
  return storage::verify_log(folder->log());
}

Json backup_json(const storage::BackupFacts& facts) {
  return {{"backup", facts.id},
          {"taken_at", to_rfc3339(facts.taken_at)},
          {"position", facts.position.value},
          {"head", to_hex(facts.head)},
          {"log", facts.log_id},
          {"version", facts.version},
          {"bytes", facts.bytes},
          {"files", facts.files},
          {"checked_at", facts.checked_at ? Json(to_rfc3339(*facts.checked_at)) : Json()},
          {"damage", facts.damage.empty() ? Json() : Json(facts.damage)}};
}

std::string backup_text(const storage::BackupFacts& facts) {
  if (!facts.damage.empty())
    return fmt::format("backup {}: DAMAGED: {}", facts.id, facts.damage);
  return fmt::format("backup {}  {}  position {}  {} MiB in {} files  {}", facts.id,
                     to_rfc3339(facts.taken_at), facts.position.value, facts.bytes >> 20U,
                     facts.files,
                     facts.checked_at ? "put back and checked " + to_rfc3339(*facts.checked_at)
                                      : "never put back to check it");
}

Result<storage::BackupFacts> facts_of(const storage::BackupSet& set, std::uint32_t id) {
  for (auto& known : set.list())
    if (known.id == id)
      return known;
  return Error{"data_damaged", "the backup that was just written is not there"};
}

} // namespace

Result<int> backup(const CommonOptions& common, const BackupOptions& options) {
  TRY(data, data_dir_of(common));
  TRYV(check_places(data, options));
  TRY(alone, storage::Fence::take(data + "/backup.lock"));
  TRYV(alone.check());
  const Scratch copy(data + "/checkpoint");
  TRY(set, storage::BackupSet::open(options.folder, storage::Access::write,
                                    options.mib_a_second << 20U));
  TRY(facts, take_checkpoint(common, data, copy.path()));
  facts.taken_at = now();
  facts.version = program_version;
  {
    TRY(rocks, storage::RocksDb::open_log(copy.path(), storage::Access::write));
    TRY(id, set.take(storage::LogDb(std::move(rocks)), facts));
    facts.id = id;
  }
  if (!options.keys.empty()) {
    TRYV(storage::save_keys(data, options.keys));
  }
  std::uint64_t events = 0;
  if (!options.no_check) {
    const Scratch aside(options.folder + "/aside");
    TRY(found, check_aside(set, facts, aside.path()));
    if (!found.holds())
      return Error{"data_damaged",
                   fmt::format("backup {} was put back and does not hold: event {}: "
                               "{}; the log itself may be damaged, run: tidemark "
                               "verify",
                               facts.id, found.first_bad.value, found.problem)};
    events = found.events;
    TRYV(set.note_checked(facts.id, now()));
  }
  std::size_t removed = 0;
  if (options.keep > 0) {
    TRY(gone, set.keep(options.keep));
    removed = gone;
  }
  TRY(written, facts_of(set, facts.id));
  auto json = backup_json(written);
  json["events_checked"] = options.no_check ? Json() : Json(events);
  json["keys"] = options.keys.empty() ? Json() : Json(options.keys);
  json["removed"] = removed;
  print_summary(
      common.format, json,
      backup_text(written)
          + (options.no_check ? "" : fmt::format("\n{} events put back aside: all hold", events))
          + (options.keys.empty()
                 ? "\nThe keys are not in it: without them nobody can be found in the log, "
                   "and it cannot be served. Keep them elsewhere: --keys FOLDER"
                 : "\nkeys: " + options.keys));
  return exit_code::done;
}

Result<int> list_backups(const CommonOptions& common, const std::string& folder) {
  TRY(set, storage::BackupSet::open(folder, storage::Access::read));
  const auto all = set.list();
  bool whole = true;
  for (const auto& one : all) {
    whole &= one.damage.empty();
    print(common.format, backup_json(one), backup_text(one));
  }
  print_summary(common.format, {{"backups", all.size()}, {"all_usable", whole}},
                fmt::format("{} backups", all.size()));
  return whole ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
