#include "storage/log/failure.hpp"

#include "base/text/json_writer.hpp"

#include <unistd.h>

namespace tidemark::storage {
namespace {

constexpr int storage_error_exit = 74; // docs/operating.md

void end_process(const Error& error) {
  std::string line = R"({"level":"critical","code":)";
  json::append_string(line, error.code);
  line += R"(,"message":)";
  json::append_string(line, "storage error, the process ends: " + json::to_valid_utf8(error.text));
  line += "}\n";
  // Nothing is left to do if even this cannot be written.
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0)
    _exit(storage_error_exit);
  _exit(storage_error_exit);
}

} // namespace

void Failure::operator()(const Error& error) {
  if (happened_.exchange(true))
    return;
  if (stop_.no_more_acks)
    stop_.no_more_acks();
  if (stop_.end)
    stop_.end(error);
  else
    end_process(error);
}

} // namespace tidemark::storage
