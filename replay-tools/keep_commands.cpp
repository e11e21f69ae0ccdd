#include "replay-tools/keep_commands.hpp"

#include <charconv>

namespace tidemark::tools {

CLI::Validator from_one(std::string complaint) {
  return CLI::Validator(
      [complaint = std::move(complaint)](const std::string& text) {
        std::uint64_t number = 0;
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, number);
        const bool good = read.ec == std::errc{} && read.ptr == end && number > 0;
        return good ? std::string() : complaint;
      },
      "FROM 1");
}

namespace {

void add_restore_options(CLI::App* to, Arguments& a) {
  to->add_option("FOLDER", a.restore.folder, "where the backups are")->required();
  to->add_option("--keys", a.restore.keys, "where backup kept the keys");
  to->add_option("--backup", a.restore.backup, "this backup")
      ->check(from_one("write a whole number from 1"));
  to->add_option("--reason", a.restore.reason, "why, for the record")->required();
}

void add_backups(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* make = command(app, "backup", "copy the log while the service runs, and check the copy",
                       [](Arguments& given) { return backup(given.common, given.backup); });
  make->add_option("FOLDER", a.backup.folder, "where the backups are")->required();
  make->add_option("--keys", a.backup.keys, "where the keys are kept, apart from the backups");
  make->add_option("--keep", a.backup.keep, "remove all but the newest so many")
      ->check(from_one("write a whole number from 1"));
  make->add_option("--rate", a.backup.mib_a_second, "MiB to copy a second")
      ->check(from_one("write a whole number from 1"));
  make->add_flag("--no-check", a.backup.no_check, "do not put it back aside to check it");
  command(app, "backups", "what backups there are, and when each was put back to check it",
          [](Arguments& given) { return list_backups(given.common, given.backup.folder); })
      ->add_option("FOLDER", a.backup.folder, "where the backups are")
      ->required();
  auto* back = command(app, "restore", "make a data folder from a backup (--data names it)",
                       [](Arguments& given) { return restore(given.common, given.restore); });
  add_restore_options(back, a);
  back->add_option("--at", a.restore.at, "up to this position or time (RFC 3339)");
  back->add_option("--old", a.restore.old,
                   "the lost data folder, if it can be read: its waiting opt-outs go along");
  back->add_flag("--read-only", a.restore.read_only, "without keys: to look into, not to serve");
}

void add_restored(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* all =
      command(app, "restored", "after a restore: what is missing, and who was asked who opted out",
              [&app](Arguments& given) { // called also for the one below it
                return app.get_subcommand("restored")->get_subcommands().empty()
                           ? show_restored(given.common)
                           : sign_restored(given.common, given.sign);
              });
  all->require_subcommand(0, 1);
  auto* sign = command(*all, "sign", "answer for it that sending goes on after a restore", {});
  sign->add_option("--reason", a.sign.reason, "why; it is kept as evidence")->required();
  sign->add_option("--without", a.sign.without, "a system that was not read back all the same");
  sign->add_option("--to", a.sign.percent, "percent of the requests that may be sent: 10, 50, 100")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
}

void add_migrate(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* all = app.add_subcommand("migrate", "from one version of the program to another");
  all->require_subcommand(1);
  all->fallthrough();
  command(*all, "status", "what wrote the log, and what is not of this version",
          [](Arguments& given) -> Result<int> {
            TRY(folder, open_for_reading(given.common));
            return migrate_status(*folder, given.common);
          });
  auto* up = command(*all, "up", "back up, then make the tables of another version anew",
                     [](Arguments& given) { return migrate_up(given.common, given.backup); });
  up->add_option("FOLDER", a.backup.folder, "where the backups are")->required();
  up->add_option("--keys", a.backup.keys, "where the keys are kept, apart from the backups");
  auto* down =
      command(*all, "down", "put back the backup that was made before (--data names where)",
              [](Arguments& given) { return migrate_down(given.common, given.restore); });
  add_restore_options(down, a);
}

void add_cache(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* all = app.add_subcommand("cache", "what answers are read from");
  all->require_subcommand(1);
  all->fallthrough();
  command(*all, "clear", "make one tenant's tables anew from the log (--tenant names it)",
          [](Arguments& given) { return clear_cache(given.common, given.projections); })
      ->add_option("projection", a.projections, "which; all when none is named");
}

} // namespace

void add_keep_commands(CLI::App& app, Arguments& a, const AddCommand& command) {
  add_backups(app, a, command);
  add_restored(app, a, command);
  add_migrate(app, a, command);
  add_cache(app, a, command);
}

} // namespace tidemark::tools
