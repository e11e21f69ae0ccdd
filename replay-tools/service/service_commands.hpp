#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>

/// The commands of this folder: each gives the exit code, or what stopped it. Those that take a
/// DataFolder work on a stopped folder too.
namespace tidemark::tools {

struct BackfillOptions {
  std::string connector;
  bool reconcile = false;
  bool dry_run = false;
};
/// Asks the running service to list the system's contacts, shows how it goes, and ends with the
/// summary. The same kind of run that is under way is shown instead of a second one; another kind
/// is busy.
Result<int> backfill(const CommonOptions& common, const BackfillOptions& options);

struct ConnectOptions {
  std::string connector;
  std::string code; ///< "-": read from standard input; "": say where to get one
};
/// `tidemark connect CONNECTOR [--code CODE]`: has the service connect an account.
Result<int> connect(const CommonOptions& common, const ConnectOptions& options);

/// `tidemark duplicates list`: contacts that may be one person, as far as the tables reach. Always
/// exit 0: a proposal is no fault.
Result<int> duplicates_list(DataFolder& folder, const CommonOptions& common);

/// `tidemark custom-fields`: what the systems told last of their custom fields against those that
/// are mapped, also while the service is stopped. Exit 1 when one does not fit, or could not be
/// asked for.
Result<int> custom_fields_show(DataFolder& folder, const CommonOptions& common);

/// `tidemark lists`: members, waiting and errors of each list that contacts were put on, as
/// `GET /api/v1/lists` shows them.
Result<int> lists_show(DataFolder& folder, const CommonOptions& common,
                       const std::string& connector);
/// `tidemark lists rebuild CONNECTOR`: has the running service ask for every contact's lists again;
/// with `dry_run` only says, for each contact, what would be asked for.
Result<int> lists_rebuild(const CommonOptions& common, const std::string& connector, bool dry_run);

struct RepairOptions {
  std::string phone, email; ///< at least one
  std::string reason;
};
/// `tidemark mappings repair`: has the running service map a contact wherever it is not, waits for
/// the decision and says for each system what was done or why not. Exit 0 when every system is
/// mapped or a delivery is on its way, else 1.
Result<int> mappings_repair(const CommonOptions& common, const RepairOptions& options);

struct MappingFilter {
  std::string connector; ///< "" for all
  std::string contact;   ///< contact id, phone, e-mail, connector:remote-id; "" for all
};
/// `tidemark mappings list`: which record is whose at the end of the log.
Result<int> mappings_list(DataFolder& folder, const CommonOptions& common,
                          const MappingFilter& filter);

/// Which deliveries that failed for good are meant.
struct FailedFilter {
  std::string delivery; ///< this one only; the rest is "" then
  std::string target, contact, reason_code, state, since, until; ///< "" for any
};
struct RedeliverOptions {
  FailedFilter failed;
  std::string reason;        ///< why; not needed for a dry run
  bool dry_run = false;      ///< say what would be sent, record nothing
  bool texts = false;        ///< of a filter: texts too
  std::uint64_t max_age = 0; ///< seconds, of texts; 0: as the service has it, an hour
  bool may_repeat = false;   ///< of one text: although it may have left
};
/// `tidemark replay redeliver`: has the running service try again what failed for good, one by one,
/// and says of each whether it is sent, by which delivery, or why not.
Result<int> redeliver(const CommonOptions& common, const RedeliverOptions& options);

struct WriteOffOptions {
  FailedFilter failed;
  std::string reason; ///< why; not needed for a dry run
  bool dry_run = false;
};
/// `tidemark replay write-off`: nobody waits for it any more, and it is no alert.
Result<int> write_off(const CommonOptions& common, const WriteOffOptions& options);

struct ReprocessOptions {
  std::uint64_t webhook = 0; ///< this one only; the rest is not set then
  std::string connector, kind, reason_code, contact, since, until; ///< "" for any
  std::uint64_t from = 0, to = 0; ///< positions of webhooks; 0 for any
  std::string reason;             ///< why; not needed for a dry run
  bool dry_run = false;
};
/// `tidemark replay reprocess`: has the running service read webhooks again by the rules of now, of
/// which something was held or left out, and says of each what came of it.
Result<int> reprocess(const CommonOptions& common, const ReprocessOptions& options);

struct MarkOptions {
  std::uint64_t webhook = 0; ///< its position, or that under which it is held
  std::string reason;
};
/// `tidemark webhooks quarantine` and `done`: the running service lists a webhook as held, or not
/// any more. Errors: not_found, already_held, not_held.
Result<int> quarantine_webhook(const CommonOptions& common, const MarkOptions& options);
Result<int> webhook_done(const CommonOptions& common, const MarkOptions& options);

/// While the service runs it records that somebody has an event's body shown, and why, before it
/// is. Errors: as of ask_service.
Status record_reveal(DataFolder& folder, std::uint64_t position, const std::string& reason);

/// `tidemark messages KEY`: the messages with whom the key names, newest first, with the threads
/// that they stand in. Of a telephone number only those that it wrote or got, as far as sources
/// say.
Result<int> messages(DataFolder& folder, const CommonOptions& common, const std::string& key,
                     std::uint64_t limit, const RevealOptions& reveal);

struct PauseOptions {
  std::string connector; ///< "" when `all`
  bool all = false;      ///< every connector of the tenant that is written to
  std::string reason;
  bool hold_opt_outs = false; ///< keep opt-outs from the system too
  std::string until;          ///< when it is planned to end, RFC 3339; "" not stated
};
struct StopOptions {
  std::string reason;
  std::string until;          ///< when it is planned to end, RFC 3339; "" not stated
  bool also_opt_outs = false; ///< keep opt-outs from the systems too
  std::uint64_t percent = 100;
};
/// `tidemark stop-all`: nothing but opt-outs leaves for any system, of every configured tenant
/// unless one is named. Exit 1 when it could not be done for all of them.
Result<int> stop_all(const CommonOptions& common, const StopOptions& options);
/// `tidemark resume-all`: so much of it goes on.
Result<int> resume_all(const CommonOptions& common, const StopOptions& options);

/// `tidemark pause`: the running service writes nothing to the system until it is resumed; what
/// comes from it is taken all the same. Errors: no such connector, what the API refuses.
Result<int> pause(const CommonOptions& common, const PauseOptions& options);
/// `tidemark resume`: what waited goes on its way; of all, those that are paused. Errors: no such
/// connector, not_paused.
Result<int> resume(const CommonOptions& common, const PauseOptions& options);

struct NoteOptions {
  std::string connector;
  std::string text;  ///< what is known of the outage; "" when `clear`
  std::string link;  ///< "" none
  std::string until; ///< when it is planned to end, RFC 3339; "" not stated
  std::string reason;
  bool clear = false; ///< take the note away
};
/// `tidemark note`: what a person knows of an outage over there, shown beside the connector; it
/// holds nothing back. Errors: no such connector, no_note, what the API refuses.
Result<int> note_outage(const CommonOptions& common, const NoteOptions& options);

/// `tidemark opt-outs by-hand`: what people have to set in a system themselves, of one connector
/// or, with "", of all; `csv` for a spreadsheet.
Result<int> opt_outs_by_hand(const CommonOptions& common, const std::string& connector, bool csv);

struct DoneOptions {
  std::string address; ///< or the hash of one that no event names
  std::string connector;
  std::string reason;
  std::uint64_t up_to = 0; ///< position; 0: all that the service knows of now
};
/// `tidemark opt-outs done`: somebody set the mark there. Errors: no such connector,
/// nothing_by_hand.
Result<int> opt_outs_done(const CommonOptions& common, const DoneOptions& options);

/// `tidemark status`: what the running service says about itself, on one screen. Exit code 1 when
/// it is not well, 69 when it does not run.
Result<int> status(const CommonOptions& common);

/// The alerts that are active, or those that are over. Errors: of ServiceApi.
Result<int> list_alerts(const CommonOptions& common, bool resolved);
/// Who is told of alerts. Exit 1 when one takes none. Errors: of ServiceApi.
Result<int> list_receivers(const CommonOptions& common);
/// Sends a test message to one, or with "" to each. Exit 1 when one did not take it. Errors: of
/// ServiceApi, bad_usage without receivers, not_found.
Result<int> test_receivers(const CommonOptions& common, const std::string& receiver);

/// What waits in each stage. Errors: of ServiceApi.
Result<int> queues(const CommonOptions& common);
/// What is older than five minutes, by cause. Exit 1 when something is. Errors: of ServiceApi.
Result<int> overdue(const CommonOptions& common);
/// How long it takes until each system has what follows from an input. Errors: of ServiceApi.
Result<int> service_level(const CommonOptions& common);

/// Which kinds of events each connector acts on, how many came in the last 24 hours, and which came
/// that nothing acts on. Errors: of ServiceApi.
Result<int> kinds(const CommonOptions& common);

} // namespace tidemark::tools
