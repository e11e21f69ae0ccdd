#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the checks look at. Nothing that could not be found out is guessed: it is left empty.
namespace tidemark::tools {

struct ConfigurationFacts {
  std::string file;
  bool readable = false;
  std::vector<std::string> faults;
  bool loopback_http = false;
  std::vector<std::string> any_hour; ///< tenants whose agents' texts leave at any hour
  std::size_t tokens = 0, connectors = 0, receiving = 0;
  std::size_t receivers = 0; ///< of alerts
  std::string backups;       ///< their folder, "" where none is configured
};

struct MachineFacts {
  std::optional<std::uint64_t> disk_free, disk_size;     ///< bytes, where the data folder is
  std::optional<std::uint64_t> inodes_free, inodes;      ///< likewise
  std::optional<std::uint64_t> file_handles;             ///< that this user's programs may open
  std::optional<std::uint64_t> memory_available, memory; ///< bytes
  std::optional<bool> clock_synchronised;
  bool certificates = false; ///< authorities to trust
  bool time_zones = false;
  bool temporary_folder = false; ///< can be written to
};

struct FolderFacts {
  std::string path;
  bool exists = false, ours = false, writable = false;
  std::uint32_t mode = 0;              ///< permission bits
  std::size_t plain_secrets = 0;       ///< that are not sealed
  std::vector<std::string> store_keys; ///< ids of those that the others are sealed under
  bool rotating = false;               ///< a change of the store key did not come to its end
  bool has_log = false, has_keys = false, keys_private = false;
  std::string damage;                   ///< why it cannot be opened, "" when it can
  std::optional<Position> acknowledged; ///< by the anchor
  std::optional<Position> end;          ///< of the log
  std::optional<Timestamp> newest_at;   ///< its newest event
  std::string chain_broken;             ///< at the newest thousand events
  std::optional<bool> spooled;          ///< opt-outs wait that the log could not take
  std::size_t damaged_copies = 0;       ///< log.damaged-N beside it
  bool checkpoint_left = false;         ///< by a backup that did not end
  bool backup_runs = false;
};

struct ServiceFacts {
  bool running = false;
  std::string refused;           ///< why it does not answer
  std::string several;           ///< it has several tenants, and none was named: in its words
  nlohmann::ordered_json status; ///< as `tidemark status --format json`; null when it does not
  std::optional<std::size_t> dead, rejected, reviews, held; ///< at least so many, 100 at most
  std::optional<std::size_t> missed_deadlines;
};

/// A step of `tidemark test`.
struct ProbeFact {
  std::string connector, step, verdict, reason, text, todo;
};

struct BackupFact {
  std::string folder;
  std::string damage; ///< why the folder cannot be read
  std::size_t damaged = 0;
  std::optional<Timestamp> newest_at, checked_at;
};

struct Facts {
  Timestamp now;
  std::string version; ///< of this program
  ConfigurationFacts configuration;
  MachineFacts machine;
  FolderFacts folder;
  ServiceFacts service;
  std::vector<ProbeFact> probes;
  bool probed = false; ///< the systems were asked
  std::optional<BackupFact> backups;
};

} // namespace tidemark::tools
