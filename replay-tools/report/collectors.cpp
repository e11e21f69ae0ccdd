#include "replay-tools/report/collectors.hpp"

#include "config/load.hpp"
#include "events/codec.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/diagnose/gather.hpp"
#include "replay-tools/log/stream_names.hpp"
#include "replay-tools/report/facts_json.hpp"
#include "replay-tools/report/forms.hpp"
#include "storage/log_store.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <map>

namespace tidemark::tools {
namespace {

constexpr std::uint64_t events_counted = 100'000;
constexpr std::size_t events_listed = 1'000;
constexpr std::size_t changes_listed = 200;
constexpr std::size_t lines_listed = 1'000;
constexpr std::streamoff log_bytes_read = 1 << 20;

/// Settings whose values say nothing of anybody: numbers, times, switches, the program's own words.
constexpr std::string_view public_settings =
    " allow_loopback_http allow_plain answer_ms answer_requests answer_window_seconds"
    " breaker_failures breaker_pause_ms breaker_successes burst call_tags concurrency"
    " cool_down_minutes cool_down_seconds critical dead_letters disk_free_percent error_percent"
    " error_requests error_window_seconds heartbeat hold_seconds kind level many memory_limit_mb"
    " memory_percent on_delete oldest_delivery_minutes opt_out_confirmation parking_timeout"
    " per_day per_week pool_percent pool_seconds holidays preserve_manual_edits probes_per_second "
    "public_page quiet_hours"
    " receives reconcile_every refused_status refused_webhooks_per_minute renewal_failing_seconds"
    " requests_per_second role second_way severity silence_minutes summary_tags timeout_ms type"
    " unknown_kinds_hours webhook_auth webhooks_per_minute require_hmac legacy_signature auth"
    " tag_lists sending live max_age verified_within_hours ";

/// What people, configuration and engine changed, as far as its type tells.
constexpr std::array<std::string_view, 8> changes{"config.",  "engine.", "connector.", "log.",
                                                  "sending.", "tenant.", "api_token.", "user."};

/// A number that is nobody's: none has so few digits.
bool is_amount(std::string_view text) {
  return !text.empty() && text.size() <= 7
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

ReportJson settings_of(const std::string& file) {
  const auto loaded = config::load_config_file(file, *config::process_environment());
  ReportJson list = ReportJson::array();
  std::size_t left_out = 0;
  for (const auto& one : loaded.effective) {
    const auto dot = one.key.rfind('.');
    const auto name = dot == std::string::npos ? one.key : one.key.substr(dot + 1);
    const bool is_public = public_settings.find(" " + name + " ") != std::string_view::npos;
    if (!is_public || !(is_word(one.value) || is_amount(one.value))) {
      ++left_out;
      continue;
    }
    list.push_back({{"key", is_word(one.key) ? one.key : name},
                    {"value", one.value},
                    {"is_default", one.source == "default"}});
  }
  return {{"values", std::move(list)}, {"left_out", left_out}};
}

bool is_change(std::string_view type) {
  return std::any_of(changes.begin(), changes.end(),
                     [&](auto begin) { return type.starts_with(begin); });
}

void push_newest(std::deque<ReportJson>& to, ReportJson one, std::size_t most) {
  to.push_back(std::move(one));
  if (to.size() > most)
    to.pop_front();
}

/// Of the newest events: how many of which type and when, the changes, and a row for each of the
/// last.
Result<ReportJson> log_of(const CommonOptions& common) {
  TRY(folder, open_for_reading(common));
  const auto end = folder->log().durable();
  const Position before{end.value > events_counted ? end.value - events_counted : 0};
  std::map<std::string, std::uint64_t> by_type, by_hour;
  std::deque<ReportJson> rows, changed;
  const auto count = [&](std::string_view record) -> Result<bool> {
    TRY(header, events::read_header(record));
    const std::string type(is_word(header.type) ? header.type : "other");
    const auto stream = without_ids(header.stream);
    ++by_type[type];
    ++by_hour[hour_of(header.recorded_at)];
    ReportJson row{{"position", header.position.value},
                   {"type", type},
                   {"stream", is_word(stream) ? ReportJson(stream) : ReportJson()},
                   {"recorded_at", to_rfc3339(header.recorded_at)}};
    if (is_change(header.type))
      push_newest(changed, row, changes_listed);
    push_newest(rows, std::move(row), events_listed);
    return true;
  };
  TRYV(storage::read_each(folder->log(), before, SIZE_MAX, count));
  return ReportJson{{"end", end.value},   {"counted_after", before.value},
                    {"by_type", by_type}, {"by_hour", by_hour},
                    {"changes", changed}, {"newest", rows}};
}

/// The newest lines of the service's log, by declaration.
Result<ReportJson> service_log_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error{"cannot_be_read", path + " cannot be read"};
  file.seekg(0, std::ios::end); // a pipe has no end: it is read from where it is
  if (file && file.tellg() > log_bytes_read)
    file.seekg(-log_bytes_read, std::ios::end);
  else if (file)
    file.seekg(0);
  file.clear();
  std::deque<ReportJson> lines;
  std::size_t left_out = 0, no_json = 0;
  for (std::string line; std::getline(file, line);) {
    const auto json = ReportJson::parse(line, nullptr, false);
    if (!json.is_object()) {
      ++no_json;
      continue;
    }
    auto kept = only_declared(json, service_log_form);
    left_out += kept.left_out;
    push_newest(lines, std::move(kept.value), lines_listed);
  }
  return ReportJson{{"lines", lines}, {"members_left_out", left_out}, {"lines_left_out", no_json}};
}

/// Else the service would refuse the question, which would read as if it did not run.
Status names_a_tenant(const CommonOptions& common) {
  const auto tenants = config::configured_tenants(common.config);
  if (common.tenant.empty() && tenants && tenants->size() > 1)
    return Error{"say_which_tenant", "several tenants are configured"};
  return Done{};
}

} // namespace

std::vector<Collector> report_collectors(const ReportSources& sources) {
  std::vector<Collector> out;
  const auto add = [&](const char* name, auto collect) {
    out.push_back({name, [collect]() -> Result<ReportJson> { return collect(); }});
  };
  const auto& from = sources;
  add("configuration", [from] { return to_report(about_configuration(from.common.config)); });
  add("settings", [from] { return settings_of(from.common.config); });
  add("machine", [from] { return to_report(about_machine(from.dir)); });
  add("folder", [from] { return to_report(about_folder(from.common, from.dir)); });
  add("service", [from]() -> Result<ReportJson> {
    TRYV(names_a_tenant(from.common));
    return to_report(about_service(from.common, from.dir));
  });
  add("systems", [from] {
    const auto asked = ask_systems(from.common);
    return to_report(asked.steps, asked.whole);
  });
  add("log", [from] { return log_of(from.common); });
  if (!from.backups.empty())
    add("backups", [from] { return to_report(about_backups(from.backups, from.dir)); });
  if (!from.service_log.empty())
    add("service_log", [from] { return service_log_of(from.service_log); });
  return out;
}

} // namespace tidemark::tools
