#include "replay-tools/report/report_command.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/joined.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/diagnose/gather.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/report/collectors.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>

namespace tidemark::tools {
namespace {

constexpr std::size_t report_bytes_max = 20U << 20U;

/// Never over a file, and for this user alone.
Status write_new(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    return Error{errno == EEXIST ? "already_there" : "storage_failed",
                 path + ": " + std::strerror(errno) + "; name another file with --out"};
  std::size_t written = 0;
  while (written < bytes.size()) {
    const auto count = ::write(file, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      break;
    written += static_cast<std::size_t>(count);
  }
  const bool closed = ::close(file) == 0;
  if (written == bytes.size() && closed)
    return Done{};
  const int why = errno;
  ::unlink(path.c_str());
  return Error{why == ENOSPC ? "disk_full" : "storage_failed", path + ": " + std::strerror(why)};
}

/// Shown to both sides; says nothing but the day.
std::string new_reference(Timestamp now) {
  return "TM-" + to_rfc3339(now).substr(0, 10) + "-" + to_hex(random_bytes(3));
}

} // namespace

Result<int> make_report(const CommonOptions& common, const ReportOptions& options) {
  const Timestamp now =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto named = data_dir_of(common); // a report of what is wrong must not need it right
  const ReportSources sources{common, named ? *named : common.data,
                              options.backups.empty() ? about_configuration(common.config).backups
                                                      : options.backups,
                              options.service_log};
  const auto bundle = make_bundle(options.answers, new_reference(now), now,
                                  collect_apart(report_collectors(sources), CollectorLimits{}));
  const auto reference = bundle.json["reference"].get<std::string>();
  const auto path = options.out.empty() ? reference + ".json" : options.out;
  auto text = bundle.json.dump(1, ' ', false, ReportJson::error_handler_t::replace) + "\n";
  if (text.size() > report_bytes_max)
    text = to_text(bundle.json) + "\n";
  TRYV(write_new(path, text));
  const auto missing = joined(bundle.missing, ", ");
  const auto because = joined(bundle.severity.because, ", ");
  if (common.format == Format::json) {
    print_summary({{"file", path},
                   {"bytes", text.size()},
                   {"reference", reference},
                   {"severity", name_of(bundle.severity.urgency)},
                   {"because", bundle.severity.because},
                   {"missing", bundle.missing},
                   {"left_out_of_what_you_wrote", bundle.hidden}});
    return exit_code::done;
  }
  print_line(fmt::format("{}  {} bytes, reference {}", path, text.size(), reference));
  print_line(fmt::format("proposed: {}{}", name_of(bundle.severity.urgency),
                         because.empty() ? "" : ", for " + because));
  if (!missing.empty())
    print_line("not in it: " + missing);
  print_line(fmt::format("What you wrote stands in it{}: read it before you send it.",
                         bundle.hidden == 0 ? std::string()
                                            : fmt::format(", but for {} numbers, addresses or "
                                                          "codes",
                                                          bundle.hidden)));
  return exit_code::done;
}

Result<int> diagnose_report(const CommonOptions& common, const DiagnoseOptions& options) {
  std::ifstream file(options.report, std::ios::binary);
  if (!file)
    return Error{"cannot_be_read", options.report + " cannot be read"};
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  TRY(checks, checks_of_report(text));
  return show_checks(common.format, checks, options.all);
}

} // namespace tidemark::tools
