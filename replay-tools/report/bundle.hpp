#pragma once
#include "base/result.hpp"
#include "replay-tools/report/apart.hpp"
#include "replay-tools/report/facts_json.hpp"
#include "replay-tools/report/severity.hpp"

#include <string>
#include <vector>

/// A report as one JSON object: what the person wrote, what was collected, and what is missing.
namespace tidemark::tools {

/// The questions that support asks first.
struct ReportAnswers {
  std::string system{}, action{}, time{}, expected{}, actual{}, steps{};
  std::vector<std::string> kinds{}; ///< of kinds_of_trouble()
};

struct Bundle {
  ReportJson json;
  Severity severity;
  std::vector<std::string> missing; ///< name and why
  std::size_t hidden = 0;           ///< in what the person wrote
};

/// `reference`: a word by which both sides name the report.
Bundle make_bundle(const ReportAnswers& answers, const std::string& reference, Timestamp now,
                   const std::vector<Collected>& parts);

/// The checks of `diagnose`, of what a report holds; what it does not hold is unknown. Errors:
/// not_a_report.
Result<Checks> checks_of_report(const std::string& text);

} // namespace tidemark::tools
