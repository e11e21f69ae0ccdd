#include "domain/backfill/backfill_run.hpp"
#include "events/codec.hpp"
#include "events/format/reason.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <thread>

namespace tidemark::tools {
namespace {

constexpr std::chrono::milliseconds look_every{200};
constexpr int looks_per_line = 10;

using Json = nlohmann::ordered_json;

/// A run as the log tells of it.
class RunView {
public:
  RunView(storage::RemoteReader& service, TenantId tenant, domain::BackfillRun run)
      : service_(service), tenant_(std::move(tenant)), run_(std::move(run)), read_to_(run_.id()) {}

  Status read_on() {
    TRYV(service_.refresh());
    const auto take = [&](std::string_view record) -> Result<bool> {
      TRY(header, events::read_header(record));
      if (header.tenant == tenant_.value && domain::BackfillRun::wants(header.type)) {
        TRY(view, events::read_record(record, false));
        TRY(event, events::decode(header.type, view.payload));
        run_.evolve({std::move(view.envelope), std::move(event)});
      }
      return !run_.finished();
    };
    TRY(last, storage::read_each(service_.log(), read_to_, SIZE_MAX, take));
    read_to_ = last;
    return Done{};
  }
  const domain::BackfillRun& run() const { return run_; }

private:
  storage::RemoteReader& service_;
  TenantId tenant_;
  domain::BackfillRun run_;
  Position read_to_;
};

std::string counts_text(const events::BackfillCounts& c) {
  return fmt::format("{} seen, {} mapped, {} created, {} skipped, {} for review, {} repaired, {} "
                     "errors",
                     c.seen, c.mapped, c.created, c.skipped, c.review, c.repaired, c.errors)
         + (c.not_asked ? fmt::format(", {} new here (whether the other systems have them was not "
                                      "asked)",
                                      c.not_asked->contacts)
                        : std::string())
         + (c.held_back ? fmt::format(", {} whose changes wait until the restore is signed for",
                                      c.held_back->contacts)
                        : std::string());
}

/// On standard error in JSON, whose lines on standard output are results.
void show_progress(const domain::BackfillRun& run, Format format) {
  const auto line = fmt::format("{} pages; {}; {} under way", run.pages(),
                                counts_text(run.counts()), run.under_way());
  format == Format::json ? warn(line) : print_line(line);
}

int show_end(const events::BackfillFinished& end, Format format) {
  const auto& c = end.counts;
  const auto kind = events::name_of_enum(end.kind);
  print_summary(format,
                {{"connector", end.connector.value},
                 {"kind", kind},
                 {"run", end.run.value},
                 {"pages", end.pages},
                 {"seen", c.seen},
                 {"mapped", c.mapped},
                 {"created", c.created},
                 {"not_asked", c.not_asked.value_or(events::NotAsked{}).contacts},
                 {"held_back", c.held_back.value_or(events::HeldBack{}).contacts},
                 {"skipped", c.skipped},
                 {"review", c.review},
                 {"repaired", c.repaired},
                 {"errors", c.errors},
                 {"cursor", end.cursor},
                 {"dry_run", end.dry_run},
                 {"reason_code", end.reason_code}},
                fmt::format("{} of {}{}: {}", kind, end.connector.value,
                            end.dry_run ? ", dry run, nothing was sent" : "", counts_text(c)));
  if (end.reason_code == Reason::none)
    return c.errors == 0 ? exit_code::done : exit_code::does_not_hold;
  const auto& reason = explain_reason(end.reason_code);
  warn(fmt::format("it ended early: {} {}", reason.text, reason.next_step));
  return exit_code::does_not_hold;
}

Result<domain::BackfillRun> run_at(const storage::LogStore& log, Position position) {
  TRY(recorded, storage::recorded_event(log, position));
  const auto* request = std::get_if<events::BackfillRequested>(&recorded.event);
  if (!request)
    return Error{"log_hole", "the service named an event that is no request"};
  return domain::BackfillRun(position, *request);
}

Result<int> follow(RunView view, Format format) {
  for (int looks = 0;; ++looks) {
    TRYV(view.read_on());
    if (view.run().finished())
      return show_end(*view.run().finished(), format);
    if (looks % looks_per_line == looks_per_line - 1)
      show_progress(view.run(), format);
    std::this_thread::sleep_for(look_every);
  }
}

} // namespace

Result<int> backfill(const CommonOptions& common, const BackfillOptions& options) {
  TRY(service, ServiceApi::open(common));
  const auto kind =
      options.reconcile ? events::BackfillKind::reconcile : events::BackfillKind::backfill;
  TRY(asked, service.ask("POST", "/api/v1/backfills",
                         to_text({{"connector", options.connector},
                                  {"kind", events::name_of_enum(kind)},
                                  {"dry_run", options.dry_run}})));
  const Position position{asked.value("position", std::uint64_t{0})};
  TRYV(service.reader().refresh());
  TRY(run, run_at(service.reader().log(), position));
  if (run.kind() != kind || run.dry_run() != options.dry_run)
    return Error{"busy", fmt::format("a {}{} of this system is under way since position {}: "
                                     "ask again when it has ended",
                                     events::name_of_enum(run.kind()),
                                     run.dry_run() ? " (dry run)" : "", position.value)};
  return follow(RunView(service.reader(), service.tenant(), std::move(run)), common.format);
}

} // namespace tidemark::tools
