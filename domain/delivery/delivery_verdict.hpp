#pragma once
#include "base/ids.hpp"
#include "events/delivery.hpp"
#include "events/format/field_set.hpp"
#include "events/format/reason.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// What a vendor's answer means. Connectors judge; the delivery core decides what follows.
namespace tidemark::domain {

enum class DeliveryVerdict : std::uint8_t {
  accepted,     ///< evidence in the answer that it took effect
  rejected,     ///< refused for good
  retry,        ///< did not take effect, may later
  unauthorized, ///< credential refused: read it anew once, then as retry
  unknown,      ///< may have taken effect
};

struct DeliveryResult {
  DeliveryVerdict verdict = DeliveryVerdict::unknown;
  Reason reason_code = Reason::none; ///< such as rate_limited
  RemoteId remote_id{};              ///< learned from the answer, "" when not told
  /// Values that the answer shows the record to hold; empty: those that were sent.
  std::optional<events::FieldSet> fields{};
  std::string result_id{};    ///< of an action: id of what it made over there
  std::string conversation{}; ///< of an action: thread that it stands in
  std::string detail{};       ///< what the reason is about, such as a list's name
  bool read_back = false;     ///< of an action: it was looked at afterwards and is so
  /// The record to be made was there already and was not written to; `fields` are all it shows.
  bool found = false;
  std::optional<events::Refusal> refused{}; ///< what the vendor says is wrong
  bool operator==(const DeliveryResult&) const = default;
};

/// Was it refused for what it says, so that the same again would be refused again? Not so for what
/// an operator mends at the vendor: scopes, payment, addresses.
bool is_about_content(Reason reason_code);

/// Is it our key, or the account behind it, that the system does not take, whatever is asked?
bool refuses_credential(Reason reason_code);
/// Does the key lack the right to what was asked? Other requests may succeed with it.
bool lacks_right(Reason reason_code);

} // namespace tidemark::domain
