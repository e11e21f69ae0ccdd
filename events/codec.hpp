#pragma once
#include "base/result.hpp"
#include "events/recorded.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidemark::events {

/// The payload JSON of an event, in the order of its member list.
std::string encode(const Event& event);
/// The stored name of an event's type.
std::string_view type_of(const Event& event);

/// Reads a payload by its stored type name, lifting older versions to the newest form.
/// A type nobody knows gives `Unknown`; a payload that does not fit its type is an error.
Result<Event> decode(std::string_view type, std::string_view payload);

/// Reads payloads of one type, looked up once. For many events of few types.
class Decoder {
public:
  /// An event type's entry in the table of all types.
  struct Type;

  explicit Decoder(std::string_view type);
  /// Nobody knows the type: every payload is `Unknown`.
  bool unknown() const { return type_ == nullptr; }
  /// Reads into `out`, whose memory is used again when it holds an event of the same type. After an
  /// error `out` is of no use. Errors as for `decode`.
  Status operator()(std::string_view payload, Event& out) const;

private:
  std::string name_;
  const Type* type_;
};

/// Every stored name that can be read, newest versions first, for the golden-sample test.
std::vector<std::string_view> known_types();

/// Binary form of the record: grammar in codec.cpp. `hash` is not included.
/// Appends to `out`.
void append_record(std::string& out, const Envelope& envelope, std::string_view payload,
                   std::string_view attachment);
/// A record's parts without copies; valid as long as `bytes` is.
struct RecordView {
  Envelope envelope; ///< without tags unless asked for
  std::string_view payload;
  std::string_view attachment;
};
/// Reads a record. `with_tags` false skips them, which a fold does not need.
Result<RecordView> read_record(std::string_view bytes, bool with_tags = true);
/// What a record holds besides its envelope.
struct RecordContent {
  std::string_view payload;
  std::string_view attachment;
};
/// The same with an envelope of the caller's, whose memory is used again.
Result<RecordContent> read_record_into(std::string_view bytes, Envelope& envelope,
                                       bool with_tags = true);

/// The few envelope members that a fold looks at before it decides to read more.
struct RecordHeader {
  Position position;
  Timestamp recorded_at;
  Position cause;
  std::uint32_t command_index = 0;
  Decider decider = Decider::none;
  std::string_view type;
  std::string_view tenant;
  std::string_view stream;
};
Result<RecordHeader> read_header(std::string_view bytes);

} // namespace tidemark::events
