#include "projections/consent/opt_out_rows.hpp"

#include "events/format/tags.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"

#include <set>

namespace tidemark::projections {
namespace {

constexpr std::string_view opt_outs_table = "opt_outs";

bool is_own_hash(const ContactId& contact, std::string_view hash) {
  return to_hex(events::contact_as_address(contact)) == hash;
}

bool lists_hash(json::Value card, std::string_view hash) {
  for (const auto* member : {"phones", "emails", "contested"})
    for (const auto& listed : card[member].items())
      if (listed.text().value_or("") == hash)
        return true;
  for (const auto& part : card["parts"].items())
    if (is_own_hash(ContactId(std::string(part.text().value_or(""))), hash))
      return true;
  return false;
}

/// The contacts that shall take a statement in, of all that were decided with the same cause.
Result<std::set<ContactId>> meant_for(const Scan& scan, const TenantId& tenant,
                                      const StatementView& statement) {
  std::uint64_t place = 0; // of the statement among those of its decision
  std::set<ContactId> out;
  const auto prefix = row_key(tenant, {"decision", position_part(statement.cause)});
  const auto at = position_part(statement.decided);
  const auto status = each_opt_out_row(scan, prefix, [&](const auto& parts, json::Value row) {
    if (parts.size() < 4)
      return;
    if (parts[2] == "stated")
      place += parts[3] < std::string_view(at) ? 1 : 0;
    else if (number_of(row, "place") == place) // all statements of it were read before
      out.emplace(text_of(row, "contact"));
  });
  return status ? Result<std::set<ContactId>>(std::move(out))
                : Result<std::set<ContactId>>(status.error());
}

} // namespace

std::vector<events::Channel> channels_named(const std::vector<std::string>& names) {
  std::vector<events::Channel> out;
  for (const auto& name : names)
    out.push_back(enum_of(name, events::Channel::sms));
  return out;
}

bool share_one(const std::vector<events::Channel>& some,
               const std::vector<events::Channel>& others) {
  return std::find_first_of(some.begin(), some.end(), others.begin(), others.end()) != some.end();
}

Status each_opt_out_row(const Scan& scan, const std::string& prefix, const RowReader& read) {
  bool readable = true;
  const auto status =
      scan(opt_outs_table, prefix, {}, [&](std::string_view key, std::string_view value) {
        const auto parts = key_parts(key);
        const auto row = json::parse(value);
        return readable = row.ok() && parts.size() >= 2 && read(parts, row->root());
      });
  if (!status)
    return status.error();
  return readable ? Status(Done{}) : Status(damaged_row(opt_outs_table));
}

AbsorbedContact absorbed_by(json::Value row) {
  return {ContactId(text_of(row, "contact")), channels_named(texts_of(row, "channels")),
          Position{number_of(row, "input")}, Position{number_of(row, "correlation")},
          position_of(row)};
}

Result<bool> had_address(const Scan& scan, const TenantId& tenant, const ContactId& contact,
                         std::string_view hash, Position at) {
  bool had = is_own_hash(contact, hash);
  const auto status = each_opt_out_row(scan, row_key(tenant, {"contact", contact.value, "card"}),
                                       [&](const auto&, json::Value card) {
                                         if (position_of(card) <= at)
                                           had =
                                               lists_hash(card, hash) || is_own_hash(contact, hash);
                                       });
  return status ? Result<bool>(had) : Result<bool>(status.error());
}

Result<DeliveryRows> delivery_rows(const Scan& scan, const TenantId& tenant, const DeliveryId& id) {
  DeliveryRows out;
  const auto take = [&](const std::vector<std::string_view>& parts, json::Value row) {
    const auto kind = parts.size() > 2 ? parts[2] : std::string_view{};
    const Position cause{number_of(row, "cause")}, evidence{number_of(row, "evidence")};
    const auto index = number_of(row, "index");
    if (kind == "sent") {
      out.attempts.push_back(
          {position_of(row), time_of(row, "at"), cause, index, flag_of(row, "effect"), evidence});
    } else if (kind == "gate") {
      out.gates.push_back({cause, index, evidence, text_of(row, "allowance")});
    } else if (kind == "for") {
      out.address_hash = text_of(row, "address_hash");
    } else if (kind == "state") {
      out.state = text_of(row, "state");
      out.reason_code = reason_of(row);
      out.position = position_of(row);
      out.at = time_of(row, "at");
      out.attempt = number_of(row, "attempt");
      out.read_back = flag_of(row, "read_back");
    }
  };
  TRYV(each_opt_out_row(scan, row_key(tenant, {"delivery", id.value}), take));
  return out;
}

Status mark_under_way(const Scan& scan, const TenantId& tenant,
                      const std::vector<AbsorbedContact>& absorbed,
                      std::vector<StatementView>& history) {
  for (auto& statement : history) {
    if (statement.change.change != events::ConsentChange::revoked)
      continue;
    TRY(contacts, meant_for(scan, tenant, statement));
    statement.under_way =
        !std::all_of(contacts.begin(), contacts.end(), [&](const ContactId& contact) {
          return std::any_of(absorbed.begin(), absorbed.end(), [&](const AbsorbedContact& one) {
            return one.contact == contact && one.input == statement.change.input
                   && one.position > statement.decided && one.channels == statement.change.channels;
          });
        });
  }
  return Done{};
}

} // namespace tidemark::projections
