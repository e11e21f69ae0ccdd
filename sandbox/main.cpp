#include "base/bytes.hpp"
#include "sandbox/world/sandbox.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>

namespace {

using tidemark::sandbox::Ports;
using tidemark::sandbox::Settings;

void add_options(CLI::App& app, Settings& settings, Ports& ports, std::string& limits) {
  app.add_option("--gohighlevel-port", ports.gohighlevel, "Port, 0 for a free one");
  app.add_option("--aloware-port", ports.aloware, "Port, 0 for a free one");
  app.add_option("--verity-port", ports.verity, "Port, 0 for a free one");
  app.add_option("--generic-port", ports.generic, "Port, 0 for a free one");
  app.add_option("--control-port", ports.control, "Port, 0 for a free one");
  app.add_option("--engine", settings.engine,
                 "Base URL that webhooks go to; none are sent without");
  app.add_option("--seed", settings.seed, "Part of every id")->check(CLI::Range(1, 60000));
  app.add_option("--limits", limits, "off, or real: the vendors' documented rate limits")
      ->check(CLI::IsMember({"off", "real"}));
  app.add_option("--webhook-delay", settings.webhook_delay_ms,
                 "Milliseconds before a webhook leaves");
  app.add_option("--webhook-retry", settings.webhook_retry_ms,
                 "Milliseconds before the first retry; doubles up to 10 s");
  app.add_option("--webhook-connections", settings.webhook_connections, "Connections to the engine")
      ->check(CLI::Range(1, 512));
  app.add_option("--gohighlevel-webhooks", settings.ghl_webhook_path, "Path on the engine");
  app.add_option("--aloware-webhooks", settings.aloware_webhook_path, "Path on the engine");
  app.add_option("--verity-webhooks", settings.verity_webhook_path, "Path on the engine");
  app.add_option("--generic-webhooks", settings.generic_webhook_path, "Path on the engine");
  app.add_option("--gohighlevel-signing-seed", settings.ghl_seed_hex, "Ed25519 seed, 64 hex digits")
      ->check([](const std::string& text) {
        const auto seed = tidemark::from_hex(text);
        return seed && seed->size() == 32 ? "" : "must be 64 hex digits";
      });
  app.add_flag("--verity-hmac", settings.verity_hmac, "Verity signs instead of sending its secret");
  app.add_flag("--quiet", settings.quiet, "Print the ready line only");
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("Plays GoHighLevel, Aloware, Verity and a generic CRM on loopback");
  Settings settings;
  Ports ports;
  std::string limits = "off";
  bool no_echo = false;
  add_options(app, settings, ports, limits);
  app.add_flag("--echo", settings.echo_generic,
               "The generic CRM, too, tells of what the engine wrote");
  app.add_flag("--no-echo", no_echo, "No system tells of what the engine wrote");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  settings.real_limits = limits == "real";
  settings.echo = !no_echo;
  settings.echo_generic = settings.echo_generic && !no_echo;
  const bool quiet = settings.quiet;
  try {
    tidemark::sandbox::Sandbox sandbox(std::move(settings), ports);
    std::cout << sandbox.ready_line() << std::endl;
    sandbox.run(true);
  } catch (const std::exception& error) {
    std::cerr << "tidemark-sandbox: cannot start: " << error.what()
              << ": choose another port or use 0\n";
    return 69;
  }
  if (!quiet)
    std::cerr << "tidemark-sandbox: stopped\n";
  return 0;
}
