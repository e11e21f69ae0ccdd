#include "replay-tools/diagnose/gather.hpp"

#include "base/version.hpp"
#include "config/load.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/diagnose/connector_tests.hpp"
#include "replay-tools/service/service_http.hpp"
#include "replay-tools/service/siblings.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/backup/backup_set.hpp"
#include "storage/files/disk_space.hpp"
#include "storage/folder/anchor.hpp"
#include "storage/folder/fence.hpp"
#include "storage/folder/folder_files.hpp"
#include "storage/proofs/chain.hpp"
#include "storage/spool/opt_out_spool.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <system_error>

namespace tidemark::tools {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t newest_events = 1000;
constexpr std::chrono::seconds systems_patience{9};

} // namespace

ConfigurationFacts about_configuration(const std::string& file) {
  ConfigurationFacts out;
  out.file = file;
  out.readable = ::access(file.c_str(), R_OK) == 0;
  if (!out.readable)
    return out;
  const auto loaded = config::load_config_file(file, *config::process_environment());
  for (const auto& fault : loaded.faults)
    out.faults.push_back(config::to_text(fault));
  if (!loaded.ok())
    return out;
  out.loopback_http = loaded.config.loopback_http_allowed();
  out.tokens = loaded.config.tokens.size();
  out.receivers = loaded.config.alerts.receivers.size();
  out.backups = loaded.config.backup.dir;
  for (const auto& tenant : loaded.config.tenants) {
    if (!config::keeps_quiet_hours(loaded.config, tenant))
      out.any_hour.push_back(tenant.id.value);
    for (const auto& connector : tenant.connectors) {
      ++out.connectors;
      out.receiving += connector.receives ? 1 : 0;
    }
  }
  return out;
}

namespace {

std::optional<std::uint64_t> memory_line(const std::string& name) {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name + ":")) {
      std::istringstream rest(line.substr(name.size() + 1));
      std::uint64_t kibibytes = 0;
      if (rest >> kibibytes)
        return kibibytes * 1024;
    }
  return std::nullopt;
}

} // namespace

MachineFacts about_machine(const std::string& folder) {
  MachineFacts out;
  std::error_code unseen;
  auto place = fs::path(folder);
  while (!place.empty() && !fs::exists(place, unseen) && place.parent_path() != place)
    place = place.parent_path();
  const auto path = place.empty() ? std::string(".") : place.string();
  if (const auto space = storage::disk_space(path)) {
    out.disk_free = space->free;
    out.disk_size = space->size();
  }
  // Some file systems count no files.
  if (struct statvfs disk{}; ::statvfs(path.c_str(), &disk) == 0 && disk.f_files > 0) {
    out.inodes_free = disk.f_favail;
    out.inodes = disk.f_files;
  }
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0)
    out.file_handles = files.rlim_cur;
  out.memory_available = memory_line("MemAvailable");
  out.memory = memory_line("MemTotal");
  timex clock{};
  if (const int state = ::adjtimex(&clock); state >= 0)
    out.clock_synchronised = state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
  out.certificates = fs::exists("/etc/ssl/certs/ca-certificates.crt", unseen);
  out.time_zones = fs::exists("/usr/share/zoneinfo/America/New_York", unseen);
  const auto temporary = fs::temp_directory_path(unseen);
  out.temporary_folder = !unseen && ::access(temporary.c_str(), W_OK) == 0;
  return out;
}

namespace {

bool is_private(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) != 0 || (info.st_mode & 077U) == 0;
}

/// Reads the end of the log, through the service where it runs.
void look_into_log(const CommonOptions& common, FolderFacts& out) {
  const auto folder = open_for_reading(common);
  if (!folder) {
    out.damage = folder.error().text;
    return;
  }
  auto& log = (*folder)->log();
  const auto end = log.durable();
  out.end = end;
  if (end.value == 0)
    return;
  const Position before{end.value > newest_events ? end.value - newest_events : 0};
  Digest head{};
  if (before.value > 0) {
    const auto first = log.at(before);
    if (!first || !*first) {
      out.chain_broken =
          "the event at position " + std::to_string(before.value) + " cannot be read";
      return;
    }
    head = (*first)->envelope.hash;
  }
  storage::ChainCheck chain(before, head);
  std::uint64_t seen = before.value;
  const auto read = log.read(before, newest_events, [&](std::string_view record) {
    const auto good = chain.check(record);
    if (!good) {
      out.chain_broken = "event " + std::to_string(seen + 1) + ": " + good.error().text;
      return false;
    }
    ++seen;
    return true;
  });
  if (!read && out.chain_broken.empty())
    out.chain_broken = read.error().text;
  if (const auto last = log.at(end); last && *last)
    out.newest_at = (*last)->envelope.recorded_at;
}

} // namespace

FolderFacts about_folder(const CommonOptions& common, const std::string& path) {
  FolderFacts out;
  out.path = path;
  struct stat info {};
  out.exists = ::stat(path.c_str(), &info) == 0;
  if (!out.exists)
    return out;
  out.ours = info.st_uid == ::geteuid();
  out.mode = info.st_mode & 0777U;
  out.writable = ::access(path.c_str(), W_OK) == 0;
  const storage::FolderPaths paths(path);
  std::error_code unseen;
  out.has_log = fs::exists(paths.log + "/CURRENT", unseen);
  out.has_keys = fs::exists(paths.pepper, unseen);
  out.keys_private = is_private(paths.keys) && is_private(paths.pepper);
  if (const auto sealing = storage::SecretFiles(paths.keys).state(); sealing) {
    out.plain_secrets = sealing->plain;
    out.store_keys = sealing->key_ids;
    out.rotating = sealing->rotating;
  }
  out.checkpoint_left = fs::exists(path + "/checkpoint", unseen);
  if (out.checkpoint_left)
    out.backup_runs = !storage::Fence::take(path + "/backup.lock");
  if (const auto mark = storage::Anchor::look(paths.anchor); mark && *mark)
    out.acknowledged = (*mark)->position;
  if (const auto waits = storage::OptOutSpool::holds_any(paths.spool))
    out.spooled = *waits;
  for (const auto& entry : fs::directory_iterator(path, unseen))
    out.damaged_copies += entry.path().filename().string().starts_with("log.damaged-") ? 1 : 0;
  if (out.has_log)
    look_into_log(common, out);
  return out;
}

namespace {

/// How many items a list has, at most so many as it gives at once.
std::optional<std::size_t> items_of(const std::string& dir, const std::string& tenant,
                                    const std::string& target) {
  const auto answer = ask_service(dir, {tenant, "GET", "/api/v1" + target});
  if (!answer || !answer->contains("items"))
    return std::nullopt;
  return (*answer)["items"].size();
}

} // namespace

ServiceFacts about_service(const CommonOptions& common, const std::string& dir) {
  ServiceFacts out;
  const auto status = ask_service(dir, {common.tenant, "GET", "/api/v1/status"});
  if (!status) {
    const bool names_none = common.tenant.empty() && status.error().code == "bad_usage";
    (names_none ? out.several : out.refused) = status.error().text;
    return out;
  }
  out.running = true;
  out.status = *status;
  out.dead = items_of(dir, common.tenant, "/deliveries?state=dead&limit=100");
  out.rejected = items_of(dir, common.tenant, "/deliveries?state=rejected&limit=100");
  out.reviews = items_of(dir, common.tenant, "/reviews?limit=100");
  out.held = items_of(dir, common.tenant, "/quarantine?limit=100");
  out.missed_deadlines = 0;
  for (const auto& alert : out.status.value("alerts", Json::array()))
    *out.missed_deadlines += alert.value("rule", "") == "opt_out_not_confirmed" ? 1 : 0;
  return out;
}

namespace {

/// Nothing when no service runs, or it does not say.
std::optional<Probed> ask_service_for_tests(const CommonOptions& common) {
  const auto dir = data_dir_of(common);
  if (!dir || !storage::connect_to_service(*dir))
    return std::nullopt;
  Probed out;
  const auto done = ask_for_tests(*dir, common, {"", systems_patience}, [&](const auto& one) {
    out.steps.push_back(
        {one.connector, one.step, one.verdict, one.reason_code, one.text, one.next_step});
  });
  if (!done)
    return std::nullopt;
  out.whole = done->whole;
  return out;
}

} // namespace

Probed ask_systems(const CommonOptions& common) {
  if (auto asked = ask_service_for_tests(common))
    return *std::move(asked);
  std::vector<std::string> arguments{"--config", common.config, "--format", "json", "test"};
  if (!common.data.empty())
    arguments.insert(arguments.begin(), {"--data", common.data});
  if (!common.tenant.empty())
    arguments.insert(arguments.begin(), {"--tenant", common.tenant});
  const auto said = service_output(arguments, systems_patience);
  Probed out;
  if (!said)
    return out;
  std::istringstream lines(*said);
  for (std::string line; std::getline(lines, line);) {
    const auto json = Json::parse(line, nullptr, false);
    if (!json.is_object()) // the last line may be cut
      continue;
    out.whole |= json.contains("summary");
    if (!json.contains("step"))
      continue;
    const auto text = [&](const char* name) {
      const auto at = json.find(name);
      return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
    };
    out.steps.push_back({text("connector"), text("step"), text("verdict"), text("reason_code"),
                         text("text"), text("next_step")});
  }
  return out;
}

BackupFact about_backups(const std::string& folder, const std::string& data_dir) {
  const auto log_id = log_id_in(data_dir);
  BackupFact out;
  out.folder = folder;
  const auto set = storage::BackupSet::open(folder, storage::Access::read);
  if (!set) {
    out.damage = set.error().text;
    return out;
  }
  for (const auto& one : set->list()) {
    if (!log_id.empty() && one.damage.empty() && one.log_id != log_id)
      continue;
    if (!one.damage.empty()) {
      ++out.damaged;
      continue;
    }
    out.newest_at = one.taken_at;
    if (one.checked_at)
      out.checked_at = one.checked_at;
  }
  return out;
}

Facts gather(const CommonOptions& common, const std::string& backups) {
  Facts out;
  out.now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  out.version = program_version;
  const auto named = data_dir_of(common);
  const auto dir = named ? *named : common.data;
  const auto aside = [](auto what) { return std::async(std::launch::async, std::move(what)); };
  auto systems = aside([&] { return ask_systems(common); });
  auto service = aside([&] { return about_service(common, dir); });
  auto folder = aside([&] { return about_folder(common, dir); });
  auto configuration = aside([&] { return about_configuration(common.config); });
  out.machine = about_machine(dir);
  out.configuration = configuration.get();
  if (const auto& where = backups.empty() ? out.configuration.backups : backups; !where.empty())
    out.backups = about_backups(where, dir);
  out.folder = folder.get();
  out.service = service.get();
  auto asked = systems.get();
  out.probes = std::move(asked.steps);
  out.probed = asked.whole;
  return out;
}

} // namespace tidemark::tools
