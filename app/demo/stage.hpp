#pragma once
#include "app/demo/systems.hpp"
#include "app/process/child_process.hpp"
#include "base/secret.hpp"

namespace tidemark::demo {

/// What runs during a demo: the sandbox systems and the service, both children of this process,
/// with a folder for their logs and configuration that is removed at the end.
class Stage {
public:
  /// `data` "": a folder that is removed at the end. Errors: data_in_the_way, child_not_started
  /// ...; the text ends with what the child said last.
  static Result<std::unique_ptr<Stage>> set(const std::string& data);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const SandboxAddresses& sandbox() const { return addresses_; }
  const std::string& engine() const { return engine_; } ///< base URL of the service
  const SecretText& api_token() const { return api_token_; }
  const std::string& data() const { return data_; }
  const std::string& log_file() const { return service_log_; }
  /// What has ended by itself, with its last words; "" while all run.
  std::string fallen();
  /// Runs `tidemark ARGUMENTS... --data DATA --format json` and gives its last line and exit code.
  Result<std::pair<Json, int>> tool(std::vector<std::string> arguments) const;
  /// Ends the service, then the sandbox. Gives what did not end well; "" when all did.
  std::string strike();

private:
  Stage() = default;
  Status choose_folders(const std::string& data);
  Status start_sandbox();
  Status start_service();
  /// Gives the first line that the child says.
  Result<std::string> start(std::unique_ptr<Child>& child, const std::string& who,
                            const Launch& launch) const;
  Error failed(const std::string& who, const Error& why, const std::string& log) const;

  std::string programs_; ///< folder of our own program and its siblings
  std::string folder_;   ///< ours alone: configuration and logs
  std::string data_;
  std::string service_log_, sandbox_log_;
  SandboxAddresses addresses_;
  std::string engine_;
  SecretText api_token_;
  std::unique_ptr<Child> sandbox_, service_;
};

} // namespace tidemark::demo
