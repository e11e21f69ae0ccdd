#include "app/service_log/log_levels.hpp"

#include <algorithm>

namespace tidemark::app {
namespace {

struct OtherName {
  std::string_view name;
  Part part;
};
/// What people and other programs call them.
constexpr std::array other_names{
    OtherName{"alerts", Part::operations},
    OtherName{"api", Part::http},
    OtherName{"appointments", Part::conversations},
    OtherName{"auth", Part::access},
    OtherName{"calls", Part::conversations},
    OtherName{"config", Part::service},
    OtherName{"connectors", Part::connector},
    OtherName{"contact", Part::contacts},
    OtherName{"database", Part::service},
    OtherName{"deliveries", Part::delivery},
    OtherName{"engine", Part::service},
    OtherName{"health", Part::operations},
    OtherName{"import", Part::backfill},
    OtherName{"messages", Part::conversations},
    OtherName{"oauth", Part::connector},
    OtherName{"opt-outs", Part::consent},
    OtherName{"queue", Part::delivery},
    OtherName{"request", Part::http},
    OtherName{"requests", Part::http},
    OtherName{"server", Part::http},
    OtherName{"tags", Part::lists},
    OtherName{"tokens", Part::access},
    OtherName{"users", Part::access},
    OtherName{"vendor", Part::connector},
    OtherName{"vendors", Part::connector},
    OtherName{"webhook", Part::intake},
    OtherName{"webhooks", Part::intake},
};

} // namespace

void LogLevels::use(std::size_t part) {
  in_force_[part] = said_[part] ? said_[part]->level : configured_;
}

void LogLevels::configure(Level level) {
  const std::lock_guard lock(guard_);
  configured_ = level;
  for (std::size_t part = 0; part < said_.size(); ++part)
    use(part);
}

void LogLevels::set(Part part, std::optional<Said> said) {
  const std::lock_guard lock(guard_);
  const auto at = static_cast<std::size_t>(part);
  said_[at] = said;
  use(at);
}

std::optional<LogLevels::Said> LogLevels::said_of(Part part) const {
  const std::lock_guard lock(guard_);
  return said_[static_cast<std::size_t>(part)];
}

void LogLevels::end_overdue(Timestamp now) {
  const std::lock_guard lock(guard_);
  for (std::size_t part = 0; part < said_.size(); ++part)
    if (said_[part] && said_[part]->until && *said_[part]->until <= now) {
      said_[part].reset();
      use(part);
    }
}

std::vector<Part> parts_named(std::string_view name) {
  if (name.ends_with(":*"))
    name.remove_suffix(2);
  std::vector<Part> out;
  for (const auto& [part, its_name] : part_names)
    if (name == "*" || name == its_name)
      out.push_back(part);
  if (const auto other = std::ranges::find(other_names, name, &OtherName::name);
      other != other_names.end())
    out.push_back(other->part);
  return out;
}

} // namespace tidemark::app
