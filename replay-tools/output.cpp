#include "replay-tools/output.hpp"

#include "base/contains.hpp"
#include "storage/open_log.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace tidemark::tools {
namespace {

void put(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fputc('\n', to);
}

} // namespace

std::string to_text(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void print_json(const nlohmann::ordered_json& value) {
  put(stdout, to_text(value));
}

void print_summary(const nlohmann::ordered_json& summary) {
  print_json({{"summary", summary}});
}

void print_line(std::string_view text) {
  put(stdout, text);
}

void print(Format format, const nlohmann::ordered_json& json, std::string_view text) {
  format == Format::json ? print_json(json) : print_line(text);
}

void print_summary(Format format, const nlohmann::ordered_json& summary, std::string_view text) {
  format == Format::json ? print_summary(summary) : print_line(text);
}

void warn(std::string_view text) {
  std::fputs("warning: ", stderr);
  put(stderr, text);
}

int exit_code_of(const Error& error) {
  const std::string_view code = error.code;
  if (contains(words("record_damaged", "payload_not_json", "payload_unfit", "table_damaged",
                     "keys_missing", "export_damaged"),
               code))
    return exit_code::data_damaged;
  if (code == "busy" || code == "not_stored")
    return exit_code::busy;
  if (code == "service_unreachable")
    return exit_code::unreachable;
  if (code == "bad_configuration" || code.starts_with("store_key_"))
    return exit_code::bad_configuration;
  if (contains(words("bad_usage", "bad_cursor", "folder_missing", "not_a_data_folder", "bad_body",
                     "bad_phone", "bad_email", "bad_reason", "no_address", "bad_address",
                     "bad_connector", "bad_position", "not_a_backup_folder", "not_empty",
                     "not_reached", "no_backup", "other_log", "older_log", "log_exists", "bad_role",
                     "bad_until", "bad_percent", "bad_also_opt_outs", "not_a_report",
                     "already_there", "cannot_be_read", "bad_routes", "bad_name", "bad_expires_at",
                     "bad_password", "bad_pattern", "bad_id", "bad_log_level", "bad_seconds",
                     "bad_value", "bad_overlap", "not_configured", "bad_settings", "bad_grace_days",
                     "bad_limit", "bad_text", "bad_link", "bad_settings_version", "bad_agent",
                     "bad_channel", "bad_on", "bad_per_user", "bad_per_token", "bad_per_tenant",
                     "bad_per_address", "bad_unlisted"), // the API's names
               code))
    return exit_code::usage;
  if (contains(words("not_found", "contact_not_found", "addresses_of_two", "not_decided",
                     "not_paused", "not_read_back", "not_stopped", "opt_outs_are_held", "no_body",
                     "nothing_by_hand", "action_runs", "more_than_own", "name_taken",
                     "stands_in_file", "already_revoked", "access_changed", "is_suspended",
                     "not_suspended", "user_exists", "already_so", "tenant_exists", "id_used",
                     "tenant_deleted", "is_deleted", "not_deleted", "open_opt_outs",
                     "other_version", "not_failed", "not_held", "already_held", "no_note",
                     "unknown_events", "needs_restart", "settings_changed"),
               code))
    return exit_code::does_not_hold;
  return storage::exit_code_of(error);
}

int report(const Error& error) {
  std::fflush(stdout);
  put(stderr, "error: " + error.code + ": " + error.text);
  return exit_code_of(error);
}

int flushed(int code) {
  errno = 0;
  const bool lost = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (!lost || errno == EPIPE || code != exit_code::done)
    return code;
  put(stderr, "error: storage_failed: not all of the output could be written"
                  + (errno != 0 ? ": " + std::generic_category().message(errno) : std::string()));
  return exit_code::storage;
}

bool output_is_open() {
  return std::ferror(stdout) == 0;
}

} // namespace tidemark::tools
