#pragma once
#include "base/result.hpp"
#include "sandbox/world/json.hpp"

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::sandbox {

/// Something that goes wrong on order.
struct Fault {
  std::string system;    ///< gohighlevel, aloware, verity, generic
  std::string match;     ///< part of "METHOD /path", or of a webhook's kind; "" matches all
  std::string behaviour; ///< see `is_request_behaviour` and `is_webhook_behaviour`
  unsigned status = 0;   ///< for the behaviour `status`
  long times = 1;        ///< how often; -1 until removed
  long count = 2;        ///< of `duplicate`: how many are sent in all
  std::chrono::milliseconds delay{0};
  std::string retry_after; ///< header as it goes out, "" for none
  std::string body{};      ///< of `status`: what the answer says, "" for the vendor's usual words
};

/// status, garbage, html200, huge, never, reset, redirect (nothing takes effect); drip,
/// wrong_length, effect_then_timeout, effect_then_reset, send_before_answer, delay (it does).
bool is_request_behaviour(std::string_view behaviour);
/// duplicate, reorder, webhook_delay, drop, hold.
bool is_webhook_behaviour(std::string_view behaviour);

/// Reads `{"system","match","status"|"behaviour","times","count","delay_ms","retry_after","body"}`.
Result<Fault> read_fault(const Json& body);

/// The faults that wait to be played, oldest first.
class Faults {
public:
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  /// The first one that fits; used up when its times have run out.
  std::optional<Fault> take(std::string_view system, std::string_view what, bool webhook);
  void clear() { faults_.clear(); }
  Json dump() const;

private:
  std::list<Fault> faults_;
};

} // namespace tidemark::sandbox
