#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/reason.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::domain {

/// The request of a delivery that a span is about.
struct SpanRequest {
  DeliveryId delivery;
  std::uint32_t attempt = 0;     ///< from 1
  std::uint32_t step = 0;        ///< from 0
  std::uint32_t http_status = 0; ///< 0: no answer came
};

/// A stretch of what became of a webhook, as OpenTelemetry tells it. Holds no personal data.
struct Span {
  /// By the numbers of OTLP.
  enum class Kind : std::uint8_t { internal = 1, server = 2, client = 3 };
  std::string trace;  ///< 32 hex digits
  std::string id;     ///< 16 hex digits
  std::string parent; ///< likewise, "" none
  Kind kind = Kind::internal;
  std::string name;
  Timestamp begin, end;
  TenantId tenant;
  ConnectorName connector;
  Position position; ///< of the event that ends it
  std::string_view outcome;
  Reason reason = Reason::none;
  bool failed = false;
  std::optional<SpanRequest> request{}; ///< of an attempt
};

/// The id of a request's span, which the system is sent as the parent of what it does.
std::string request_span_id(const DeliveryId& delivery, std::uint32_t attempt, std::uint32_t step);

} // namespace tidemark::domain
