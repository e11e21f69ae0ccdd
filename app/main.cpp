#include "app/demo/demo.hpp"
#include "app/probe/connector_test.hpp"
#include "app/service/serve.hpp"
#include "base/version.hpp"
#include "config/check_config.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

/// The service's program: what `tidemark` hands over to its sibling.
int main(int argc, char** argv) {
  using namespace tidemark;
  CLI::App app("Tidemark service");
  app.set_version_flag("--version", program_version);
  app.require_subcommand(1);
  app::ServeOptions serve;
  config::CheckConfigOptions check;
  std::string format = "text", tenant, store_key;
  app.add_option("--config", serve.config_file, "configuration file")->capture_default_str();
  app.add_option("--data", serve.data_dir, "data folder, instead of [log] dir");
  app.add_option("--tenant", tenant, "tenant whose connectors are tested");
  app.add_option(
      "--store-key", store_key,
      "file of the store key, instead of TIDEMARK_STORE_KEY_FILE and systemd's credential");
  app.add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}));
  app.fallthrough();
  auto* serve_command = app.add_subcommand("serve", "Run the service until SIGTERM");
  serve_command->add_option("--ready-fd", serve.ready_fd, "write the port here once listening");
  serve_command
      ->add_flag("--test-failpoints", serve.test_failpoints, "for tests: arm TIDEMARK_FAILPOINTS")
      ->group("");
  auto* check_command =
      app.add_subcommand("check-config", "Name everything that is wrong in the configuration");
  check_command->add_flag("--effective", check.effective,
                          "print every value and where it comes from");
  app::ConnectorTestOptions test;
  auto* test_command = app.add_subcommand(
      "test", "Ask a system as the service would: network, certificate, key, clock");
  test_command->add_option("CONNECTOR", test.connector, "its name; all when not given");
  bool from_file = false; // as always here; `tidemark` asks a running service otherwise
  test_command->add_flag("--from-file", from_file, "by the configuration file as it stands");
  demo::DemoOptions demo;
  auto* demo_command =
      app.add_subcommand("demo", "Play sample traffic between sandbox systems and show it");
  demo_command->add_flag("--once", demo.once, "check everything and end, with 0 or 1");
  demo_command->add_option("--patience", demo.patience_s, "seconds that a change may take")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  serve.store_key = check.store_key = test.store_key = store_key;
  if (serve_command->parsed())
    return app::serve(serve);
  if (demo_command->parsed()) {
    demo.data_dir = serve.data_dir;
    demo.colours = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    return demo::run_demo(demo, std::cout);
  }
  if (test_command->parsed()) {
    test.config_file = serve.config_file;
    test.data_dir = serve.data_dir;
    test.tenant = tenant;
    test.format = format == "json" ? config::OutputFormat::json : config::OutputFormat::text;
    return app::test_connectors(test, std::cout);
  }
  check.file = serve.config_file;
  check.format = format == "json" ? config::OutputFormat::json : config::OutputFormat::text;
  return config::run_check_config(check, *config::process_environment(), std::cout);
}
