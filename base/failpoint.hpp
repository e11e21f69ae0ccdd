#pragma once
#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <string_view>

/// Named places where a test may make the program die, fail or wait (docs/how-we-test.md). Compiled
/// in always; armed only by an explicit call, which the service makes under a test-only flag.
namespace tidemark::failpoint {

enum class Point : std::uint8_t {
  log_before_write,             ///< a group is ready, nothing of it is on disk
  log_after_sync_before_anchor, ///< written and synced (one RocksDB call), not yet in the anchor
  log_after_anchor_before_ack,  ///< durable, nobody knows yet
  index_before_write,
  tables_before_apply,
  token_before_write, ///< a new token came, or is about to be asked for; it is not on disk
  file_before_rename, ///< a whole file is on disk beside the one that it shall replace
  file_after_rename,
};
/// Every point there is. New ones are added here and in `Point`.
inline constexpr std::array<std::string_view, 8> names{
    "log.before_write",
    "log.after_sync_before_anchor",
    "log.after_anchor_before_ack",
    "index.before_write",
    "tables.before_apply",
    "token.before_write",
    "file.before_rename",
    "file.after_rename",
};

/// Arms points: `name=action` separated by commas; actions `kill`, `error`, `sleep:<ms>` and
/// `1in:<n>:<action>`, which acts at every n-th passage. Errors: bad_failpoint.
Status arm(std::string_view specification);
/// Arms what the environment variable TIDEMARK_FAILPOINTS names, if it is set.
Status arm_from_environment();
void disarm_all();
/// How often the point was passed since it was armed.
std::uint64_t passed(Point point);

/// Marks the place. True: behave as if the operation that follows had failed.
[[nodiscard]] bool hit(Point point);

} // namespace tidemark::failpoint
