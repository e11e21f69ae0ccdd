#pragma once
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::events {

/// Who decided: part of the triple (cause, command index, decider) that makes a decision single.
enum class Decider : std::uint8_t {
  none = 0, ///< the event is an input, not a decision
  gateway = 1,
  interpreter = 2,
  contact = 3,
  delivery = 4,
  engine = 5,
  admin = 6,
};
inline constexpr std::string_view name_of(Decider decider) {
  constexpr std::string_view names[] = {"none",     "gateway", "interpreter", "contact",
                                        "delivery", "engine",  "admin"};
  const auto index = static_cast<std::size_t>(decider);
  return index < std::size(names) ? names[index] : "unknown"; // a damaged record may say anything
}

/// How stored bytes are to be read. Sealing comes later and changes nothing else.
enum class Encoding : std::uint8_t { none = 0, plain = 1, sealed = 2 };

/// What a tag stands for; first byte of the tag.
enum class TagKind : std::uint8_t {
  stream = 1,   ///< set by the writer for every event
  contact = 2,  ///< every event about a contact, also its deliveries
  identity = 3, ///< a key: phone, e-mail or remote id
  card = 4,     ///< the identity card of a contact
  consent = 5,  ///< an address: opt-out signs and states
  delivery = 6, ///< every event of one delivery
  subject = 7,  ///< webhooks about one record, where equal bytes may be a repeat (rule 11)
  access = 8,   ///< tokens, and whether the tenant works
};
/// A tag under which events are found and append conditions stand: a kind and a hash, 17 bytes.
struct Tag {
  TagKind kind = TagKind::stream;
  Hash16 hash{};
  auto operator<=>(const Tag&) const = default;
};

/// Everything about a stored event but its content. Holds no personal data, ever (rule 12).
struct Envelope {
  Position position;
  Timestamp recorded_at; ///< never goes backwards along the log
  Epoch epoch;
  TenantId tenant;
  StreamName stream;
  StreamVersion version;
  std::string type; ///< stored name with version, such as `contact.changed.v1`
  Position cause;   ///< 0 for inputs
  std::uint32_t command_index = 0;
  Decider decider = Decider::none;
  Position correlation;    ///< the input at the root of the chain; itself for inputs
  std::uint16_t rules = 0; ///< rules version of the decision, 0 for inputs
  std::vector<Tag> tags;
  Encoding payload_encoding = Encoding::plain;
  Encoding attachment_encoding = Encoding::none;
  Digest hash{}; ///< SHA-256 over the previous event's hash and this event's other stored bytes
};

} // namespace tidemark::events
