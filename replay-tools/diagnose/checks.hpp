#pragma once
#include "replay-tools/diagnose/check.hpp"
#include "replay-tools/diagnose/facts.hpp"

namespace tidemark::tools {

Checks configuration_checks(const ConfigurationFacts& facts);
Checks machine_checks(const MachineFacts& facts);
Checks folder_checks(const FolderFacts& facts, Timestamp now);
Checks service_checks(const ServiceFacts& facts, const std::string& version);
/// What waits for people or systems, by the running service.
Checks work_checks(const ServiceFacts& facts);
Checks connector_checks(const Facts& facts);
Checks backup_checks(const BackupFact& facts, Timestamp now);
/// All of them.
Checks checks_of(const Facts& facts);

} // namespace tidemark::tools
