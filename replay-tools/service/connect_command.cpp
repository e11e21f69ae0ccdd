#include "replay-tools/service/connect_command.hpp"

#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "storage/remote/remote_log.hpp"

#include <nlohmann/json.hpp>

#include <iostream>

namespace tidemark::tools {

int connect(const CommonOptions& common, const ConnectOptions& options) {
  const auto dir = data_dir_of(common);
  if (!dir)
    return report(dir.error());
  auto code = options.code;
  if (code == "-" && (!std::getline(std::cin, code) || code.empty()))
    return report({"bad_usage", "there is no code on standard input"});
  const auto service = storage::connect_to_service(*dir);
  if (!service)
    return report(service.error());
  const auto text = (*service)->connect({common.tenant, options.connector, code});
  if (!text) {
    const int exit = report(text.error());
    const auto& why = text.error().code;
    return why == "bad_usage" || why == "service_unreachable" ? exit : exit_code::does_not_hold;
  }
  if (common.format == Format::json)
    print_json({{"connector", options.connector}, {"connected", !code.empty()}, {"text", *text}});
  else
    print_line(*text);
  return exit_code::done;
}

} // namespace tidemark::tools
