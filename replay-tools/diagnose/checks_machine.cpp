#include "base/text/joined.hpp"
#include "replay-tools/diagnose/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::tools {
namespace {

constexpr std::uint64_t mebibyte = 1U << 20;

/// Something of which too little is left.
Check share_left(std::string id, std::string what, std::optional<std::uint64_t> left,
                 std::optional<std::uint64_t> all, std::string breaks, std::string todo) {
  if (!left || !all || *all == 0)
    return {std::move(id), Verdict::unknown,
            "it cannot be found out how much of " + what + " is left"};
  const auto percent = 100.0 * static_cast<double>(*left) / static_cast<double>(*all);
  Check out{std::move(id),
            percent < 3    ? Verdict::fail
            : percent < 10 ? Verdict::warn
                           : Verdict::pass,
            fmt::format("{:.0f} % of {} left", percent, what)};
  if (out.verdict != Verdict::pass) {
    out.breaks = std::move(breaks);
    out.todo = std::move(todo);
  }
  return out;
}

/// Good, or not with what that breaks.
Check either(std::string id, bool good, std::string good_text, std::string bad_text,
             std::string breaks, std::string todo, Verdict bad = Verdict::fail) {
  return good ? Check{std::move(id), Verdict::pass, std::move(good_text)}
              : Check{std::move(id), bad, std::move(bad_text), std::move(breaks), std::move(todo)};
}

} // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
  case Verdict::pass:
    return "pass";
  case Verdict::warn:
    return "warn";
  case Verdict::fail:
    return "fail";
  case Verdict::unknown:
    return "unknown";
  }
  return "unknown";
}

Verdict worst(const Checks& checks) {
  for (const auto verdict : {Verdict::fail, Verdict::warn, Verdict::unknown})
    if (std::any_of(checks.begin(), checks.end(),
                    [&](const auto& check) { return check.verdict == verdict; }))
      return verdict;
  return Verdict::pass;
}

Checks configuration_checks(const ConfigurationFacts& facts) {
  Checks out;
  out.push_back(either("configuration.readable", facts.readable, facts.file + " can be read",
                       facts.file + " cannot be read", "the service cannot start",
                       "name it with --config, or make it readable for this user"));
  if (!facts.readable)
    return out;
  out.push_back(either("configuration.valid", facts.faults.empty(), "nothing is wrong in it",
                       facts.faults.empty() ? "" : facts.faults.front(),
                       "the service cannot start with it", "tidemark check-config"));
  if (!facts.faults.empty())
    return out;
  out.push_back(either("configuration.plain_http", !facts.loopback_http, "only https leaves",
                       "allow_loopback_http is set", "contacts go over plain http on this machine",
                       "take allow_loopback_http out of the configuration", Verdict::warn));
  out.push_back(either("configuration.quiet_hours", facts.any_hour.empty(),
                       "agents' texts to +1 keep to quiet hours",
                       "texts leave at any hour for " + joined(facts.any_hour, ", "),
                       "a text at night can cost $500 to $1,500 (47 U.S.C. 227)",
                       "take quiet_hours = \"off\" out of the configuration", Verdict::warn));
  out.push_back(either("configuration.tokens", facts.tokens > 0,
                       fmt::format("{} API tokens", facts.tokens), "no API token",
                       "nobody can ask the API from another machine",
                       "add [[api.tokens]] to the configuration", Verdict::warn));
  out.push_back(either("configuration.receivers", facts.receivers > 0,
                       fmt::format("{} receivers of alerts", facts.receivers),
                       "nobody is told of alerts", "an alert is known to who looks for it, alone",
                       "add [[alerts.receivers]] to the configuration", Verdict::warn));
  out.push_back(
      either("configuration.targets", facts.receiving > 1,
             fmt::format("{} of {} connectors are written to", facts.receiving, facts.connectors),
             fmt::format("{} of {} connectors are written to", facts.receiving, facts.connectors),
             "what comes from one system reaches no other",
             "configure another connector, or take receives = false out", Verdict::warn));
  return out;
}

Checks machine_checks(const MachineFacts& facts) {
  Checks out;
  out.push_back(share_left("machine.disk", "the data folder's disk", facts.disk_free,
                           facts.disk_size,
                           "below 3 % nothing but opt-outs is taken, then nothing at all",
                           "make room, or move the data folder to a larger disk"));
  out.push_back(share_left("machine.inodes", "the files that the disk can hold", facts.inodes_free,
                           facts.inodes, "no new file can be made, as on a full disk",
                           "remove small files from the disk"));
  if (!facts.file_handles)
    out.push_back({"machine.file_handles", Verdict::unknown, "the limit cannot be read"});
  else
    out.push_back(either("machine.file_handles", *facts.file_handles >= 4096,
                         fmt::format("{} files can be open", *facts.file_handles),
                         fmt::format("only {} files can be open", *facts.file_handles),
                         "under load connections are refused",
                         "set LimitNOFILE=65536 in the unit, as deploy/tidemark.service does",
                         Verdict::warn));
  if (!facts.memory_available)
    out.push_back({"machine.memory", Verdict::unknown, "it cannot be found out"});
  else
    out.push_back(either("machine.memory", *facts.memory_available >= 512 * mebibyte,
                         fmt::format("{} MiB are free", *facts.memory_available / mebibyte),
                         fmt::format("only {} MiB are free", *facts.memory_available / mebibyte),
                         "the service may be ended by the system",
                         "end other programs, or add memory", Verdict::warn));
  if (!facts.clock_synchronised)
    out.push_back(
        {"machine.clock", Verdict::unknown, "it cannot be found out whether it is kept right"});
  else
    out.push_back(either("machine.clock", *facts.clock_synchronised, "the clock is kept right",
                         "nothing keeps the clock right",
                         "signed webhooks are refused as stale, quiet hours are wrong",
                         "timedatectl set-ntp true", Verdict::warn));
  out.push_back(either("machine.certificates", facts.certificates,
                       "authorities to trust are installed", "no authorities to trust",
                       "no system can be reached over https", "apt install ca-certificates"));
  out.push_back(either("machine.time_zones", facts.time_zones, "the time zone database is there",
                       "no time zone database", "quiet hours hold everybody's texts back",
                       "apt install tzdata"));
  out.push_back(either("machine.temporary_folder", facts.temporary_folder,
                       "temporary files can be written", "no temporary file can be written",
                       "rebuild and verify --tables cannot run",
                       "make room in /tmp, or set TMPDIR to another folder", Verdict::warn));
  return out;
}

} // namespace tidemark::tools
