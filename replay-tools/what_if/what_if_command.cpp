#include "replay-tools/what_if/what_if_command.hpp"

#include "base/contains.hpp"
#include "base/text/joined.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/configuration/good_file.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/replay/decision_walk.hpp"
#include "replay-tools/tenant_names.hpp"
#include "replay-tools/time_option.hpp"
#include "replay-tools/what_if/adoption.hpp"
#include "replay-tools/what_if/opt_out_words.hpp"
#include "replay-tools/what_if/other_history.hpp"
#include "replay-tools/what_if/what_if_report.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>

#include <chrono>

namespace tidemark::tools {
namespace {

using Clock = std::chrono::steady_clock;

Status check_options(const WhatIfOptions& options) {
  if (options.with.empty() && options.rules.empty() && options.words.empty())
    return Error{"bad_usage", "say what is to be different: --with NEW.toml, --rules today or "
                              "--words FILE"};
  if (!options.with.empty() && !options.rules.empty())
    return Error{"bad_usage", "--with decides by today's rules already: leave --rules out"};
  return Done{};
}

/// The tenants that are asked about: `--tenant`, or all that the log has.
Result<TenantNames> tenants_asked(const CommonOptions& common, const storage::LogStore& log) {
  if (!common.tenant.empty())
    return TenantNames{common.tenant};
  TRY(all, tenants_in(log));
  all.erase("");
  if (all.empty())
    return Error{"not_found", "the log is empty: nothing was received yet"};
  return all;
}

/// The file's configuration of each, and which connectors of the log it leaves out.
Status read_configurations(Alternative& to, std::vector<ConnectorName>& left_out,
                           const storage::LogStore& log, const TenantNames& tenants,
                           const std::string& file) {
  TRY(loaded, good_file(file));
  for (const auto& name : tenants) {
    const TenantId tenant(name);
    const auto found = std::ranges::find(loaded.config.tenants, tenant, &config::TenantConfig::id);
    if (found == loaded.config.tenants.end())
      return Error{"bad_usage", file + " has no tenant " + name
                                    + ", which the log has: say --tenant with one that it has"};
    auto applied = config::to_applied(loaded.config, *found);
    TRY(recorded, applied_config(log, tenant));
    for (const auto& one : recorded.connectors)
      if (std::ranges::find(applied.connectors, one.connector, &events::AppliedConnector::connector)
              == applied.connectors.end()
          && !contains(left_out, one.connector))
        left_out.push_back(one.connector);
    to.configurations[tenant] = std::move(applied);
  }
  return Done{};
}

/// From `--since` to `--until`.
Result<WalkRange> range_asked(const storage::LogStore& log, const WhatIfOptions& options) {
  using namespace std::chrono_literals;
  WalkRange out;
  TRY(since, time_option(options.since, "--since"));
  TRY(until, time_option(options.until, "--until"));
  if (since && until && *until <= *since)
    return Error{"bad_usage", "--until is not after --since: there is nothing between"};
  const auto end = log.durable();
  if (since) {
    TRY(before, storage::position_at(log, *since - 1us));
    if (before == end)
      return Error{"bad_usage", "nothing was recorded since " + options.since};
    out.from = before.value + 1;
  }
  if (until) {
    TRY(last, storage::position_at(log, *until - 1us));
    if (last.value == 0)
      return Error{"bad_usage", "nothing had been recorded before " + options.until};
    out.to = last.value;
  }
  return out;
}

/// Says on standard error how far it is, each two seconds.
class Progress {
public:
  explicit Progress(std::uint64_t end) : end_(std::max<std::uint64_t>(end, 1)) {}
  void at(Position position) {
    if (++calls_ % 1024 != 0)
      return; // the clock costs more than many appends
    const auto now = Clock::now();
    if (now - told_ < std::chrono::seconds{2})
      return;
    told_ = now;
    const std::chrono::duration<double> took = now - began_;
    const auto done =
        std::min<double>(1, static_cast<double>(position.value) / static_cast<double>(end_));
    warn(fmt::format("what-if: event {} of {} ({:.0f} %), about {:.0f} s left", position.value,
                     end_, 100 * done, took.count() * (1 - done) / done));
  }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

private:
  std::uint64_t end_;
  std::uint64_t calls_ = 0;
  Clock::time_point began_ = Clock::now(), told_ = began_;
};

void add_looked(Looked& sum, const Looked& part) {
  sum.decisions += part.decisions;
  sum.older_rules += part.older_rules;
  sum.not_recomputable += part.not_recomputable;
  sum.assumed += part.assumed;
  for (const auto& [connector, inputs] : part.not_decided)
    sum.not_decided[connector] += inputs;
}

Result<WhatIfReport> ask(DataFolder& folder, const CommonOptions& common,
                         const Alternative& alternative, const WalkRange& range,
                         const std::optional<ContactId>& contact) {
  TRY(hasher, folder.hasher());
  Progress progress(range.to > 0 ? range.to : folder.log().durable().value);
  OtherHistory history(alternative, hasher, log_id_in(folder.path()), TenantId(common.tenant),
                       [&](Position position) { progress.at(position); });
  TRYV(walk_with(folder.log(), history, range));
  WhatIfReport out;
  for (auto& [tenant, other] : history.tenants()) {
    add_differences(out.differences, tenant, other, contact);
    add_looked(out.looked, other.looked());
  }
  out.seconds = progress.seconds();
  return out;
}

} // namespace

Result<int> what_if(DataFolder& folder, const CommonOptions& common, const WhatIfOptions& options,
                    const RevealOptions& reveal) {
  TRYV(check_options(options));
  const auto& log = folder.log();
  TRY(tenants, tenants_asked(common, log));
  Alternative alternative;
  std::vector<ConnectorName> left_out;
  if (!options.with.empty()) {
    TRYV(read_configurations(alternative, left_out, log, tenants, options.with));
  }
  if (!options.words.empty()) {
    TRY(words, read_opt_out_words(options.words));
    alternative.opt_out_words = std::move(words);
  }
  TRY(range, range_asked(log, options));
  std::optional<ContactId> contact;
  if (!options.contact.empty()) {
    TRY(tenant, tenant_of(common, log));
    TRY(hasher, folder.hasher());
    TRY(id, contact_named(log, hasher, tenant, options.contact, default_region_of(log, tenant)));
    contact = id;
  }
  TRY(report, ask(folder, common, alternative, range, contact));
  report.left_out = std::move(left_out);
  print_differences(common.format, report, reveal.reveal);
  TRYV(print_adoption(folder, common, options));
  return exit_code::done;
}

} // namespace tidemark::tools
