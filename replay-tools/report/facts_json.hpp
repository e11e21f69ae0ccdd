#pragma once
#include "replay-tools/diagnose/facts.hpp"

#include <nlohmann/json.hpp>

/// Facts in the form in which they stand in a report. Numbers, flags and times pass; of a text only
/// whether there is one. Read back, it says that it stayed where it was.
namespace tidemark::tools {

using ReportJson = nlohmann::ordered_json;

ReportJson to_report(const ConfigurationFacts& facts);
ReportJson to_report(const MachineFacts& facts);
ReportJson to_report(const FolderFacts& facts);
ReportJson to_report(const ServiceFacts& facts);
ReportJson to_report(const BackupFact& facts);
/// Steps of `tidemark test`.
ReportJson to_report(const std::vector<ProbeFact>& steps, bool whole);

void from_report(const ReportJson& json, ConfigurationFacts& facts);
void from_report(const ReportJson& json, MachineFacts& facts);
void from_report(const ReportJson& json, FolderFacts& facts);
void from_report(const ReportJson& json, ServiceFacts& facts);
void from_report(const ReportJson& json, BackupFact& facts);
/// Steps; gives whether every system was heard of.
bool from_report(const ReportJson& json, std::vector<ProbeFact>& steps);

} // namespace tidemark::tools
