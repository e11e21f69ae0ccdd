#include "replay-tools/report/bundle.hpp"

#include "base/contains.hpp"
#include "base/version.hpp"
#include "domain/rules/rules_version.hpp"
#include "replay-tools/diagnose/checks.hpp"
#include "replay-tools/report/written.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

constexpr const char* report_format = "tidemark-report/1";
/// What a report should hold.
constexpr auto expected_parts = words("configuration", "settings", "machine", "folder", "service",
                                      "systems", "log", "backups", "service_log");

/// A part that was collected; null where it was not.
const ReportJson& part_named(const ReportJson& parts, const std::string& name) {
  static const ReportJson missing;
  const auto at = parts.is_object() ? parts.find(name) : parts.end();
  return at == parts.end() ? missing : *at;
}

class Judge {
public:
  explicit Judge(const ReportJson& parts) : parts_(parts) {}

  /// The checks of one part, or that it is not there.
  template <class Facts, class Make>
  void add(const std::string& name, Facts& facts, const Make& make) {
    const auto& json = part_named(parts_, name);
    if (json.is_null()) {
      checks_.push_back({"report." + name, Verdict::unknown, "the report does not hold it"});
      return;
    }
    from_report(json, facts);
    for (auto& check : make())
      checks_.push_back(std::move(check));
  }
  Checks take() { return std::move(checks_); }

private:
  const ReportJson& parts_;
  Checks checks_;
};

Checks checks_of_parts(const ReportJson& parts, const std::string& version, Timestamp now) {
  Facts facts;
  facts.now = now;
  facts.version = version;
  Judge judge(parts);
  judge.add("configuration", facts.configuration,
            [&] { return configuration_checks(facts.configuration); });
  judge.add("machine", facts.machine, [&] { return machine_checks(facts.machine); });
  judge.add("folder", facts.folder, [&] { return folder_checks(facts.folder, now); });
  judge.add("service", facts.service, [&] {
    auto out = service_checks(facts.service, version);
    for (auto& check : work_checks(facts.service))
      out.push_back(std::move(check));
    return out;
  });
  if (const auto& systems = part_named(parts, "systems"); !systems.is_null())
    facts.probed = from_report(systems, facts.probes);
  BackupFact backups;
  judge.add("backups", backups, [&] { return backup_checks(backups, now); });
  auto out = judge.take();
  for (auto& check : connector_checks(facts))
    out.push_back(std::move(check));
  return out;
}

/// One line for each part, whether it is there or not.
ReportJson manifest_of(const std::vector<Collected>& parts, std::vector<std::string>& missing) {
  ReportJson out = ReportJson::array();
  for (const std::string_view name : expected_parts) {
    const auto at = std::find_if(parts.begin(), parts.end(),
                                 [&](const auto& part) { return part.name == name; });
    const bool asked = at != parts.end();
    const std::string outcome = asked ? at->outcome : "not_asked_for";
    out.push_back({{"part", name},
                   {"outcome", outcome},
                   {"code", asked && !at->code.empty() ? ReportJson(at->code) : ReportJson()},
                   {"milliseconds", asked ? ReportJson(at->took.count()) : ReportJson()}});
    if (outcome != "whole")
      missing.push_back(std::string(name) + " (" + outcome
                        + (asked && !at->code.empty() ? ", " + at->code : std::string()) + ")");
  }
  return out;
}

} // namespace

Bundle make_bundle(const ReportAnswers& answers, const std::string& reference, Timestamp now,
                   const std::vector<Collected>& collected) {
  Bundle out;
  ReportJson parts = ReportJson::object(), about = ReportJson::object();
  for (const auto& one : collected)
    if (one.outcome == "whole")
      parts[one.name] = one.value;
  const auto write = [&](const char* name, const std::string& text) {
    const auto written = without_personal(text);
    out.hidden += written.left_out;
    about[name] = text.empty() ? ReportJson() : ReportJson(written.text);
  };
  write("system", answers.system);
  write("action", answers.action);
  write("time", answers.time);
  write("expected", answers.expected);
  write("actual", answers.actual);
  write("steps", answers.steps);
  about["kinds"] = answers.kinds;
  out.severity =
      propose_severity(answers.kinds, answers.action + " " + answers.actual + " " + answers.steps,
                       checks_of_parts(parts, program_version, now));
  out.json = {{"format", report_format},
              {"reference", reference},
              {"made_at", to_rfc3339(now)},
              {"program", {{"version", program_version}, {"rules", domain::rules_version}}},
              {"about", std::move(about)},
              {"severity",
               {{"proposed", name_of(out.severity.urgency)}, {"because", out.severity.because}}},
              {"manifest", manifest_of(collected, out.missing)},
              {"parts", std::move(parts)}};
  return out;
}

Result<Checks> checks_of_report(const std::string& text) {
  const auto json = ReportJson::parse(text, nullptr, false);
  const auto word = [&](const ReportJson& of, const char* name) {
    const auto& value = part_named(of, name);
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  const auto made = from_rfc3339(word(json, "made_at"));
  if (word(json, "format") != report_format || !made)
    return Error{"not_a_report", std::string("this is no report of tidemark report (format ")
                                     + report_format + ")"};
  return checks_of_parts(part_named(json, "parts"), word(part_named(json, "program"), "version"),
                         *made);
}

} // namespace tidemark::tools
