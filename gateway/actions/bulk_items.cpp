#include "gateway/actions/bulk_items.hpp"

#include "domain/intake/contact_keys.hpp"
#include "events/all.hpp"
#include "events/codec.hpp"
#include "events/format/reason.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/context.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

using Use = std::function<Status(const BulkItem&)>;

constexpr std::string_view text_operation = "send_message";
constexpr std::size_t page_rows = 100, records_at_once = 10'000;

// ---- deliveries

struct DeliveryWork {
  std::string_view what;
  std::string_view last_segment;
  std::vector<std::string_view> states;
};
const DeliveryWork delivery_works[] = {
    {"retry", "retry", {"rejected", "dead"}},
    {"write_off", "write-off", {"rejected", "dead"}},
    {"purge", "purge", {"intended", "retrying", "unknown"}},
};

bool fits(const BulkWish& wish, const projections::DeliveryView& one) {
  const auto& filter = wish.filter;
  return one.retried_by.value.empty() && one.written_off.value == 0 && one.intended <= wish.up_to
         && (filter.contact.value.empty() || one.contact == filter.contact)
         && (filter.reason_code.empty() || filter.reason_code == name_of(one.reason_code))
         && (!filter.since || one.since >= *filter.since)
         && (!filter.until || one.since < *filter.until);
}

/// `cursor` is a state and the id of a delivery in it.
Result<bool> each_delivery(const BulkSource& source, const BulkWish& wish, const DeliveryWork& work,
                           const std::string& cursor, const std::stop_token& stop, const Use& use) {
  const auto blank = std::min(cursor.find(' '), cursor.size());
  const auto from = std::string_view(cursor).substr(0, blank);
  bool is_begun = from.empty();
  for (const auto state : work.states) {
    std::string after;
    if (!is_begun && state != from)
      continue;
    if (!is_begun)
      after = cursor.substr(std::min(blank + 1, cursor.size()));
    is_begun = true;
    if (!wish.filter.state.empty() && wish.filter.state != state)
      continue;
    do {
      TRY(page, projections::deliveries_page(source.scan, source.tenant,
                                             {std::string(state), wish.filter.target.value}, after,
                                             page_rows));
      for (const auto& one : page.items) {
        if (stop.stop_requested())
          return false;
        if (!fits(wish, one))
          continue;
        const bool is_text = work.what == "retry" && one.operation == text_operation && !wish.texts;
        TRYV(use({std::string(state) + " " + one.id.value,
                  {"api", "v1", "deliveries", one.id.value, std::string(work.last_segment)},
                  is_text ? "is_a_text" : ""}));
      }
      after = page.next;
    } while (!after.empty() && !stop.stop_requested());
  }
  return !stop.stop_requested();
}

// ---- webhooks

bool fits(const BulkWish& wish, const events::WebhookInterpreted& e) {
  const auto& filter = wish.filter;
  return e.connector.value != "api" // a request: nobody reads it again
         && (filter.connector.empty() || filter.connector == e.connector.value)
         && (filter.kind.empty() || filter.kind == e.kind)
         && std::ranges::any_of(e.skipped, [&](const events::SkippedPart& part) {
              return (part.outcome == events::Outcome::skipped
                      || part.outcome == events::Outcome::quarantined
                      || part.outcome == events::Outcome::ignored)
                     && (filter.reason_code.empty()
                         || filter.reason_code == name_of(part.reason_code));
            });
}

/// The webhook that was read there; of a request to read one again, that one. 0 for anything else.
Result<Position> webhook_behind(const BulkSource& source, Position read) {
  TRY(stored, source.log.at(read));
  if (!stored)
    return Position{};
  if (stored->envelope.type == events::WebhookReceived::name)
    return read;
  if (stored->envelope.type != events::WebhookReprocessRequested::name)
    return Position{};
  TRY(event, events::decode(stored->envelope.type, stored->payload));
  return std::get<events::WebhookReprocessRequested>(event).webhook;
}

/// Null: of any contact.
using OfContact = std::unique_ptr<const domain::ContactKeys>;

Result<OfContact> of_contact(const BulkSource& source, const ContactId& contact) {
  if (contact.value.empty())
    return OfContact();
  TRY(card, storage::newest_under_tag<events::IdentityCardWritten>(source.log, source.tenant,
                                                                   events::card_tag(contact)));
  return std::make_unique<const domain::ContactKeys>(
      source.hasher, source.tenant, std::string(source.region), contact, card ? &*card : nullptr);
}

/// What the reading `read`, recorded at `at`, calls for; nothing where a newer one took its place,
/// as after this very action.
Result<std::optional<BulkItem>> item_of(const BulkSource& source, const BulkWish& wish,
                                        const OfContact& contact,
                                        const events::WebhookInterpreted& read, Position at) {
  using Found = std::optional<BulkItem>;
  TRY(webhook, webhook_behind(source, read.webhook));
  const auto& filter = wish.filter;
  if (webhook == Position{} || webhook < filter.from
      || (filter.to != Position{} && filter.to < webhook))
    return Found();
  TRY(stored, source.log.at(webhook));
  const auto came = stored ? stored->envelope.recorded_at : Timestamp{};
  if ((filter.since && came < *filter.since) || (filter.until && came >= *filter.until))
    return Found();
  if (contact && !contact->has_command_in(read)
      && !(stored && contact->is_named_in(stored->attachment, read.connector)))
    return Found();
  TRY(newest, projections::newest_reading(source.scan, source.tenant, webhook));
  TRY(done, projections::is_done(source.scan, source.tenant, webhook));
  if (newest != read.webhook || done)
    return Found();
  return Found(BulkItem{std::to_string(at.value),
                        {"api", "v1", "webhooks", std::to_string(webhook.value), "reprocess"},
                        {}});
}

/// `cursor` is the position of the last reading that was looked at.
Result<bool> each_webhook(const BulkSource& source, const BulkWish& wish, const std::string& cursor,
                          const std::stop_token& stop, const Use& use) {
  TRY(begun, read_position(cursor));
  TRY(contact, of_contact(source, wish.filter.contact));
  auto after = std::max(begun, Position{std::max<std::uint64_t>(wish.filter.from.value, 1) - 1});
  const auto look = [&](std::string_view record) -> Result<bool> {
    TRY(header, events::read_header(record));
    if (header.position > wish.up_to || stop.stop_requested())
      return false;
    if (header.tenant != source.tenant.value || header.type != events::WebhookInterpreted::name)
      return true;
    TRY(view, events::read_record(record, false));
    TRY(event, events::decode(header.type, view.payload));
    const auto& read = std::get<events::WebhookInterpreted>(event);
    if (!fits(wish, read))
      return true;
    TRY(item, item_of(source, wish, contact, read, header.position));
    if (item) {
      TRYV(use(*item));
    }
    return true;
  };
  while (after < wish.up_to && !stop.stop_requested()) {
    TRY(last, storage::read_each(source.log, after, records_at_once, look));
    if (last == after)
      break;
    after = last;
  }
  return !stop.stop_requested();
}

} // namespace

Result<bool> each_bulk_item(const BulkSource& source, const BulkWish& wish,
                            const std::string& cursor, const std::stop_token& stop,
                            const Use& use) {
  for (const auto& work : delivery_works)
    if (work.what == wish.what)
      return each_delivery(source, wish, work, cursor, stop, use);
  return each_webhook(source, wish, cursor, stop, use);
}

} // namespace tidemark::gateway
