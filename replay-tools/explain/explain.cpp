#include "replay-tools/explain/explain.hpp"

#include "explanation/explained.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::tools {
namespace {

using explanation::ChainEntry;
using explanation::Elsewhere;
using explanation::Explanation;
using explanation::shown_of;
using explanation::shown_text;
using explanation::TargetState;

/// `skipped(no_phone_or_email)`, `parked(waiting for aloware contact 90002)`, `echo_of(d0123...)`:
/// the outcome with its detail.
std::string outcome_text(const std::string& outcome, Reason reason_code,
                         const std::string& waiting_for = {}, const std::string& of = {}) {
  if (!of.empty())
    return outcome + "(" + of + ")";
  if (!waiting_for.empty())
    return outcome + "(waiting for " + waiting_for + ")";
  if (reason_code == Reason::none || outcome == "applied" || outcome == "pending")
    return outcome;
  return outcome + "(" + std::string(name_of(reason_code)) + ")";
}

void print_entries(const std::vector<ChainEntry>& entries, bool reveal) {
  if (entries.empty())
    print_line("nothing happened that matches");
  Position last_root;
  for (const auto& entry : entries) {
    if (entry.kind == "input" && entry.position != last_root) {
      print_line("");
      last_root = entry.position;
    }
    auto line = fmt::format("{:>8}  {}  {:<8}  {}", entry.position.value, to_rfc3339(entry.at),
                            entry.kind, shown_text(entry, reveal));
    if (is_intent(entry))
      line += fmt::format(" Delivery {}.", entry.delivery);
    if (!entry.outcome.empty())
      line += fmt::format("  [{}]", outcome_text(entry.outcome, entry.reason_code,
                                                 entry.waiting_for, shown_of(entry)));
    print_line(line);
    if (!entry.next_step.empty())
      print_line(fmt::format("{:>49}what to do: {}", "", entry.next_step));
  }
}

/// `from event 92 on`: a part of the story that the chain lacks.
std::string span_text(const Elsewhere& span) {
  if (span.from == Position{})
    return fmt::format("about the contact {} before event {}", span.contact.value,
                       span.until.value);
  if (span.until == Position{})
    return fmt::format("from event {} on", span.from.value);
  return fmt::format("between the events {} and {}", span.from.value, span.until.value);
}

void print_targets(const std::map<std::string, TargetState>& targets) {
  if (targets.empty())
    return print_line("no other system is concerned");
  print_line("how it stands now");
  for (const auto& [target, state] : targets) {
    for (const auto& [work, line] : state.lines)
      print_line(fmt::format("  {:<14}  {:<9}  {}  since {} (event {}): {}", target, work,
                             outcome_text(line.outcome, line.reason_code), to_rfc3339(line.since),
                             line.position.value, line.text));
    for (const auto& held : state.held_back) {
      print_line(fmt::format("  {:<14}  held back since {} (event {}): {}", "",
                             to_rfc3339(held.since), held.position.value, held.text));
      if (!held.next_step.empty())
        print_line(fmt::format("  {:<14}  what to do: {}", "", held.next_step));
    }
  }
}

void print_text(const Explanation& what, bool reveal) {
  print_line(fmt::format("{} {}", what.chain.subject_kind, what.chain.subject));
  for (const auto& other : what.chain.sharing)
    print_line(fmt::format("the contact {} has this address too; see tidemark explain --contact {}",
                           other.value, other.value));
  for (const auto& span : what.elsewhere)
    print_line(fmt::format("not here: what was decided {}; see tidemark explain --contact {}",
                           span_text(span), span.contact.value));
  print_entries(what.entries, reveal);
  print_line("");
  if (const auto* whole = what.part_of())
    return print_line(fmt::format("it is part of the contact {} since event {}, which says how it "
                                  "stands now",
                                  whole->contact.value, whole->from.value));
  print_targets(what.targets);
}

/// A misspelt name must not read as "it is not concerned".
Status check_target(DataFolder& folder, const TenantId& tenant, const std::string& target,
                    const Explanation& what) {
  if (target.empty() || what.names(target))
    return Done{};
  return check_connector(folder.log(), tenant, ConnectorName(target));
}

Result<explanation::Question> question_in(DataFolder& folder, const TenantId& tenant,
                                          const ExplainOptions& options) {
  explanation::Question out;
  out.delivery = options.delivery;
  out.webhook = Position{options.webhook};
  out.target = options.target;
  if (options.contact.empty())
    return out;
  TRY(hasher, folder.hasher());
  TRY(contacts, contacts_named(folder.log(), hasher, tenant, options.contact,
                               default_region_of(folder.log(), tenant)));
  out.contact = contacts.front();
  out.sharing.assign(contacts.begin() + 1, contacts.end());
  return out;
}

Result<Explanation> explained(DataFolder& folder, const CommonOptions& common,
                              const ExplainOptions& options, bool reveal) {
  TRY(tenant, tenant_of(common, folder.log()));
  TRY(question, question_in(folder, tenant, options));
  TRY(out, explanation::explained({folder.log(), folder.scan(), tenant}, question, reveal));
  TRYV(check_target(folder, tenant, options.target, out));
  return std::move(out);
}

} // namespace

Result<int> explain(DataFolder& folder, const CommonOptions& common, const ExplainOptions& options,
                    const RevealOptions& reveal) {
  TRY(what, explained(folder, common, options, reveal.reveal));
  if (common.format == Format::json)
    print_json(explanation_json(what, reveal.reveal));
  else
    print_text(what, reveal.reveal);
  return exit_code::done;
}

} // namespace tidemark::tools
