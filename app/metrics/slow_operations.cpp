#include "app/metrics/slow_operations.hpp"

#include "app/service_log/service_log.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace tidemark::app {
namespace {

using SlowKind = SlowOperations::Kind;

constexpr std::chrono::minutes between_slow{1};

struct KindOfSlow {
  SlowKind kind;
  std::string_view name;
  Part part;
};
constexpr std::array kinds_of_slow{
    KindOfSlow{SlowKind::request, "request", Part::http},
    KindOfSlow{SlowKind::vendor, "vendor", Part::connector},
    KindOfSlow{SlowKind::look, "look", Part::operations},
};

} // namespace

void SlowOperations::note(const Operation& operation, Timestamp now) {
  if (operation.took <= limit)
    return;
  std::uint64_t left_out = 0;
  {
    const std::lock_guard lock(guard_);
    ++counts_[operation.kind];
    const auto [known, is_new] =
        last_.try_emplace({operation.kind, operation.subject}, Last{now, 0});
    auto& last = known->second;
    if (!is_new && now >= last.at && now - last.at < between_slow) {
      ++last.left_out;
      return;
    }
    left_out = std::exchange(last, Last{now, 0}).left_out;
  }
  const auto& kind = kinds_of_slow[static_cast<std::size_t>(operation.kind)];
  log_line(kind.part, Level::warning, "slow_operation",
           {{"kind", std::string(kind.name)},
            {"subject", operation.subject},
            {"milliseconds", std::to_string(operation.took.count())},
            {operation.kind == Kind::request ? "request_id" : "delivery", operation.id},
            {"route", operation.route},
            {"left_out_before", std::to_string(left_out)}});
}

std::string SlowOperations::metrics() const {
  std::string out = "# HELP tidemark_slow_operations_total What took longer than a second.\n"
                    "# TYPE tidemark_slow_operations_total counter\n";
  const std::lock_guard lock(guard_);
  for (const auto& [kind, name, part] : kinds_of_slow) {
    const auto count = counts_.find(kind);
    out += fmt::format("tidemark_slow_operations_total{{kind=\"{}\"}} {}\n", name,
                       count == counts_.end() ? 0 : count->second);
  }
  return out;
}

} // namespace tidemark::app
