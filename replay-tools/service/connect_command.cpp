#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/service/service_http.hpp"

#include <nlohmann/json.hpp>

#include <iostream>

namespace tidemark::tools {

Result<int> connect(const CommonOptions& common, const ConnectOptions& options) {
  TRY(dir, data_dir_of(common));
  auto code = options.code;
  if (code == "-" && (!std::getline(std::cin, code) || code.empty()))
    return Error{"bad_usage", "there is no code on standard input"};
  const auto body = to_text({{"connector", options.connector}, {"code", code}});
  auto answer = ask_service(dir, {common.tenant, "POST", "/api/v1/accounts", body});
  if (!answer) {
    const int exit = report(answer.error());
    const auto& why = answer.error().code;
    return why == "bad_usage" || why == "service_unreachable" ? exit : exit_code::does_not_hold;
  }
  print(
      common.format,
      {{"connector", options.connector}, {"connected", !code.empty()}, {"text", (*answer)["text"]}},
      answer->value("text", ""));
  return exit_code::done;
}

} // namespace tidemark::tools
