#include "base/version.hpp"
#include "replay-tools/find/compliance_command.hpp"
#include "replay-tools/keep_commands.hpp"
#include "replay-tools/operate_commands.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/siblings.hpp"
#include "replay-tools/unknown_word.hpp"

#include <CLI/CLI.hpp>
#include <sys/stat.h>

#include <functional>
#include <system_error>

// The program that people type. Each command says here what it takes; what it does is in the file
// of its name.
namespace tidemark::tools {
namespace {

constexpr const char* how_contacts_are_named = "contact id, phone, e-mail, connector:remote-id";

/// Personal data only with a reason; bodies and raw records are personal data.
Status check_reveal(const Arguments& a) {
  if (a.reveal.reveal && a.reveal.reason.empty())
    return Error{"bad_usage", "--reveal shows personal data: say why with --reason"};
  if (a.with_bodies && !a.reveal.reveal)
    return Error{"bad_usage", "--with-bodies shows personal data: add --reveal --reason WHY"};
  return Done{};
}

const CLI::Validator positioned = from_one("positions are whole numbers from 1");
const CLI::Validator count_from_one = from_one("write a whole number from 1");

/// A command that reads: checks, opens the folder, runs.
template <class Body>
Run reading(Body body) {
  return [body](Arguments& a) -> Result<int> {
    TRYV(check_reveal(a));
    TRY(folder, open_for_reading(a.common));
    TRYV(check_tenant(a.common, folder->log()));
    return body(*folder, a);
  };
}

class CommandLine {
public:
  CommandLine() : app_("Tidemark's tools: look into the log, explain, replay, rebuild, verify.") {
    app_.name("tidemark");
    app_.set_version_flag("--version", std::string("tidemark ") + program_version);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_option("--config", a_.common.config, "configuration file")->capture_default_str();
    app_.add_option("--data", a_.common.data, "data folder, instead of the configuration's");
    app_.add_option("--tenant", a_.common.tenant, "tenant; needed when the log holds several");
    app_.add_option("--store-key", a_.common.store_key,
                    "file of the store key, for a stopped service's sealed secrets");
    const std::map<std::string, Format> formats{{"text", Format::text},
                                                {"json", Format::json},
                                                {"prometheus", Format::prometheus},
                                                {"nagios", Format::nagios}};
    app_.add_option(
            "--format", a_.common.format,
            "text for people, json lines for programs; of diagnose also prometheus and nagios")
        ->transform(CLI::CheckedTransformer(formats).description("{text,json}"))
        ->default_str("text");
    add_log_commands();
    add_explain();
    add_messages();
    add_replay_commands();
    add_audit_commands();
    add_table_commands();
    add_backfill_commands();
    add_import();
    add_mapping_commands();
    add_lists_commands();
    add_custom_fields_command();
    command(app_, "status", "how the running service is, on one screen",
            [](Arguments& a) { return status(a.common); });
    const AddCommand below = [this](CLI::App& parent, const std::string& name,
                                    const std::string& help, Run run) {
      return command(parent, name, help, std::move(run));
    };
    add_keep_commands(app_, a_, below);
    add_operate_commands(app_, a_, below);
    command(app_, "kinds", "which kinds of events are acted on, and what came in the last 24 h",
            [](Arguments& a) { return kinds(a.common); });
    add_summaries();
    add_alerts();
    add_waiting();
    add_access_commands(app_,
                        {a_.token, a_.tenant, a_.user, a_.limits, [this](const AccessRun& run) {
                           run_ = [run](Arguments& a) { return run(a.common); };
                         }});
    add_secret_commands(app_, {a_.store_key, a_.credential, [this](const SecretRun& run) {
                                 run_ = [run](Arguments& a) { return run(a.common); };
                               }});
    add_opt_out_commands();
    add_webhook_commands();
    add_connect();
    add_service_commands();
    refuse_empty_values(app_);
  }

  int run(int argc, char** argv) {
    a_.argv = argv;
    try { // CLI11 reports wrong usage by exception; it ends here
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& fault) {
      const bool help = fault.get_exit_code() == 0;
      if (const auto unknown = unknown_word(app_); unknown && !help)
        return report(*unknown);
      const int code = app_.exit(fault);
      return code == 0 ? exit_code::done : exit_code::usage;
    }
    const bool plain = a_.common.format == Format::text || a_.common.format == Format::json;
    if (!plain && !app_.got_subcommand("diagnose"))
      return report({"bad_usage", "only diagnose has this format: use text or json"});
    const auto ended = run_(a_);
    return flushed(ended ? *ended : report(ended.error()));
  }

private:
  /// An empty value, such as that of a script's unset variable, must not read as "not given": a
  /// filter without a value would show everybody.
  static void refuse_empty_values(CLI::App& app) {
    const CLI::Validator not_empty(
        [](std::string& value) {
          return value.find_first_not_of(" \t") == std::string::npos
                     ? std::string("must not be empty")
                     : std::string();
        },
        "");
    const auto every = [](auto*) { return true; };
    for (auto* option : app.get_options(every))
      if (option->get_items_expected_max() > 0)
        option->check(not_empty);
    for (auto* below : app.get_subcommands(every))
      refuse_empty_values(*below);
  }

  /// What has commands of its own and does nothing without one.
  CLI::App& group(const std::string& name, const std::string& help) {
    auto* added = app_.add_subcommand(name, help);
    added->require_subcommand(1);
    added->fallthrough();
    return *added;
  }

  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& help, Run run) {
    auto* added = parent.add_subcommand(name, help);
    added->fallthrough();
    added->callback([this, run = std::move(run)] { run_ = run; });
    return added;
  }

  void add_reveal(CLI::App* to) {
    to->add_flag("--reveal", a_.reveal.reveal, "show personal data in full");
    to->add_option("--reason", a_.reveal.reason,
                   "why it must be shown; kept by log show --with-bodies while the service runs");
  }

  void add_filter(CLI::App* to) {
    to->add_option("--from", a_.filter.from, "first position")->check(positioned);
    to->add_option("--to", a_.filter.to, "last position")->check(positioned);
    to->add_option("--stream", a_.filter.stream, "exact stream");
    to->add_option("--type", a_.filter.type, "stored type, or how it begins");
    to->add_option("--connector", a_.filter.connector, "webhooks from it and deliveries to it");
    to->add_option("--contact", a_.filter.contact, how_contacts_are_named);
    to->add_option("--since", a_.filter.since, "RFC 3339 with time zone");
    to->add_option("--until", a_.filter.until, "RFC 3339 with time zone, exclusive");
  }

  void add_log_commands() {
    auto& log = group("log", "events of the log");
    auto* list = command(log, "list", "events that match", reading([](auto& folder, Arguments& a) {
                           return log_list(folder, a.common, a.filter, a.reveal);
                         }));
    add_filter(list);
    list->add_option("--limit", a_.filter.limit, "at most so many")->check(count_from_one);
    add_reveal(list);
    auto* show =
        command(log, "show", "one event", reading([](auto& folder, Arguments& a) -> Result<int> {
                  if (a.with_bodies) { // before it is shown
                    TRYV(record_reveal(folder, a.position, a.reveal.reason));
                  }
                  return log_show(folder, a.common, a.position, a.reveal, a.with_bodies);
                }));
    show->add_option("position", a_.position, "its position")->required()->check(positioned);
    show->add_flag("--with-bodies", a_.with_bodies, "also the body that came with it");
    add_reveal(show);
    auto* tail = command(log, "tail", "follow the log", reading([](auto& folder, Arguments& a) {
                           return log_tail(folder, a.common, a.filter, a.reveal, a.count);
                         }));
    add_filter(tail);
    tail->add_option("--count", a_.count, "end after so many events")->check(count_from_one);
    add_reveal(tail);
    add_stats(log);
    add_export(log);
    add_log_import(log);
    auto* signature = command(log, "verify-signature", "was a stored webhook really its system's",
                              reading([](auto& folder, Arguments& a) {
                                return verify_signature(folder, a.common, a.position);
                              }));
    signature->add_option("position", a_.position, "its position")->required()->check(positioned);
  }

  void add_log_import(CLI::App& log) {
    auto* out = command(log, "import", "put a raw export into an empty data folder",
                        [](Arguments& a) { return log_import(a.common, a.import.file, a.pepper); });
    out->add_option("file", a_.import.file, "what log export --as raw wrote")->required();
    out->add_option(
           "--pepper", a_.pepper,
           "the file keys/pepper of the folder that was exported: without it nobody in the "
           "log is found by phone or e-mail")
        ->required();
  }

  void add_stats(CLI::App& log) {
    auto* stats = command(log, "stats", "how many events of each type",
                          reading([](auto& folder, Arguments& a) {
                            return log_stats(folder, a.common, a.stats_by);
                          }));
    const std::map<std::string, StatsBy> groups{{"type", StatsBy::type},
                                                {"stream", StatsBy::stream},
                                                {"connector", StatsBy::connector},
                                                {"hour", StatsBy::hour}};
    stats
        ->add_option("--by", a_.stats_by,
                     "type, stream (without ids), connector, or hour (UTC) of recording")
        ->transform(CLI::CheckedTransformer(groups));
  }

  void add_export(CLI::App& log) {
    const auto run = reading([](auto& folder, Arguments& a) -> Result<int> {
      if (a.form == ExportForm::raw && !a.reveal.reveal)
        return Error{"bad_usage", "--as raw shows personal data: add --reveal --reason WHY"};
      return log_export(folder, a.common, a.filter, a.form, a.reveal, a.with_bodies);
    });
    auto* out = command(log, "export", "events as JSON lines", run);
    add_filter(out);
    const std::map<std::string, ExportForm> forms{{"cloudevents", ExportForm::cloudevents},
                                                  {"raw", ExportForm::raw}};
    out->add_option("--as", a_.form, "cloudevents, or raw for the exact stored bytes")
        ->transform(CLI::CheckedTransformer(forms));
    out->add_flag("--with-bodies", a_.with_bodies, "also raw bodies, as base64");
    add_reveal(out);
  }

  void add_explain() {
    const auto run = reading([](auto& folder, Arguments& a) {
      const bool state = !a.explain.at.empty() || !a.explain.diff.empty();
      return state ? show_contact_at(folder, a.common, a.explain, a.reveal)
                   : explain(folder, a.common, a.explain, a.reveal);
    });
    auto* out = command(app_, "explain", "why something did or did not sync", run);
    auto* what = out->add_option_group("subject");
    auto* contact = what->add_option("--contact", a_.explain.contact, how_contacts_are_named);
    what->add_option("--webhook", a_.explain.webhook, "position of a webhook")->check(positioned);
    what->add_option("--delivery", a_.explain.delivery, "delivery id");
    what->require_option(1);
    auto* target = out->add_option("--target", a_.explain.target, "only what concerns this system");
    auto* at = out->add_option("--at", a_.explain.at,
                               "the contact's state at a position, or a time such as "
                               "2026-09-01T15:04:05Z");
    at->needs(contact)->excludes(target);
    out->add_option("--diff", a_.explain.diff, "what changed between two positions or times")
        ->expected(2)
        ->needs(contact)
        ->excludes(at)
        ->excludes(target);
    add_reveal(out);
  }

  void add_summaries() {
    auto* summary = command(
        app_, "summary", "a day in figures: events, deliveries, opt-outs, disk",
        reading([](auto& folder, Arguments& a) { return day_summary(folder, a.common, a.day); }));
    summary->add_option("--day", a_.day, "by UTC, such as 2026-09-01; else the one that runs");
    command(app_, "checklist", "the points to look at each morning, ticked",
            reading([](auto& folder, Arguments& a) { return checklist(folder, a.common); }));
  }

  void add_messages() {
    auto* out =
        command(app_, "messages", "the messages with a person, newest first",
                reading([](auto& folder, Arguments& a) {
                  return messages(folder, a.common, a.messages_of, a.messages_max, a.reveal);
                }));
    out->add_option("key", a_.messages_of, how_contacts_are_named)->required();
    out->add_option("--limit", a_.messages_max, "at most so many")
        ->check(count_from_one)
        ->default_str("50");
    add_reveal(out);
    auto* person = command(app_, "compliance", "a person's channels, messages sent, and consent",
                           reading([](auto& folder, Arguments& a) {
                             return compliance(folder, a.common, a.messages_of, a.reveal);
                           }));
    person->add_option("key", a_.messages_of, how_contacts_are_named)->required();
    add_reveal(person);
  }

  void add_replay_commands() {
    auto& replay = group("replay", "decisions recomputed; what failed for good, tried again");
    auto* out = command(replay, "verify", "recompute every decision and compare",
                        reading([](auto& folder, Arguments& a) {
                          return replay_verify(folder, a.common, a.from, a.to);
                        }));
    out->add_option("--from", a_.from, "first position that is compared")->check(positioned);
    out->add_option("--to", a_.to, "last position that is compared")->check(positioned);
    auto* again = command(replay, "redeliver", "have the service try again what failed for good",
                          [](Arguments& a) {
                            a.redeliver.failed = a.failed;
                            return redeliver(a.common, a.redeliver);
                          });
    add_failed(again, a_.redeliver.reason, a_.redeliver.dry_run, "say what would be sent");
    again->add_flag("--texts", a_.redeliver.texts, "texts too, when no single delivery is named");
    again->add_option("--max-age", a_.redeliver.max_age, "seconds; no older text is sent")
        ->check(count_from_one)
        ->default_str("3600");
    again->add_flag("--may-repeat", a_.redeliver.may_repeat,
                    "send the named text although it may have left");
    add_reprocess(replay);
    auto* off = command(
        replay, "write-off", "nobody waits any more for what failed for good", [](Arguments& a) {
          return write_off(a.common, {a.failed, a.redeliver.reason, a.redeliver.dry_run});
        });
    add_failed(off, a_.redeliver.reason, a_.redeliver.dry_run, "say what would be written off");
  }

  void add_reprocess(CLI::App& replay) {
    auto* out = command(replay, "reprocess",
                        "have the service read webhooks again of which something was left out",
                        [](Arguments& a) { return reprocess(a.common, a.reprocess); });
    auto* which =
        out->add_option("webhook", a_.reprocess.webhook, "its position")->check(positioned);
    out->add_option("--connector", a_.reprocess.connector, "only what came from it")
        ->excludes(which);
    out->add_option("--kind", a_.reprocess.kind, "only the vendor's event of this name")
        ->excludes(which);
    out->add_option("--reason-code", a_.reprocess.reason_code, "only what was left out for it")
        ->excludes(which);
    out->add_option("--contact", a_.reprocess.contact,
                    "only what led to something of the contact's or names it")
        ->excludes(which);
    out->add_option("--since", a_.reprocess.since, "came then or later (RFC 3339 with time zone)")
        ->excludes(which);
    out->add_option("--until", a_.reprocess.until, "came before (RFC 3339 with time zone)")
        ->excludes(which);
    for (auto [name, value] :
         {std::pair{"--from", &a_.reprocess.from}, std::pair{"--to", &a_.reprocess.to}})
      out->add_option(name, *value, "position of a webhook")->check(positioned)->excludes(which);
    out->add_option("--reason", a_.reprocess.reason, "why; it is kept as evidence");
    out->add_flag("--dry-run", a_.reprocess.dry_run, "say which would be read again");
  }

  /// One delivery, or all that the filter names.
  void add_failed(CLI::App* to, std::string& reason, bool& dry_run, const char* what) {
    auto* which = to->add_option("delivery", a_.failed.delivery, "delivery id");
    const auto filter = [&](const char* name, std::string& value, const char* help) {
      return to->add_option(name, value, help)->excludes(which);
    };
    filter("--target", a_.failed.target, "only deliveries to this system");
    filter("--contact", a_.failed.contact, how_contacts_are_named);
    filter("--reason-code", a_.failed.reason_code, "only those that failed for this reason");
    filter("--state", a_.failed.state, "only those that were refused, or given up")
        ->check(CLI::IsMember({"rejected", "dead"}));
    filter("--since", a_.failed.since, "failed then or later (RFC 3339 with time zone)");
    filter("--until", a_.failed.until, "failed before (RFC 3339 with time zone)");
    to->add_option("--reason", reason, "why; it is kept as evidence");
    to->add_flag("--dry-run", dry_run, what);
  }

  void add_audit_commands() {
    auto& audit = group("audit", "evidence for people who were not there");
    auto* out = command(audit, "opt-outs", "what was said, who was told, what was sent after it",
                        reading([](auto& folder, Arguments& a) {
                          return audit_opt_outs(folder, a.common, a.audit, a.reveal);
                        }));
    auto* whose = out->add_option_group("whose");
    whose->add_option("--address", a_.audit.address, "a phone number in any form, or an e-mail");
    whose->add_flag("--all", a_.audit.all, "every address that said something");
    whose->require_option(1);
    out->add_option("--as-of", a_.audit.as_of, "what had been received by then (RFC 3339)");
    out->add_option("--from", a_.audit.from, "only what happened from then on (RFC 3339)");
    out->add_option("--until", a_.audit.until, "only what happened before (RFC 3339)");
    out->add_option("--out", a_.audit.out, "also write the report to this file, with its SHA-256");
    add_reveal(out);
    auto* access = command(audit, "access", "who did, read and revealed what",
                           reading([](auto& folder, Arguments& a) {
                             return audit_access(folder, a.common, a.access, a.reveal);
                           }));
    access->add_option("--by", a_.access.by, "only what this one did");
    access->add_option("--since", a_.access.since, "only from then on (RFC 3339)");
    access->add_option("--until", a_.access.until, "only before (RFC 3339)");
    add_reveal(access);
  }

  void add_table_commands() {
    auto* digests = command(
        app_, "digest", "one SHA-256 per projection",
        reading([](auto& folder, Arguments& a) { return digest(folder, a.common, a.position); }));
    digests->add_option("--at", a_.position, "position; the log's end when not given")
        ->check(positioned);
    auto& duplicates = group("duplicates", "contacts that may be one person");
    command(duplicates, "list", "clusters by phone, e-mail or alike names, to be merged or not",
            reading([](auto& folder, Arguments& a) { return duplicates_list(folder, a.common); }));
    auto* built = command(app_, "rebuild", "fold projections from zero and put them in place",
                          [](Arguments& a) { return rebuild_tables(a.common, a.projections); });
    built->add_option("projection", a_.projections, "which; all when none is named");
    command(app_, "check", "does everything hold: log, tables, mappings, intents, opt-outs",
            reading([](auto& folder, Arguments& a) { return check_all(folder, a.common); }));
    auto* checked = command(app_, "verify", "is the whole log intact",
                            [](Arguments& a) { return verify(a.common, a.tables); });
    checked->add_flag("--tables", a_.tables, "also compare the projections with the log");
  }

  void add_backfill_commands() {
    const auto add = [this](const std::string& name, const std::string& help, bool reconcile) {
      auto* out = command(app_, name, help, [reconcile](Arguments& a) {
        a.backfill.reconcile = reconcile;
        return backfill(a.common, a.backfill);
      });
      out->add_option("connector", a_.backfill.connector, "which system is listed")->required();
      out->add_flag("--dry-run", a_.backfill.dry_run, "only count what it would lead to");
    };
    add("backfill", "have the service take over all contacts of a system", false);
    add("reconcile", "have the service compare all contacts of a system with what is known", true);
  }

  void add_import() {
    auto& import = group("import", "have the service take lists from elsewhere");
    const auto common = [&](CLI::App* out) {
      out->add_option("file", a_.import.file,
                      "CSV whose first row names the columns, or JSON lines")
          ->required();
      out->add_option("--reason", a_.import.reason, "what list it is; it is kept as evidence");
      out->add_option("--rate", a_.import.rate, "rows a second, at most")
          ->check(count_from_one)
          ->capture_default_str();
      out->add_flag("--dry-run", a_.import.dry_run, "say what is bad, and what would be taken");
    };
    auto* contacts = command(import, "contacts", "people and how they are reached",
                             [](Arguments& a) { return import_contacts(a.common, a.import); });
    common(contacts);
    contacts->add_option("--source", a_.import.source,
                         "the system whose ids stand in the column id: a word");
    auto* messages = command(import, "messages", "what was said before, kept with its people",
                             [](Arguments& a) { return import_messages(a.common, a.import); });
    common(messages);
    messages->add_option("--source", a_.import.source,
                         "the system whose ids stand in the column id: a word");
    auto* out = command(import, "opt-outs", "people who are not to be written to or called",
                        [](Arguments& a) { return import_opt_outs(a.common, a.import); });
    common(out);
    out->add_option("--channel", a_.import.channel, "what a row closes that names no channel")
        ->check(CLI::IsMember({"sms", "calls", "email", "all"}))
        ->capture_default_str();
  }

  void add_mapping_commands() {
    auto& mappings = group("mappings", "which record of a system is whose");
    auto* list = command(mappings, "list", "every known record and its contact",
                         reading([](auto& folder, Arguments& a) {
                           return mappings_list(folder, a.common, a.mappings);
                         }));
    list->add_option("--connector", a_.mappings.connector, "only records of this system");
    list->add_option("--contact", a_.mappings.contact, how_contacts_are_named);
    auto* repair = command(mappings, "repair", "have the service map a contact wherever it is not",
                           [](Arguments& a) { return mappings_repair(a.common, a.repair); });
    auto* whose = repair->add_option_group("whose");
    whose->add_option("--phone", a_.repair.phone, "the contact's number, in any form");
    whose->add_option("--email", a_.repair.email, "the contact's e-mail address");
    whose->require_option(1, 2);
    repair->add_option("--reason", a_.repair.reason, "why; it is kept as evidence")->required();
  }

  void add_custom_fields_command() {
    app_.add_subcommand("custom-fields", "mapped custom fields that the systems have otherwise")
        ->fallthrough()
        ->callback([this] {
          run_ = reading(
              [](auto& folder, Arguments& a) { return custom_fields_show(folder, a.common); });
        });
  }

  void add_lists_commands() {
    auto* lists = app_.add_subcommand("lists", "call lists, their members and errors");
    lists->fallthrough();
    lists->add_option("--connector", a_.lists_of, "only lists of this system");
    lists->callback([this, lists] {
      if (lists->get_subcommands().empty()) // its own callback comes after that of `rebuild`
        run_ = reading(
            [](auto& folder, Arguments& a) { return lists_show(folder, a.common, a.lists_of); });
    });
    auto* again =
        command(*lists, "rebuild", "have the service put every contact's lists right",
                [](Arguments& a) { return lists_rebuild(a.common, a.lists_of, a.dry_run); });
    again->add_option("connector", a_.lists_of, "at which system")->required();
    again->add_flag("--dry-run", a_.dry_run, "only say what would be asked for");
  }

  void add_alerts() {
    auto* all = command(app_, "alerts", "what somebody has to look at now", {});
    all->add_flag("--resolved", a_.resolved, "those that are over, the newest first");
    all->require_subcommand(0, 1);
    all->callback([this, all] { // called also for those below it, and after them
      if (all->get_subcommands().empty())
        run_ = [](Arguments& a) { return list_alerts(a.common, a.resolved); };
    });
    command(*all, "receivers", "who is told of alerts, and whether they take them",
            [](Arguments& a) { return list_receivers(a.common); });
    command(*all, "test", "send a test message to those who are told", [](Arguments& a) {
      return test_receivers(a.common, a.receiver);
    })->add_option("receiver", a_.receiver, "only this one");
  }

  void add_waiting() {
    command(app_, "queues", "what waits in each stage, since when, and how fast it goes",
            [](Arguments& a) { return queues(a.common); });
    command(app_, "overdue", "what is older than five minutes, by cause; exit 1 when something is",
            [](Arguments& a) { return overdue(a.common); });
    command(app_, "sla", "how long it takes until each system has what follows from an input",
            [](Arguments& a) { return service_level(a.common); });
  }

  void add_webhook_commands() {
    auto& webhooks = group("webhooks", "what people decide about stored webhooks");
    for (auto* one :
         {command(webhooks, "quarantine", "hold one for somebody to look at",
                  [](Arguments& a) { return quarantine_webhook(a.common, a.mark); }),
          command(webhooks, "done", "say that nobody has to look at a held one any more",
                  [](Arguments& a) { return webhook_done(a.common, a.mark); })}) {
      one->add_option("webhook", a_.mark.webhook, "its position")->required()->check(positioned);
      one->add_option("--reason", a_.mark.reason, "why; it is kept as evidence")->required();
    }
  }

  void add_opt_out_commands() {
    auto& opt_outs = group("opt-outs", "what people have to do about opt-outs themselves");
    auto* list =
        command(opt_outs, "by-hand", "marks that somebody has to set in a system by hand",
                [](Arguments& a) { return opt_outs_by_hand(a.common, a.done.connector, a.csv); });
    list->add_option("--connector", a_.done.connector, "only marks of this system");
    list->add_flag("--csv", a_.csv, "for a spreadsheet");
    auto* done = command(opt_outs, "done", "say that the mark was set there by hand",
                         [](Arguments& a) { return opt_outs_done(a.common, a.done); });
    done->add_option("address", a_.done.address, "a phone number in any form, or an e-mail")
        ->required();
    done->add_option("--connector", a_.done.connector, "where it was set")->required();
    done->add_option("--reason", a_.done.reason, "why, and how; it is kept as evidence")
        ->required();
    done->add_option("--up-to", a_.done.up_to, "position of the newest opt-out that was seen")
        ->check(positioned);
  }

  void add_connect() {
    auto* out = command(app_, "connect", "connect an account whose tokens are renewed (OAuth)",
                        [](Arguments& a) { return connect(a.common, a.connect); });
    out->add_option("connector", a_.connect.connector, "which one")->required();
    out->add_option("--code", a_.connect.code,
                    "authorisation code, - to read it from standard input; without one the page "
                    "that gives it is shown");
  }

  /// For the help only: main hands these over before it parses.
  void add_service_commands() {
    const Run never = [](Arguments&) { return exit_code::usage; };
    command(app_, "serve", "run the service", never);
    command(app_, "demo", "play sample traffic through sandbox systems", never);
    command(app_, "check-config", "all faults of the configuration at once", never);
  }

  CLI::App app_;
  Arguments a_;
  Run run_;
};

} // namespace
} // namespace tidemark::tools

int main(int argc, char** argv) {
  using namespace tidemark::tools;
  ::umask(077); // what is written in the data folder holds personal data
  if (service_command({argv + 1, argv + argc}))
    return become_service(argv);
  return CommandLine().run(argc, argv);
}
