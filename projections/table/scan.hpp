#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "events/format/field_set.hpp"
#include "events/format/reason.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Reads the tables: puts the rows of a contact, delivery, mapping or webhook together. Pure over a
/// scan function, so the gateway, the tools and the tests read alike. Values are personal data in
/// full; whoever shows them masks.
namespace tidemark::projections {

/// Rows of a table whose key begins with `prefix` and is > `after`, ascending; the visitor returns
/// false to stop. `storage::TableStore::scan` has this form.
using RowVisitor = std::function<bool(std::string_view key, std::string_view value)>;
using Scan = std::function<Status(std::string_view table, std::string_view prefix,
                                  std::string_view after, const RowVisitor& row)>;

/// A part of a list; `next` is the cursor of the following part, "" when there is none.
template <class Item>
struct Page {
  std::vector<Item> items;
  std::string next;
};

// ---- contacts

struct FieldValue {
  std::string value;
  ConnectorName source;
  Position position;
};
/// A record of the contact in one system.
struct RecordView {
  ConnectorName connector;
  RemoteId remote_id;
  events::FieldSet fields;       ///< last seen there
  events::FieldSet last_written; ///< by us
  bool removed = false;
  bool opt_out_seen = false;
  bool in_use = false; ///< on the contact's card: neither removed nor gone nor replaced
  Position position;   ///< of the newest fact about it
};
struct ContactView {
  ContactId id;
  std::map<events::Field, FieldValue> fields;
  std::vector<RecordView> records;
  std::vector<std::string> tags;   ///< of all records: spellings once, system tags first
  std::vector<std::string> phones; ///< hex of keyed hashes, as on the card
  std::vector<std::string> emails;
  ContactId merged_into;        ///< the contact that it is part of, "" while it is one of its own
  std::vector<ContactId> parts; ///< contacts that are part of it
};
Result<std::optional<ContactView>> contact(const Scan& scan, const TenantId& tenant,
                                           const ContactId& id);
/// Contacts in the order of their ids, beginning after the contact `after`.
Result<Page<ContactId>> contact_ids(const Scan& scan, const TenantId& tenant,
                                    std::string_view after, std::size_t limit);
/// Whose the address is. `kind` is "phone" or "email", `hash` the hex of its keyed hash. In the
/// order of ids, after the contact `after`, at most `limit`.
Result<Page<ContactId>> contacts_by_key(const Scan& scan, const TenantId& tenant,
                                        std::string_view kind, std::string_view hash,
                                        std::string_view after, std::size_t limit);
/// Who shares an address that is another contact's: their systems tell it of them too.
Result<Page<ContactId>> contacts_sharing(const Scan& scan, const TenantId& tenant,
                                         std::string_view hash, std::string_view after,
                                         std::size_t limit);
/// Whose record it is. `hash` is the hex of the remote id's keyed hash.
Result<std::optional<ContactId>> contact_by_record(const Scan& scan, const TenantId& tenant,
                                                   const ConnectorName& connector,
                                                   std::string_view hash);
/// Contacts that have all these words (hex of keyed hashes) in their name, at most `limit`.
Result<Page<ContactId>> contacts_by_words(const Scan& scan, const TenantId& tenant,
                                          const std::vector<std::string>& words,
                                          std::string_view after, std::size_t limit);
/// Contacts that have, for each word, one of its spellings in their name (hex of keyed hashes, the
/// word itself first), without those that have all the words themselves.
Result<Page<ContactId>> contacts_by_spellings(const Scan& scan, const TenantId& tenant,
                                              const std::vector<std::vector<std::string>>& words,
                                              std::string_view after, std::size_t limit);

// ---- mappings

struct MappingView {
  ContactId contact;
  ConnectorName connector;
  RemoteId remote_id;
  Timestamp since;
  Position position; ///< where it began
};
/// The mapping of one record, or nothing. `hash` is the hex of the remote id's keyed hash.
Result<std::optional<MappingView>> mapping(const Scan& scan, const TenantId& tenant,
                                           const ConnectorName& connector, std::string_view hash);
Result<std::vector<MappingView>> mappings_of(const Scan& scan, const TenantId& tenant,
                                             const ContactId& contact);
/// All mappings, or those of one connector (when not ""). The cursor is opaque.
Result<Page<MappingView>> mappings_page(const Scan& scan, const TenantId& tenant,
                                        const ConnectorName& connector, std::string_view after,
                                        std::size_t limit);

// ---- deliveries

struct DeliveryView {
  DeliveryId id;
  ContactId contact;
  ConnectorName target;
  std::string operation; ///< create, update, or the word of an action such as opt_out
  std::string state;     ///< intended, dispatched, accepted, rejected, unknown, retrying, dead ...
  std::uint32_t attempts = 0;
  std::optional<Timestamp> not_before;
  Reason reason_code = Reason::none;
  std::string by;            ///< the newer delivery, when superseded
  std::string refused_field; ///< member that the newest answer calls wrong, "" when it names none
  std::string refused_words; ///< what it says is wrong, masked; "" when it says nothing
  RemoteId remote_id;
  std::uint32_t http_status = 0; ///< of the newest answer, 0 when none
  Position webhook;              ///< the input that led to it
  Position intended;             ///< where it was decided
  Position newest;               ///< where its state was reached
  Timestamp since;               ///< when its state was reached
  std::string thing;             ///< the same for actions that bring about the same; "" of values
  DeliveryId retried_by;         ///< the delivery by which it was tried again, "" none
  Position retry_request;        ///< the newest request to try it again that was decided, 0 none
  std::string retry_outcome;     ///< what was decided about that
  Reason retry_reason = Reason::none;
  std::string written_off_by; ///< who wrote it off, "" nobody
  std::string written_off_reason;
  Position written_off; ///< where that was recorded, 0 when nobody did
};
Result<std::optional<DeliveryView>> delivery(const Scan& scan, const TenantId& tenant,
                                             const DeliveryId& id);
struct DeliveryFilter {
  std::string state;  ///< "" for any
  std::string target; ///< "" for any
};
/// In the order of ids, beginning after the delivery `after`. At most `rows_max` deliveries are
/// looked at for one page, so a page may be short or empty and still have a `next`.
Result<Page<DeliveryView>> deliveries_page(const Scan& scan, const TenantId& tenant,
                                           const DeliveryFilter& filter, std::string_view after,
                                           std::size_t limit, std::size_t rows_max = 20'000);

// ---- webhooks

struct TargetView {
  ConnectorName target;
  std::string outcome; ///< public word; a delivery's conclusion replaces `pending`
  Reason reason_code = Reason::none;
  DeliveryId delivery;
  Position position; ///< where the outcome was reached
  Timestamp at;
};
struct CommandView {
  std::uint32_t index = 0;
  std::string kind;
  ContactId contact;
  bool new_contact = false;
  std::string outcome; ///< "pending" until the contact has decided
  Reason reason_code = Reason::none;
  DeliveryId echo_of;
  Position position;
  std::string waiting_for;          ///< of a parked command: what has to become known
  Position released_by;             ///< the input that made it known, 0 while the command waits
  std::uint32_t released_index = 0; ///< the command's number among those of that input
  std::vector<TargetView> targets;
};
struct SkippedView {
  std::string outcome;
  Reason reason_code = Reason::none;
  std::string text;
};
struct WebhookView {
  Position webhook;
  ConnectorName connector;
  std::string kind;
  Position interpreted;
  std::vector<CommandView> commands;
  std::vector<SkippedView> skipped;
};
/// Nothing when the webhook was not interpreted yet, or the position is no webhook.
Result<std::optional<WebhookView>> webhook(const Scan& scan, const TenantId& tenant,
                                           Position position);

/// What a webhook has led to so far, when it came in and each time that it was read again.
struct ReadingsView {
  bool decided = false; ///< the newest reading, and every command of any
  std::set<std::string> command_kinds;
  std::vector<SkippedView> left_out; ///< by the newest reading
};
/// The position is that of a webhook.
Result<ReadingsView> readings(const Scan& scan, const TenantId& tenant, Position webhook);

/// The input that was read last: the webhook, or the newest request to read it again.
Result<Position> newest_reading(const Scan& scan, const TenantId& tenant, Position webhook);

struct QuarantinedView {
  Position position;
  ConnectorName connector;
  Reason reason_code = Reason::none;
  std::string text;
};
/// In log order, beginning after the position `after`.
Result<Page<QuarantinedView>> quarantine(const Scan& scan, const TenantId& tenant, Position after,
                                         std::size_t limit);

/// Is it in quarantine, at exactly this position?
Result<bool> is_quarantined(const Scan& scan, const TenantId& tenant, Position position);
/// Somebody said that the webhook is done, and nobody has had it read again since.
Result<bool> is_done(const Scan& scan, const TenantId& tenant, Position webhook);

/// The public outcome word for a delivery in this state: accepted is `applied`, and so on.
std::string_view outcome_of_state(std::string_view state, Reason reason_code);

} // namespace tidemark::projections
