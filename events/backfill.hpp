#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/delivery.hpp"
#include "events/format/reason.hpp"

#include <optional>
#include <string>
#include <vector>

/// Contacts that a system lists on request: those older than the engine (backfill), and the
/// comparison of what it holds with what is known here (reconcile).
namespace tidemark::events {

enum class BackfillKind : std::uint8_t {
  backfill,
  reconcile,
  read_back, ///< of people whose mark somebody has to set over there, as time passes
};
template <>
struct EnumNames<BackfillKind> {
  static constexpr std::array<std::string_view, 3> names{"backfill", "reconcile", "read_back"};
};

/// Somebody, or the timetable, asked for a run over all contacts of a system. An input; its
/// position is the run's id. Stream `backfill/<connector>`,
/// of a read-back `read_back/<connector>`.
struct BackfillRequested {
  static constexpr std::string_view name = "backfill.requested.v1";
  ConnectorName connector;
  BackfillKind kind = BackfillKind::backfill;
  bool dry_run = false; ///< count only: nothing is decided, nothing is sent
  std::string by;       ///< operator's name, or "schedule"
  std::string request_id;
  TIDEMARK_MEMBERS(BackfillRequested, connector, kind, dry_run, by, request_id)
};

/// What became of the contacts that were listed. The first is the sum of the five that follow it.
/// People who are new to Tidemark: a dry run does not ask whether the other systems have them.
struct NotAsked {
  std::uint64_t contacts = 0;
  TIDEMARK_MEMBERS(NotAsked, contacts)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<NotAsked>> = true;

/// People whose changes wait for systems to which nothing is sent until a restore is signed for.
struct HeldBack {
  std::uint64_t contacts = 0;
  TIDEMARK_MEMBERS(HeldBack, contacts)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<HeldBack>> = true;

struct BackfillCounts {
  std::uint64_t seen = 0;
  std::uint64_t mapped = 0;            ///< the other systems had the person, or needed nothing
  std::uint64_t created = 0;           ///< at least one other system had no record and got one
  std::uint64_t skipped = 0;           ///< opted out, without phone and e-mail, of another location
  std::uint64_t review = 0;            ///< whose it is has to be looked at by a person
  std::uint64_t errors = 0;            ///< could not be read, or a system refused it
  std::uint64_t repaired = 0;          ///< differed from what was known, among all of the above
  std::optional<NotAsked> not_asked{}; ///< of a dry run; counted as `created` before
  std::optional<HeldBack> held_back{}; ///< after a restore
  TIDEMARK_MEMBERS(BackfillCounts, seen, mapped, created, skipped, review, errors, repaired,
                   not_asked, held_back)
};

/// One page of the list as it came: an input, its contacts are commands (rule 18). The body, cut to
/// 1 MiB, is the attachment. Stream `listing/<connector>`.
struct BackfillPageReceived {
  static constexpr std::string_view name = "backfill.page_received.v1";
  ConnectorName connector;
  Position run; ///< the request
  BackfillKind kind = BackfillKind::backfill;
  bool dry_run = false;    ///< then nothing is decided about it
  std::uint32_t page = 0;  ///< from 1
  std::string cursor;      ///< where the page begins, in the system's own words; "" the first
  std::string next_cursor; ///< where the next one begins; "" when this is the last
  std::uint32_t contacts = 0;
  BackfillCounts would_be; ///< of a dry run: what the page would lead to
  VendorAnswer answer;
  TIDEMARK_MEMBERS(BackfillPageReceived, connector, run, kind, dry_run, page, cursor, next_cursor,
                   contacts, would_be, answer)
};

/// The run is over: everything that its pages led to has its end. In the stream of its request.
struct BackfillFinished {
  static constexpr std::string_view name = "backfill.finished.v1";
  ConnectorName connector;
  Position run;
  BackfillKind kind = BackfillKind::backfill;
  bool dry_run = false;
  Reason reason_code = Reason::none; ///< why it ended early; none: complete
  BackfillCounts counts;
  std::uint32_t pages = 0;
  std::string cursor; ///< where it stopped, "" at the end of the list
  TIDEMARK_MEMBERS(BackfillFinished, connector, run, kind, dry_run, reason_code, counts, pages,
                   cursor)
};

enum class Drift : std::uint8_t {
  recovered, ///< the system held something that no webhook had told
  repaired,  ///< other systems lacked what is known here
};
template <>
struct EnumNames<Drift> {
  static constexpr std::array<std::string_view, 2> names{"recovered_by_reconcile", "repaired"};
};

/// Reconcile found a difference; part of the contact's decision. Stream `contact/<id>`.
struct DriftFound {
  static constexpr std::string_view name = "drift.found.v1";
  ContactId contact;
  ConnectorName connector; ///< the system that was listed
  RemoteId remote_id;
  Drift drift = Drift::recovered;
  std::vector<std::string> fields;    ///< names of those that had changed there
  std::vector<ConnectorName> targets; ///< systems that something is sent to
  std::uint64_t delay_seconds = 0;    ///< since the record's last change, 0 when it tells no time
  TIDEMARK_MEMBERS(DriftFound, contact, connector, remote_id, drift, fields, targets, delay_seconds)
};

} // namespace tidemark::events
