#pragma once
#include "app/service_log/log_levels.hpp"
#include "gateway/ports.hpp"

namespace tidemark::app {

/// Changes what the service's own log writes, and records who wanted it.
class LogLevelControl final : public gateway::LogLevelPort {
public:
  LogLevelControl(LogLevels& levels, storage::LogStore& log) : levels_(levels), log_(log) {}

  std::vector<gateway::PartLevel> levels() const override;
  Status set(const Wishes& wishes, std::optional<Timestamp> until, const std::string& by,
             const std::string& request_id) override;

private:
  LogLevels& levels_;
  storage::LogStore& log_;
};

} // namespace tidemark::app
