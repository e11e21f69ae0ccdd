#include "projections/attention/by_hand_view.hpp"

#include "domain/consent/deadlines.hpp"
#include "events/format/tags.hpp"
#include "projections/consent/hearing.hpp"
#include "projections/consent/opt_out_rows.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"

#include <algorithm>
#include <set>

namespace tidemark::projections {
namespace {

/// From there on something may be left to people.
struct Hand {
  Position position;
  ContactId contact;
  std::string address_hash; ///< "" when a system was told because of the contact's card
  bool closes = false;
};

/// At most `limit` after the position.
Result<std::vector<Hand>> hands_after(const Scan& scan, const TenantId& tenant, Position after,
                                      std::size_t limit) {
  std::vector<Hand> out;
  bool readable = true;
  const auto beyond =
      after.value == 0 ? std::string() : row_key(tenant, {"hand", position_part(after)});
  TRYV(scan(
      "opt_outs", row_key(tenant, {"hand"}), beyond, [&](std::string_view, std::string_view value) {
        const auto row = json::parse(value);
        readable = row.ok();
        if (readable)
          out.push_back({position_of(row->root()), ContactId(text_of(row->root(), "contact")),
                         text_of(row->root(), "address_hash"), flag_of(row->root(), "closes")});
        return readable && out.size() < limit;
      }));
  if (!readable)
    return damaged_row("opt_outs");
  return out;
}

/// The addresses under which it may be shown.
Result<std::set<std::string>> addresses_of(const Scan& scan, const TenantId& tenant,
                                           const Hand& hand) {
  if (!hand.address_hash.empty())
    return std::set{hand.address_hash};
  std::set<std::string> out{to_hex(events::contact_as_address(hand.contact))};
  const auto take = [&](const auto&, json::Value card) {
    for (const auto* member : {"phones", "emails", "contested"})
      for (auto& hash : texts_of(card, member))
        out.insert(std::move(hash));
  };
  TRYV(each_opt_out_row(scan, row_key(tenant, {"contact", hand.contact.value, "card"}), take));
  return out;
}

Result<bool> is_looked_at(const Scan& scan, const TenantId& tenant, Position position) {
  bool found = false;
  TRYV(scan("opt_outs", row_key(tenant, {"hand", position_part(position)}), {},
            [&](std::string_view, std::string_view) {
              found = true;
              return false;
            }));
  return found;
}

/// Is the row this one's? Its own, or, where something was opened, one that nobody looked at any
/// more.
Result<bool> is_for(const Scan& scan, const TenantId& tenant, const Hand& hand, Position intended) {
  if (intended == hand.position)
    return true;
  if (hand.closes || intended > hand.position)
    return false;
  TRY(own, is_looked_at(scan, tenant, intended));
  return !own;
}

Result<bool> is_settled(const Scan& scan, const TenantId& tenant, const Hand& hand) {
  TRY(hashes, addresses_of(scan, tenant, hand));
  for (const auto& hash : hashes) {
    TRY(view, opt_outs_of(scan, tenant, hash));
    if (std::any_of(view.history.begin(), view.history.end(),
                    [](const auto& one) { return one.under_way; }))
      return false;
    for (const auto& told : view.propagation) {
      if (!may_be_left_to_people(told))
        continue;
      TRY(its, is_for(scan, tenant, hand, told.intended));
      if (its)
        return false;
    }
  }
  return true;
}

} // namespace

std::vector<LeftToPeople> left_to_people(const AddressView& address, Timestamp now) {
  std::vector<LeftToPeople> out;
  for (const auto& told : address.propagation) {
    if (!may_be_left_to_people(told))
      continue;
    LeftToPeople one{.position = told.intended,
                     .connector = told.target,
                     .contact = told.contact,
                     .address_hash = address.hash,
                     .address = address.address,
                     .kind = address.kind,
                     .channels = told.channels,
                     .state = std::string(hearing::to_be_done_by_hand),
                     .opt_out = told.because,
                     .since = told.since,
                     .alert_from = told.since};
    if (told.hears && told.state == hearing::awaiting_webhook) {
      one.state = told.state;
      one.alert_from = told.written_at + webhook_time;
      if (told.written_at == Timestamp{} || now < one.alert_from)
        continue;
    } else if (told.hears) {
      if (told.state != hearing::to_be_done_by_hand)
        continue;
    } else if (told.by_hand) {
      one.alert_from = told.since + domain::confirmation_time;
    } else {
      continue;
    }
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<LeftToPeople>> all_left_to_people(const Scan& scan, const TenantId& tenant,
                                                     const ConnectorName& connector,
                                                     std::size_t limit, Timestamp now) {
  constexpr std::size_t batch = 200;
  std::vector<LeftToPeople> out;
  std::set<std::tuple<Position, ConnectorName, ContactId>> seen;
  Position after;
  for (;;) {
    TRY(hands, hands_after(scan, tenant, after, batch));
    for (const auto& hand : hands) {
      TRY(hashes, addresses_of(scan, tenant, hand));
      for (const auto& hash : hashes) {
        TRY(view, opt_outs_of(scan, tenant, hash));
        for (auto& one : left_to_people(view, now)) {
          TRY(its, is_for(scan, tenant, hand, one.position));
          if (its && (connector.value.empty() || one.connector == connector)
              && seen.emplace(one.position, one.connector, one.contact).second)
            out.push_back(std::move(one));
        }
      }
      if (out.size() >= limit)
        return out;
    }
    if (hands.size() < batch)
      return out;
    after = hands.back().position;
  }
}

Result<HandsLookedAt> look_at_hands(const Scan& scan, const TenantId& tenant, Position after,
                                    std::size_t limit) {
  HandsLookedAt out;
  TRY(hands, hands_after(scan, tenant, after, limit));
  for (const auto& hand : hands) {
    TRY(settled, is_settled(scan, tenant, hand));
    if (settled)
      out.settled.push_back(hand.position);
  }
  if (hands.size() == limit)
    out.last = hands.back().position;
  return out;
}

} // namespace tidemark::projections
