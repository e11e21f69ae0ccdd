#include "replay-tools/operate_commands.hpp"

namespace tidemark::tools {
namespace {

void add_diagnose(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* out =
      command(app, "diagnose", "what is wrong with configuration, machine, service, systems",
              [](Arguments& given) {
                return given.diagnose.report.empty()
                           ? diagnose(given.common, given.diagnose)
                           : diagnose_report(given.common, given.diagnose);
              });
  auto* backups =
      out->add_option("--backups", a.diagnose.backups, "folder of backups to look at too");
  out->add_option("--bundle", a.diagnose.report,
                  "look at this file of tidemark report, and at nothing here")
      ->excludes(backups);
  out->add_flag("--all", a.diagnose.all, "also print what passes");
}

void add_test(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* out = command(
      app, "test", "ask a system as the service would: network, certificate, key, clock",
      [](Arguments& given) { return test_connectors(given.common, given.test, given.argv); });
  out->add_option("connector", a.test.connector, "its name; all when not given");
  out->add_flag("--from-file", a.test.from_file,
                "by the configuration file as it stands, not by the running service");
}

void add_report(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* out = command(app, "report", "one file without personal data for who helps you",
                      [](Arguments& given) { return make_report(given.common, given.report); });
  auto& answers = a.report.answers;
  out->add_option("--system", answers.system, "which system it is about");
  out->add_option("--action", answers.action, "what you did, or what should have happened");
  out->add_option("--time", answers.time, "when it happened");
  out->add_option("--expected", answers.expected, "what you expected");
  out->add_option("--actual", answers.actual, "what happened instead");
  out->add_option("--steps", answers.steps, "what you have tried already");
  out->add_option("--kind", answers.kinds,
                  "what kind of trouble it is; decides how urgent it is proposed to be")
      ->check(CLI::IsMember(kinds_of_trouble()));
  out->add_option("--backups", a.report.backups, "folder of backups to look at too");
  out->add_option("--service-log", a.report.service_log,
                  "the service's log, as JSON lines: a file, or /dev/stdin");
  out->add_option("--out", a.report.out, "file to write; named after the reference otherwise");
}

void add_pauses(CLI::App& app, Arguments& a, const AddCommand& command) {
  const auto add = [&](const char* name, const char* help, auto run) {
    auto* out = command(app, name, help,
                        [run](Arguments& given) { return run(given.common, given.pause); });
    auto* which = out->add_option_group("which");
    which->add_option("connector", a.pause.connector, "one connector");
    which->add_flag("--all", a.pause.all, "every connector that is written to");
    which->require_option(1);
    out->add_option("--reason", a.pause.reason, "why; it is kept as evidence")->required();
    return out;
  };
  auto* held =
      add("pause", "have the service write nothing to a system; it goes on taking webhooks", pause);
  held->add_flag("--hold-opt-outs", a.pause.hold_opt_outs,
                 "opt-outs wait too; set them there by hand");
  held->add_option("--until", a.pause.until,
                   "when it is planned to end (RFC 3339 with time zone); it is shown and alerted, "
                   "nothing goes on by itself");
  add("resume", "have the service send what waited for a paused system", resume);
}

void add_note(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* out =
      command(app, "note", "note what is known of an outage of a system; nothing is held back",
              [](Arguments& given) { return note_outage(given.common, given.note); });
  out->add_option("connector", a.note.connector, "whose system")->required();
  auto* what = out->add_option_group("what");
  auto* text = what->add_option("--text", a.note.text, "what is known, in 500 characters at most");
  what->add_flag("--clear", a.note.clear, "take the note away");
  what->require_option(1);
  out->add_option("--link", a.note.link, "https address about it, such as their status page")
      ->needs(text);
  out->add_option(
         "--until", a.note.until,
         "when it is planned to end (RFC 3339 with time zone); the note stays and is shown "
         "as over then")
      ->needs(text);
  out->add_option("--reason", a.note.reason, "why; it is kept as evidence")->required();
}

void add_stop(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* stop = command(app, "stop-all", "have the service write nothing but opt-outs to any system",
                       [](Arguments& given) { return stop_all(given.common, given.stop); });
  stop->add_option("--until", a.stop.until,
                   "when it is planned to end (RFC 3339 with time zone); it is shown and alerted, "
                   "nothing goes on by itself");
  stop->add_flag("--also-opt-outs", a.stop.also_opt_outs,
                 "opt-outs wait too; set them there by hand");
  auto* again = command(app, "resume-all", "have the service send again, in full or in part",
                        [](Arguments& given) { return resume_all(given.common, given.stop); });
  again->add_option("--to", a.stop.percent, "percent of the requests that may be sent: 10, 50, 100")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  for (auto* one : {stop, again})
    one->add_option("--reason", a.stop.reason, "why; it is kept as evidence")->required();
}

void add_flags(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* flags = app.add_subcommand("flags", "agents whose messages are not sent");
  flags->require_subcommand(1);
  flags->fallthrough();
  command(*flags, "list", "who is switched off in which channel, by whom and why",
          [](Arguments& given) { return list_flags(given.common); });
  auto* set = command(*flags, "set", "send nothing any more of what an agent writes, or send again",
                      [](Arguments& given) { return set_flag(given.common, given.flag); });
  set->add_option("--agent", a.flag.agent, "key of an agent, or the id of its user in a system")
      ->required();
  set->add_option("--channel", a.flag.channel, "sms: the service sends nothing else for agents")
      ->required();
  auto* how = set->add_option_group("how");
  auto* off = how->add_flag_callback(
      "--off", [&a] { a.flag.on = false; }, "what the agent writes fails there from now on");
  how->add_flag("--on", a.flag.on, "it is sent again");
  how->require_option(1);
  set->add_option("--until", a.flag.until,
                  "when it is planned to end (RFC 3339 with time zone); it is shown, nothing goes "
                  "on by itself")
      ->needs(off);
  set->add_flag("--unlisted", a.flag.unlisted, "a user's id that the configuration does not name");
  set->add_option("--reason", a.flag.reason, "why; it is kept as evidence")->required();
}

void add_configuration(CLI::App& app, Arguments& a, const AddCommand& command) {
  command(app, "reload", "have the service read its configuration again",
          [](Arguments& given) { return reload(given.common); });
  auto* config = app.add_subcommand("config", "the configuration file and what runs");
  config->require_subcommand(1);
  config->fallthrough();
  auto* diff = command(*config, "diff", "which values of the file the service does not run with",
                       [](Arguments& given) { return config_diff(given.common, given.example); });
  diff->add_option("--example", a.example,
                   "this file instead of the service: which keys stand in one of the two alone");
}

void add_find(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* out =
      command(app, "find", "what an id of any kind names, how that stands and what tells more",
              [](Arguments& given) { return find_id(given.common, given.id); });
  out->add_option("id", a.id,
                  "a position, request, delivery, contact, action or token id, a vendor's id alone "
                  "or as connector:remote-id, a phone number or an e-mail")
      ->required();
}

void add_log_level(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* out = command(app, "log-level", "from which level on the service's own log has lines",
                      [](Arguments& given) { return log_level(given.common, given.log_level); });
  out->add_option(
      "change", a.log_level.changes,
      "PART=LEVEL, such as delivery=debug, or delivery=default for the configuration's; "
      "DEBUG=config:*,queue names several parts");
  out->add_option("--for", a.log_level.lasts,
                  "for so long, such as 30m; else until the next start");
}

void add_logs(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* out = command(app, "logs", "lines of the service's own log",
                      [](Arguments& given) { return logs(given.common, given.logs); });
  auto& logs = a.logs;
  const CLI::Range from_one(std::uint64_t{1}, std::uint64_t{1'000'000'000});
  out->add_option("--file", logs.file,
                  "this file, or - for journald's output on standard input, instead of those of "
                  "[service_log] dir");
  out->add_option("--last", logs.last, "the newest so many that match; 100 where lines are shown")
      ->check(from_one);
  out->add_option("--level", logs.level, "debug, info, warning, error: that one and worse");
  out->add_option("--since", logs.since, "RFC 3339 with time zone, or how long ago: 90m, 24h, 7d");
  out->add_option("--until", logs.until, "likewise, exclusive");
  out->add_option("--path", logs.path, "requests of a route, such as /api/v1/contacts");
  out->add_option("--slower-than", logs.slower_than, "what took longer, in milliseconds")
      ->check(from_one);
  out->add_option("--pattern", logs.pattern, "a regular expression (RE2) somewhere in the line");
  out->add_option("--request-id", logs.request_id, "lines about this request");
  out->add_flag("--by-type", logs.by_type, "how many of each event, the most frequent first");
  out->add_flag("--follow", logs.follow, "go on with what is written");
  out->add_option("--export", logs.to_file, "write the lines as they are into this new file");
}

void add_profile(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* profile = app.add_subcommand("profile", "what the running service takes of the machine");
  profile->require_subcommand(1);
  profile->fallthrough();
  command(*profile, "memory", "how much memory it has, what for, and whether it rises",
          [](Arguments& given) { return profile_memory(given.common); });
  auto* cpu = command(*profile, "cpu", "processor time of its threads", [](Arguments& given) {
    return profile_cpu(given.common, given.profile_seconds);
  });
  constexpr std::uint32_t an_hour = 3600;
  cpu->add_option("--seconds", a.profile_seconds, "for how long it is looked at")
      ->check(CLI::Range(std::uint32_t{1}, an_hour))
      ->capture_default_str();
}

void add_what_if(CLI::App& app, Arguments& a, const AddCommand& command) {
  auto* out = command(
      *app.get_subcommand("replay"), "what-if",
      "what would differ, had the same inputs been decided otherwise; sends and changes nothing",
      [](Arguments& given) -> Result<int> {
        if (given.reveal.reveal && given.reveal.reason.empty())
          return Error{"bad_usage", "--reveal shows personal data: say why with --reason"};
        TRY(folder, open_for_reading(given.common));
        TRYV(check_tenant(given.common, folder->log()));
        return what_if(*folder, given.common, given.what_if, given.reveal);
      });
  auto& asked = a.what_if;
  out->add_option("--with", asked.with, "another configuration file");
  out->add_option("--rules", asked.rules, "today: what older rules decided, by this program's")
      ->check(CLI::IsMember({"today"}));
  out->add_option("--words", asked.words,
                  "file of further opt-outs: one message a line that is one by itself");
  out->add_option("--contact", asked.contact,
                  "only what is about it: contact id, phone, e-mail, connector:remote-id");
  out->add_option("--since", asked.since,
                  "decided then or later (RFC 3339 with time zone); before, as it was recorded");
  out->add_option("--until", asked.until, "decided before (RFC 3339 with time zone)");
  out->add_flag("--reveal", a.reveal.reveal, "show personal data in full");
  out->add_option("--reason", a.reveal.reason, "why it must be shown");
}

} // namespace

void add_operate_commands(CLI::App& app, Arguments& a, const AddCommand& command) {
  add_diagnose(app, a, command);
  add_test(app, a, command);
  add_report(app, a, command);
  add_pauses(app, a, command);
  add_note(app, a, command);
  add_stop(app, a, command);
  add_flags(app, a, command);
  add_configuration(app, a, command);
  add_find(app, a, command);
  add_log_level(app, a, command);
  add_logs(app, a, command);
  add_profile(app, a, command);
  add_what_if(app, a, command);
}

} // namespace tidemark::tools
