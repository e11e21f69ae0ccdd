#include "replay-tools/service/connect_command.hpp"

#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"

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
  const nlohmann::ordered_json body{{"connector", options.connector}, {"code", code}};
  const auto text = ask_service(
      *dir, {common.tenant, "POST", "/api/v1/accounts",
             body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)});
  if (!text) {
    const int exit = report(text.error());
    const auto& why = text.error().code;
    return why == "bad_usage" || why == "service_unreachable" ? exit : exit_code::does_not_hold;
  }
  if (common.format == Format::json)
    print_json({{"connector", options.connector},
                {"connected", !code.empty()},
                {"text", (*text)["text"]}});
  else
    print_line(text->value("text", ""));
  return exit_code::done;
}

} // namespace tidemark::tools
