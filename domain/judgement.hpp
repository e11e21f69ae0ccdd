#pragma once
#include "base/ids.hpp"
#include "events/field_set.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// What a vendor's answer means. Connectors judge; the delivery core decides what follows.
namespace tidemark::domain {

enum class Verdict : std::uint8_t {
  accepted,     ///< evidence in the answer that it took effect
  rejected,     ///< refused for good
  retry,        ///< did not take effect, may later
  unauthorized, ///< credential refused: read it anew once, then as retry
  unknown,      ///< may have taken effect
};

struct Judgement {
  Verdict verdict = Verdict::unknown;
  std::string reason_code; ///< such as "rate_limited"; see docs for the sentence of each
  RemoteId remote_id;      ///< learned from the answer, "" when not told
  /// Values that the answer shows the record to hold; empty: those that were sent.
  std::optional<events::FieldSet> fields;
  bool operator==(const Judgement&) const = default;
};

} // namespace tidemark::domain
