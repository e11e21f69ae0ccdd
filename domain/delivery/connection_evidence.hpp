#pragma once
#include "base/time.hpp"
#include "events/format/reason.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

/// What answers of a system show about the connection to it. Nothing here is taken on trust: before
/// the first answer since the start, nothing is known.
namespace tidemark::domain {

/// An answer older than this does not show that the system can be reached now.
inline constexpr std::chrono::seconds reached_lasts{60};

/// What one request showed.
struct ConnectionSign {
  std::uint32_t http_status = 0; ///< 0: no answer came
  Reason reason_code = Reason::none;
  bool understood = false; ///< the connector took the answer for a success of its own kind
  bool renewing = false;   ///< the refused token is being renewed: no last word about it yet
  bool forwarded = false;  ///< sent by the secret for forwarded bodies, not by the token
};

/// Of one secret. Both times are of this engine's clock.
struct CredentialEvidence {
  std::optional<Timestamp> accepted; ///< the last time
  std::optional<Timestamp> refused;  ///< since when, without an acceptance after it
  Reason reason_code = Reason::none; ///< of the refusal
};

struct ConnectionEvidence {
  std::optional<Timestamp> reached; ///< the last HTTP answer, whatever it said
  CredentialEvidence token, forward_secret;

  void take(const ConnectionSign& sign, Timestamp now);
  /// Any HTTP answer came.
  void answered(Timestamp now) { reached = now; }
  /// The secret that is refused; null where none is.
  const CredentialEvidence* refusal() const;
  /// The newest acceptance of either secret.
  std::optional<Timestamp> accepted() const;
};

enum class ConnectionWord : std::uint8_t {
  connected, ///< an answer within `reached_lasts`, and our secret was accepted when last judged
  unknown,   ///< neither that nor a refusal
  refused,   ///< the system refused our secret and has not accepted it since
};
/// An answer that the clock places in the future, as after it was set back, shows nothing.
ConnectionWord word_of(const ConnectionEvidence& evidence, Timestamp now);

} // namespace tidemark::domain
