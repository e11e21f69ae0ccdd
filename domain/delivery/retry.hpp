#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

/// When to try again. Pure: the jitter is a hash of (delivery id, attempt) (rule 6).
namespace tidemark::domain {

/// With the back-off below: about three hours. Opt-outs and opt-ins go on as long as nobody
/// answers.
inline constexpr std::uint32_t attempts_max = 20;
inline constexpr std::chrono::seconds back_off_max{900};
/// Of opt-outs and opt-ins: a system hears of them within a minute of being back, jitter included.
inline constexpr std::chrono::seconds consent_back_off_max{40};
inline constexpr std::chrono::seconds retry_after_max{3600}; ///< absurd values are cut to this

/// Pause after the given attempt (from 1): 1 s doubled each time, at most `longest`, +-20 %.
std::chrono::milliseconds back_off(const DeliveryId& delivery, std::uint32_t attempt,
                                   std::chrono::seconds longest = back_off_max);

/// `Date` and the like: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 5.6.7); nothing when it is
/// another form.
std::optional<Timestamp> parse_http_date(std::string_view text);

/// `Retry-After` (RFC 9110 10.2.3): seconds or an HTTP date; nothing when it is neither.
/// Never negative, at most retry_after_max.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, Timestamp now);

/// When to try again after the given attempt, which was answered at `answered_at`: after the
/// back-off, and not before the answer's Retry-After is over.
Timestamp try_again_at(const DeliveryId& delivery, std::uint32_t attempt,
                       std::string_view retry_after, Timestamp answered_at,
                       std::chrono::seconds longest = back_off_max);

} // namespace tidemark::domain
