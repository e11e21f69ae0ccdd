#include "replay-tools/output.hpp"

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

void print_json(const nlohmann::ordered_json& value) {
  // Stored text may hold anything: a byte that is no UTF-8 must not end the command.
  put(stdout, value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void print_summary(const nlohmann::ordered_json& summary) {
  print_json({{"summary", summary}});
}

void print_line(std::string_view text) {
  put(stdout, text);
}

void warn(std::string_view text) {
  std::fputs("warning: ", stderr);
  put(stderr, text);
}

int exit_code_of(const Error& error) {
  const std::string_view code = error.code;
  if (code == "record_damaged" || code == "payload_not_json" || code == "payload_unfit"
      || code == "table_damaged" || code == "keys_missing")
    return exit_code::data_damaged;
  if (code == "busy")
    return exit_code::busy;
  if (code == "service_unreachable")
    return exit_code::unreachable;
  if (code == "bad_configuration")
    return exit_code::bad_configuration;
  if (code == "bad_body" || code == "bad_phone" || code == "bad_email" || code == "bad_reason"
      || code == "no_address")
    return exit_code::usage; // as the API names it
  if (code == "contact_not_found" || code == "addresses_of_two" || code == "not_decided")
    return exit_code::does_not_hold;
  if (code == "not_stored")
    return exit_code::busy;
  if (code == "bad_usage" || code == "bad_cursor" || code == "folder_missing"
      || code == "not_a_data_folder")
    return exit_code::usage;
  if (code == "not_found")
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
