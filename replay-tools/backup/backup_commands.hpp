#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidemark::tools {

struct BackupOptions {
  std::string folder;     ///< of the backups
  std::string keys;       ///< where the keys are kept: a place of its own; "" they are not
  std::uint64_t keep = 0; ///< backups that stay, 0: all
  std::uint64_t mib_a_second = 100;
  bool no_check = false; ///< it is not put back aside and walked through
};

/// Copies the log while the service runs, or of a folder at rest; then puts the copy back aside and
/// walks through it. Exit 0 only for a backup that held, or with `no_check` was written.
Result<int> backup(const CommonOptions& common, const BackupOptions& options);

/// The backups of a folder, the oldest first. Exit 1 when one is damaged.
Result<int> list_backups(const CommonOptions& common, const std::string& folder);

struct RestoreOptions {
  std::string folder;       ///< of the backups
  std::string keys;         ///< that `backup` kept
  std::string at;           ///< position or RFC 3339 time, "" the newest
  std::uint64_t backup = 0; ///< this one, 0: the oldest that holds what is wanted
  std::string old;          ///< the folder that is given up, "" when there is none to be read
  std::string reason;       ///< why, for the record
  bool read_only = false;   ///< no keys: to look into, not to serve
};

/// Makes the data folder of `common` anew from a backup. Nothing is sent from it to any system but
/// opt-outs until a person signs, which needs what the systems hold to be read back.
Result<int> restore(const CommonOptions& common, const RestoreOptions& options);

/// What is missing in a log that was put back, and from which systems opt-outs were read back. Exit
/// 1 while sending is held.
Result<int> show_restored(const CommonOptions& common);

struct SignOptions {
  std::string reason;
  std::vector<std::string>
      without; ///< systems that were not read back, which the signer answers for
  std::uint64_t percent = 100;
};
/// Sending goes on. Errors: not_stopped, not_read_back.
Result<int> sign_restored(const CommonOptions& common, const SignOptions& options);

} // namespace tidemark::tools
