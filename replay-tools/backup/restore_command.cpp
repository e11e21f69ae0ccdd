#include "base/text/joined.hpp"
#include "base/version.hpp"
#include "connectors/connector.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/backup/backup_commands.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/backup/restore.hpp"
#include "storage/proofs/verify_chain.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pwd.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

class SystemTime final : public WallClock {
public:
  Timestamp now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

/// Up to where: a position, a time, or all there is.
struct Until {
  Position position;
  std::optional<Timestamp> time;
};

Result<Until> until_of(const std::string& text) {
  Until out;
  if (text.empty())
    return out;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data(), end, out.position.value).ptr == end && out.position.value > 0)
    return out;
  out.position = {};
  out.time = from_rfc3339(text);
  if (!out.time)
    return Error{"bad_usage", "--at is a position, or a time in RFC 3339 with its zone, such as "
                              "2026-01-05T10:00:00Z"};
  return out;
}

/// The oldest backup that holds everything up to there.
Result<storage::BackupFacts> chosen(const std::vector<storage::BackupFacts>& all,
                                    const RestoreOptions& options, const Until& until) {
  if (options.backup != 0) {
    for (const auto& one : all)
      if (one.id == options.backup && one.damage.empty())
        return one;
    return Error{"no_backup", fmt::format("there is no usable backup {}; see: tidemark backups {}",
                                          options.backup, options.folder)};
  }
  if (!until.time)
    return storage::backup_for(all, until.position);
  for (const auto& one : all)
    if (one.damage.empty() && one.taken_at >= *until.time)
      return one;
  TRY(newest, storage::backup_for(all, {}));
  return Error{"not_reached",
               fmt::format("no backup was taken at that time or later; the newest, {}, "
                           "is of {}",
                           newest.id, to_rfc3339(newest.taken_at))};
}

std::string who() {
  const auto* user = ::getpwuid(::geteuid());
  return "restore by " + std::string(user ? user->pw_name : std::to_string(::geteuid()));
}

constexpr std::string_view why_held =
    "restored from a backup: who opted out meanwhile is to be read back";

/// The restore, the stop that it brings, and what each system that can be asked is asked for.
storage::Append restore_record(const TenantId& tenant, const events::LogRestored& restored,
                               Position here, const std::vector<ConnectorName>& asked,
                               bool hold_opt_outs) {
  storage::Append out;
  out.tenant = tenant;
  out.events.push_back({events::engine_stream(), restored, {}, {}});
  events::SendingStopped stop;
  stop.hold_opt_outs = hold_opt_outs;
  stop.reason = why_held;
  stop.by = restored.by;
  stop.until_read_back = events::UntilReadBack{here};
  out.events.push_back({events::sending_stream(), std::move(stop), {}, {}});
  for (const auto& name : asked)
    out.events.push_back(
        {events::backfill_stream(name),
         events::BackfillRequested{name, events::BackfillKind::reconcile, false, restored.by, {}},
         {},
         {}});
  return out;
}

/// Systems whose contacts can be listed or looked up.
std::vector<ConnectorName> that_can_be_asked(const events::ConfigApplied& config) {
  std::vector<ConnectorName> out;
  for (const auto& one : config.connectors) {
    const auto* connector = connectors::find(one.type);
    if (connector && (connector->list_page || connector->look_up))
      out.push_back(one.connector);
  }
  return out;
}

/// What was known to systems and people after that is not in it: it says so, and nothing but
/// opt-outs leaves for any system until it was read back, or somebody signs. Gives the systems that
/// are asked.
Result<std::vector<std::string>> hold_back(storage::LogStore& log, const storage::BackupFacts& from,
                                           Position end, const std::optional<Position>& lost,
                                           const std::string& reason) {
  std::vector<std::string> out;
  TRY(tenants, tenants_in(log));
  for (const auto& name : tenants) {
    const TenantId tenant(name);
    TRY(config, applied_config(log, tenant));
    const auto asked = that_can_be_asked(config);
    TRY(stopped, storage::newest_under_tag<events::SendingStopped>(
                     log, tenant, storage::stream_tag(events::sending_stream())));
    const events::LogRestored restored{from.id, from.taken_at, end, lost.value_or(Position{}),
                                       reason,  who()};
    auto append = restore_record(tenant, restored, Position{log.durable().value + 1}, asked,
                                 stopped && stopped->hold_opt_outs);
    for (const auto& one : asked)
      out.push_back(tenants.size() > 1 ? name + "/" + one.value : one.value);
    if (!std::holds_alternative<storage::Appended>(
            storage::append_and_wait(log, std::move(append))))
      return Error{"storage_failed", "the restore could not be recorded; is the disk full?"};
  }
  return out;
}

/// What somebody would lose who made room for the restore.
std::string what_is_newer(const std::string& folder, const storage::BackupFacts& from) {
  storage::OpenOptions open;
  open.folder = folder;
  open.access = storage::Access::read;
  open.create = false;
  const auto there = storage::open_log(open, nullptr);
  if (!there)
    return {};
  const auto end = (*there)->log().durable();
  return end <= from.position
             ? std::string()
             : fmt::format(". It holds a log up to position {}, {} events newer than the backup",
                           end.value, end.value - from.position.value);
}

/// The same folder, cut at a time: where that is, is known once the log can be read.
Result<storage::Tip> put_back(const storage::BackupSet& set, const storage::BackupFacts& from,
                              const RestoreOptions& options, const std::string& folder,
                              const Until& until) {
  const auto keys = options.read_only ? std::string() : options.keys;
  auto out = storage::restore_folder(set, from, keys, folder, {until.position, until.time});
  if (!out && out.error().code == "not_empty")
    return Error{"not_empty", out.error().text + what_is_newer(folder, from)};
  return out;
}

void print_restored(Format format, const storage::BackupFacts& from, const storage::Tip& tip,
                    std::uint64_t events, const std::vector<std::string>& asked,
                    const std::optional<Position>& lost, const std::string& folder, bool read_only,
                    const std::vector<std::string>& key_ids) {
  std::string text =
      fmt::format("{} holds backup {} up to position {} ({}): {} events, all hold.", folder,
                  from.id, tip.position.value, to_rfc3339(tip.recorded_at), events);
  if (read_only)
    text += "\nWithout keys it can be read, and not served.";
  if (!key_ids.empty())
    text +=
        "\nIts secrets are sealed: serve it with the store key " + joined(key_ids, " or ") + ".";
  if (lost && *lost > tip.position)
    text += fmt::format("\nThe lost log was acknowledged up to position {}: {} events are missing.",
                        lost->value, lost->value - tip.position.value);
  for (const auto& name : asked)
    text += "\nread back once the service runs: " + name;
  if (!read_only)
    text += "\nStart the service. Opt-outs leave; all else waits until who opted out meanwhile was "
            "read back:\ntidemark restored shows how far that is, tidemark restored sign --reason "
            "WHY ends it.";
  if (!read_only)
    text += "\nTokens that were revoked, users that were disabled and tenants that were suspended "
            "after that position\nwork again, and replaced passwords too: look at tidemark token "
            "list, user list and tenant list.";
  print_summary(format,
                {{"folder", folder},
                 {"backup", from.id},
                 {"position", tip.position.value},
                 {"recorded_at", to_rfc3339(tip.recorded_at)},
                 {"events", events},
                 {"acknowledged", lost ? Json(lost->value) : Json()},
                 {"store_keys", key_ids},
                 {"asked", asked}},
                text);
}

} // namespace

Result<int> restore(const CommonOptions& common, const RestoreOptions& options) {
  if (options.keys.empty() && !options.read_only)
    return Error{"bad_usage", "say where the keys are kept (--keys FOLDER), or --read-only to look "
                              "into the log without them"};
  if (!options.old.empty() && options.read_only)
    return Error{"bad_usage", "--old is for a folder that is to be served: opt-outs that waited in "
                              "the lost one are appended to its log"};
  TRY(folder, data_dir_of(common));
  TRY(until, until_of(options.at));
  TRY(set, storage::BackupSet::open(options.folder, storage::Access::read));
  TRY(from, chosen(set.list(), options, until));
  TRY(tip, put_back(set, from, options, folder, until));
  storage::OpenOptions open;
  open.folder = folder;
  open.create = false;
  open.access = storage::Access::read;
  std::uint64_t events = 0;
  {
    TRY(opened, storage::open_log(open, nullptr));
    TRY(found, storage::verify_log(opened->log()));
    if (!found.holds())
      return Error{"data_damaged", fmt::format("event {} of the backup does not hold: {}; use "
                                               "another backup, into another folder",
                                               found.first_bad.value, found.problem)};
    events = found.events;
  }
  std::vector<std::string> asked;
  std::optional<Position> lost;
  if (!options.old.empty()) {
    TRY(acknowledged, storage::take_along(options.old, folder));
    lost = acknowledged;
  }
  if (!options.read_only) {
    const SystemTime clock;
    open.access = storage::Access::write;
    open.keyless = true; // nobody is looked up
    TRY(opened, storage::open_log(open, &clock));
    TRY(systems, hold_back(opened->log(), from, tip.position, lost, options.reason));
    asked = std::move(systems);
  }
  TRY(sealing, storage::SecretFiles(folder + "/keys").state());
  print_restored(common.format, from, tip, events, asked, lost, folder, options.read_only,
                 sealing.key_ids);
  return exit_code::done;
}

} // namespace tidemark::tools
