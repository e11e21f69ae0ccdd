#pragma once
#include "projections/consent/opt_out_view.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Rows of the table `opt_outs` about whom a statement was for, who took it in, and what became of
/// deliveries. For the views of that table only.
namespace tidemark::projections {

template <class Enum>
Enum enum_of(std::string_view name, Enum otherwise) {
  const auto& names = events::EnumNames<Enum>::names;
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? otherwise : static_cast<Enum>(at - names.begin());
}

/// Channels as a row has them.
std::vector<events::Channel> channels_named(const std::vector<std::string>& names);
/// Have they one in common?
bool share_one(const std::vector<events::Channel>& some,
               const std::vector<events::Channel>& others);

/// False: the row cannot be read.
using RowReader = std::function<bool(const std::vector<std::string_view>& parts, json::Value row)>;
/// Every row under the prefix, in the order of the keys. Errors: table_damaged.
Status each_opt_out_row(const Scan& scan, const std::string& prefix, const RowReader& read);
template <class Read>
requires std::is_void_v<std::invoke_result_t<Read&, std::vector<std::string_view>, json::Value>>
    Status each_opt_out_row(const Scan& scan, const std::string& prefix, Read read) {
  return each_opt_out_row(scan, prefix, [&](const auto& parts, json::Value row) {
    read(parts, row);
    return true;
  });
}

/// A contact took a statement about the address in.
struct AbsorbedContact {
  ContactId contact;
  std::vector<events::Channel> channels;
  Position input;       ///< of the statement
  Position correlation; ///< the input that led here: another one where it was carried over
  Position position;
};
AbsorbedContact absorbed_by(json::Value row);

/// Had the contact the address by its newest card up to there, as its own, as one that another
/// contact owns too, or because what it said without any address is kept under its own hash?
Result<bool> had_address(const Scan& scan, const TenantId& tenant, const ContactId& contact,
                         std::string_view hash, Position at);

/// One request of a delivery.
struct RequestRow {
  Position position;
  Timestamp at;
  Position cause;
  std::uint64_t index = 0;
  bool effect = false;
  Position evidence;
};
/// What the send gate said of one.
struct GateRow {
  Position cause;
  std::uint64_t index = 0;
  Position evidence;
  std::string allowance;
};
/// What the table has of one delivery.
struct DeliveryRows {
  std::vector<RequestRow> attempts;
  std::vector<GateRow> gates;
  std::string address_hash; ///< whose statement led to it; "" when no single one did
  std::string state;
  Reason reason_code = Reason::none;
  Position position;
  Timestamp at;
  std::uint64_t attempt = 0;
  bool read_back = false;
};
Result<DeliveryRows> delivery_rows(const Scan& scan, const TenantId& tenant, const DeliveryId& id);

/// Marks the opt-outs that a contact has yet to take in.
Status mark_under_way(const Scan& scan, const TenantId& tenant,
                      const std::vector<AbsorbedContact>& absorbed,
                      std::vector<StatementView>& history);

} // namespace tidemark::projections
