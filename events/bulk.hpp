#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/schema.hpp"

#include <map>
#include <optional>
#include <string>

/// One request for many deliveries or webhooks (POST /api/v1/actions). What is done to each is an
/// event of its own; these tell where the whole stands, so that a start goes on with it.
namespace tidemark::events {

/// What is meant: everything that fits. Empty and 0 exclude nothing.
struct BulkFilter {
  std::string state; ///< of failed deliveries: rejected, dead
  ConnectorName target;
  ContactId contact;
  std::string reason_code;
  std::string connector; ///< of webhooks: where they came from
  std::string kind;      ///< of webhooks
  Position from, to;     ///< of webhooks, both included
  std::optional<Timestamp> since, until;
  TIDEMARK_MEMBERS(BulkFilter, state, target, contact, reason_code, connector, kind, from, to,
                   since, until)
};

/// A list from elsewhere that is taken row by row, as the rows are sent.
struct BulkImport {
  std::string list; ///< opt_outs, contacts, messages
  std::string file_hash;
  std::string channel; ///< of opt-outs: what a row closes that names none
  std::string source;  ///< of contacts and messages: the system that their ids are of
  TIDEMARK_MEMBERS(BulkImport, list, file_hash, channel, source)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<BulkImport>> = true;

/// Somebody asked for it. Stream `bulk`.
struct BulkStarted {
  static constexpr std::string_view name = "bulk.started.v1";
  std::string id;
  std::string what; ///< retry, write_off, reprocess, purge, import
  BulkFilter filter;
  bool texts = false;
  std::uint64_t max_age_seconds = 0; ///< 0: as for a single one
  std::uint32_t per_second = 0;
  Position up_to; ///< what the log held when it was asked for: nothing newer is meant
  std::string reason;
  std::string by;
  std::string request_id;
  std::optional<BulkImport> list{}; ///< of `import`
  TIDEMARK_MEMBERS(BulkStarted, id, what, filter, texts, max_age_seconds, per_second, up_to, reason,
                   by, request_id, list)
};

struct BulkCounts {
  std::uint64_t matched = 0;
  std::uint64_t requested = 0;
  std::map<std::string, std::uint64_t> skipped; ///< by reason code
  TIDEMARK_MEMBERS(BulkCounts, matched, requested, skipped)
};

/// How far it is; now and then, and when the service ends. Stream `bulk`.
struct BulkProgressed {
  static constexpr std::string_view name = "bulk.progressed.v1";
  std::string id;
  std::string cursor; ///< the last one that was looked at, in the words of what it does
  BulkCounts counts;
  TIDEMARK_MEMBERS(BulkProgressed, id, cursor, counts)
};

/// It is over. Stream `bulk`.
struct BulkEnded {
  static constexpr std::string_view name = "bulk.ended.v1";
  std::string id;
  std::string state; ///< done, stopped, failed
  BulkCounts counts;
  std::string error; ///< of `failed`; no personal data
  TIDEMARK_MEMBERS(BulkEnded, id, state, counts, error)
};

/// An operator ended a delivery that waited: it is given up, in the same append, with the reason
/// code `purged`. Stream `admin`.
struct DeliveryPurged {
  static constexpr std::string_view name = "delivery.purged.v1";
  DeliveryId delivery;
  ContactId contact;
  ConnectorName target;
  std::string reason;
  std::string by;
  std::string request_id; ///< the action's id
  TIDEMARK_MEMBERS(DeliveryPurged, delivery, contact, target, reason, by, request_id)
};

} // namespace tidemark::events
