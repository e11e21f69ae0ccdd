#include "replay-tools/secrets/secret_arguments.hpp"

#include <CLI/CLI.hpp>

namespace tidemark::tools {
namespace {

CLI::App* secret_command(CLI::App& parent, const SecretArguments& arguments,
                         const std::string& name, const std::string& help, SecretRun run) {
  auto* added = parent.add_subcommand(name, help);
  added->fallthrough();
  added->callback([chosen = arguments.chosen, run = std::move(run)] { chosen(run); });
  return added;
}

CLI::App& secret_group(CLI::App& app, const std::string& name, const std::string& help) {
  auto* added = app.add_subcommand(name, help);
  added->require_subcommand(1);
  added->fallthrough();
  return *added;
}

void add_store_key_commands(CLI::App& app, const SecretArguments& arguments) {
  using Common = CommonOptions;
  auto& key = arguments.store_key;
  auto& keys =
      secret_group(app, "store-key", "the key that a data folder's secrets are sealed under");
  const auto add = [&](const char* name, const char* help, auto run) {
    secret_command(keys, arguments, name, help,
                   [&key, run](const Common& common) { return run(common, key); })
        ->add_option("file", key.file, "where the key is")
        ->required();
  };
  add("init", "make one; its recovery copy is shown once", init_store_key);
  add("show-id", "which key a file holds", show_store_key_id);
  auto* rotate =
      secret_command(keys, arguments, "rotate", "seal everything under another key",
                     [&key](const Common& common) { return rotate_store_key(common, key); });
  rotate->add_option("--from", key.from, "file of the key in use")->required();
  rotate->add_option("--to", key.to, "file of the key that follows it")->required();
  add("recover", "write a key's file from the recovery copy on standard input", recover_store_key);
}

void add_credential_commands(CLI::App& app, const SecretArguments& arguments) {
  using Common = CommonOptions;
  auto& one = arguments.credential;
  auto& all = secret_group(app, "credential", "secrets of connectors, while the service runs");
  const auto add = [&](const char* name, const char* help, auto run) {
    auto* added = secret_command(all, arguments, name, help,
                                 [&one, run](const Common& common) { return run(common, one); });
    added->add_option("connector", one.connector, "whose")->required();
    added->add_option("name", one.name, "which setting, such as token")->required();
    added->add_option("--reason", one.reason, "why; it is kept as evidence");
    return added;
  };
  add("set", "use the secret on standard input from now on", set_credential);
  add("rotate", "likewise, and take webhooks under the one before for a while", rotate_credential)
      ->add_option("--overlap", one.overlap, "how long, such as 24h")
      ->capture_default_str();
  add("remove", "use the configuration's again", remove_credential);
  secret_command(all, arguments, "list", "every secret there is, with its age: what to replace",
                 [](const Common& common) { return list_credentials(common); });
}

} // namespace

void add_secret_commands(CLI::App& app, const SecretArguments& arguments) {
  add_store_key_commands(app, arguments);
  add_credential_commands(app, arguments);
}

} // namespace tidemark::tools
