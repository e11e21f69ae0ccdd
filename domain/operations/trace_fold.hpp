#pragma once
#include "domain/operations/span.hpp"
#include "domain/operations/undecided_inputs.hpp"
#include "events/codec.hpp"
#include "events/recorded.hpp"

#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace tidemark::domain {

/// A fold over the log: the spans of webhooks. One for its receipt, under the parent that its
/// `traceparent` names; under that one for its decision; under that one for each request of the
/// deliveries that follow. A webhook without `traceparent` begins a trace of its own, one whose
/// sender does not record its trace has no spans. All ids are made from the log, so a replay gives
/// the same.
class TraceFold {
public:
  /// The event at a position; nothing where it cannot be read.
  using Look = std::function<std::optional<events::Recorded>(Position)>;

  /// Of these `take` wants the header, or the whole event.
  static bool wants_header(std::string_view type);
  static bool wants_event(std::string_view type);

  void take(const events::RecordHeader& header, const Look& look);
  void take(const events::Recorded& recorded, const Look& look);

  /// Those that ended since the last call.
  std::vector<Span> take_spans() { return std::exchange(spans_, {}); }

private:
  /// What its spans have in common.
  struct Trace {
    std::string id; ///< "": it has no spans
    std::string received, decided;
    ConnectorName connector;
    Timestamp received_at;
  };
  struct Request {
    std::uint32_t attempt = 0, step = 0;
    std::string step_name;
    Timestamp at;
  };

  static Trace trace_of(const events::Envelope& envelope, const events::WebhookReceived& e);
  Trace trace_at(Position input, const Look& look);
  void keep(Position input, const Trace& trace);
  void received(const events::Envelope& envelope, const events::WebhookReceived& e);
  void decided(Position input, Span ending, const Look& look);
  void answered(const events::Recorded& recorded, const Look& look);

  std::map<Position, Trace> traces_;
  UndecidedInputs undecided_;
  std::map<DeliveryId, Request> requests_; ///< that are out
  std::vector<Span> spans_;
};

} // namespace tidemark::domain
