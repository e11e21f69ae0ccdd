#include "domain/contacts/consent_words.hpp"
#include "projections/consent/opt_out_rows.hpp"
#include "projections/consent/opt_out_view.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

using events::Channel;
using events::ConsentChange;
namespace consent_words = domain::consent_words;

constexpr std::string_view table = "opt_outs";

/// An open opt-out as its row has it.
struct OpenRow {
  OpenOptOut shown;
  std::string record;
  std::string key;
};

/// Rows after the key `after`, at most `limit`.
Result<std::vector<OpenRow>> open_rows(const Scan& scan, const TenantId& tenant,
                                       std::string_view after, std::size_t limit) {
  std::vector<OpenRow> out;
  bool readable = true;
  const auto status = scan(
      table, row_key(tenant, {"open"}), after, [&](std::string_view key, std::string_view value) {
        const auto row = json::parse(value);
        readable = row.ok();
        if (readable)
          out.push_back({{DeliveryId(text_of(row->root(), "delivery")),
                          ConnectorName(text_of(row->root(), "target")),
                          ContactId(text_of(row->root(), "contact")), time_of(row->root(), "at"),
                          position_of(row->root()), texts_of(row->root(), "channels")},
                         text_of(row->root(), "record"),
                         std::string(key)});
        return readable && out.size() < limit;
      });
  if (!status)
    return status.error();
  if (!readable)
    return damaged_row(table);
  return out;
}

/// Has the system said yes to that delivery?
Result<bool> is_confirmed(const Scan& scan, const TenantId& tenant, const std::string& delivery) {
  bool accepted = false;
  const auto status = scan(table, row_key(tenant, {"delivery", delivery, "state"}), {},
                           [&](std::string_view, std::string_view value) {
                             const auto row = json::parse(value);
                             accepted = row.ok() && text_of(row->root(), "state") == "accepted";
                             return false;
                           });
  return status ? Result<bool>(accepted) : Result<bool>(status.error());
}

/// Was the same record told again since, and confirmed it for every channel? What was asked for
/// first is then done, however that ended.
Result<bool> is_done_since(const Scan& scan, const TenantId& tenant, const OpenRow& open) {
  const auto& shown = open.shown;
  std::vector<std::string> later;
  const auto take = [&](const std::vector<std::string_view>&, json::Value row) {
    const auto record = text_of(row, "record");
    const auto closes = texts_of(row, "channels");
    const auto has = [&](const std::string& channel) {
      return std::find(closes.begin(), closes.end(), channel) != closes.end();
    };
    if (text_of(row, "action") == "opt_out" && text_of(row, "target") == shown.target.value
        && shown.position < position_of(row) && (open.record.empty() || record == open.record)
        && std::all_of(shown.channels.begin(), shown.channels.end(), has))
      later.push_back(text_of(row, "delivery"));
  };
  TRYV(each_opt_out_row(scan, row_key(tenant, {"contact", shown.contact.value, "propagated"}),
                        take));
  for (const auto& delivery : later)
    if (const auto done = is_confirmed(scan, tenant, delivery); !done || *done)
      return done;
  return false;
}

} // namespace

std::vector<Channel> channels_of(const AddressView& address) {
  if (address.kinds.empty())
    return domain::channels_of(address.kind);
  std::vector<Channel> out;
  for (const auto kind : {events::Field::phone, events::Field::email})
    if (std::find(address.kinds.begin(), address.kinds.end(), kind) != address.kinds.end())
      for (const auto channel : domain::channels_of(kind))
        out.push_back(channel);
  return out;
}

ChannelView channel_of(const AddressView& address, Channel channel) {
  const auto has = [&](const std::vector<Channel>& channels) {
    return std::find(channels.begin(), channels.end(), channel) != channels.end();
  };
  ChannelView out;
  for (const auto& statement : address.history)
    if (statement.change.change == ConsentChange::granted && has(statement.change.channels)) {
      out.state = "opted_in";
      out.since = statement.change.received_at;
      out.position = statement.change.input;
    }
  for (const auto& review : address.state.reviews)
    out.in_review = out.in_review || has(review.channels);
  for (const auto& revocation : address.state.active) {
    if (revocation.channel != channel)
      continue;
    if (out.state != consent_words::opted_out || revocation.position < out.position) {
      out.state = consent_words::opted_out;
      out.position = revocation.position;
    }
    if (std::find(out.senders.begin(), out.senders.end(), revocation.sender) == out.senders.end())
      out.senders.push_back(revocation.sender);
  }
  if (out.state == consent_words::opted_out)
    for (const auto& statement : address.history) // `since` is that of the first, not the newest
      if (statement.change.input == out.position
          && statement.change.change == ConsentChange::revoked && has(statement.change.channels))
        out.since = statement.change.received_at;
  return out;
}

Result<Page<std::string>> opt_out_addresses(const Scan& scan, const TenantId& tenant,
                                            std::string_view after, std::size_t limit) {
  Page<std::string> page;
  std::string last(after);
  while (page.items.size() < limit) {
    const auto beyond =
        last.empty() ? std::string{} : row_key(tenant, {"address", last}) + "\xff\xff";
    last.clear();
    const auto status = scan(table, row_key(tenant, {"address"}), beyond,
                             [&](std::string_view key, std::string_view) {
                               const auto parts = key_parts(key);
                               if (parts.size() > 1)
                                 last = parts[1];
                               return false;
                             });
    if (!status)
      return status.error();
    if (last.empty())
      return page;
    bool said = false; // many addresses only ever stand on a card
    const auto looked = scan(table, row_key(tenant, {"address", last, "stated"}), {},
                             [&](std::string_view, std::string_view) {
                               said = true;
                               return false;
                             });
    if (!looked)
      return looked.error();
    if (said)
      page.items.push_back(last);
  }
  page.next = last;
  return page;
}

Result<std::vector<OpenOptOut>> open_opt_outs(const Scan& scan, const TenantId& tenant,
                                              std::size_t limit) {
  std::vector<OpenOptOut> out;
  std::string after;
  for (;;) {
    TRY(rows, open_rows(scan, tenant, after, limit));
    for (auto& row : rows) {
      TRY(done, is_done_since(scan, tenant, row));
      if (!done && out.size() < limit)
        out.push_back(std::move(row.shown));
    }
    if (rows.size() < limit || out.size() >= limit)
      return out;
    after = std::move(rows.back().key);
  }
}

Result<std::map<std::string, OpenImport>> open_imports(const Scan& scan, const TenantId& tenant) {
  std::map<std::string, OpenImport> out;
  const auto take = [&](const std::vector<std::string_view>&, json::Value row) {
    auto& import = out[text_of(row, "purpose")];
    ++import.open[ConnectorName(text_of(row, "target"))];
    const auto since = time_of(row, "at");
    if (import.since == Timestamp{} || since < import.since)
      import.since = since;
  };
  TRYV(each_opt_out_row(scan, row_key(tenant, {"imported"}), take));
  return out;
}

} // namespace tidemark::projections
