#pragma once
#include "app/service_log/part.hpp"
#include "base/time.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

namespace tidemark::app {

/// From which level on lines are written: as configured, or as somebody said of single parts while
/// the service runs. For several threads; asking costs nothing.
class LogLevels {
public:
  /// What was said at run time.
  struct Said {
    Level level = Level::info;
    std::optional<Timestamp> until; ///< none: until the next start
  };

  LogLevels() { configure(Level::info); }

  Level of(Part part) const { return in_force_[static_cast<std::size_t>(part)]; }
  void configure(Level level);
  /// `said` none: as configured again.
  void set(Part part, std::optional<Said> said);
  std::optional<Said> said_of(Part part) const;
  /// Those whose time is over are as configured again.
  void end_overdue(Timestamp now);

private:
  void use(std::size_t part);

  mutable std::mutex guard_; ///< of what follows, but for `in_force_`
  Level configured_ = Level::info;
  std::array<std::optional<Said>, part_names.size()> said_{};
  std::array<std::atomic<Level>, part_names.size()> in_force_{};
};

/// The parts that a name stands for: its own, one that other programs have for it (`webhooks`,
/// `queue`, `vendor`), or `*`; with or without `:*` behind it. None for another name.
std::vector<Part> parts_named(std::string_view name);

} // namespace tidemark::app
