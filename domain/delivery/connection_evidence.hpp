#pragma once
#include "base/time.hpp"
#include "events/connector.hpp"
#include "events/format/reason.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What answers of a system show about the connection to it. Nothing here is taken on trust: before
/// the first answer since the start, only what the log tells of the secrets is known.
namespace tidemark::domain {

/// An answer older than this does not show that the system can be reached now.
inline constexpr std::chrono::seconds reached_lasts{60};
/// A system that has been silent for so long is asked a question that costs nothing there: with the
/// ten seconds that an answer may take, what is wrong has its name within thirty...
inline constexpr std::chrono::seconds probe_after{15};
/// ... and sooner after one that failed.
inline constexpr std::chrono::seconds probe_after_failure{5};

/// What one request showed.
struct ConnectionSign {
  std::uint32_t http_status = 0; ///< 0: no answer came
  Reason reason_code = Reason::none;
  bool understood = false; ///< the connector took the answer for a success of its own kind
  bool renewing = false;   ///< the refused token is being renewed: no last word about it yet
  bool forwarded = false;  ///< sent by the secret for forwarded bodies, not by the token
  bool probe = false;      ///< it shows nothing of credits and rights that it does not need
};

/// Of one secret. The times are of this engine's clock.
struct CredentialEvidence {
  std::optional<Timestamp> accepted; ///< the last time
  std::optional<Timestamp> refused;  ///< since when, without an acceptance after it
  Reason reason_code = Reason::none; ///< of the refusal
  std::uint32_t http_status = 0;     ///< of the last judgement
  bool by_probe = false;             ///< a probe has the last word
  bool from_log = false; ///< of an earlier start: accepted then or later, nobody noted when last
};

/// A right that the key lacks. That is no refusal of the key.
struct MissingRight {
  Timestamp since;
  Reason reason_code = Reason::none;
  bool by_probe = false;
};

/// The last request that did not succeed: no answer, a refusal, an error over there.
struct LastError {
  Timestamp at;
  Reason reason_code = Reason::none;
  std::uint32_t http_status = 0; ///< 0: no answer came
};

struct ConnectionEvidence {
  std::optional<Timestamp> reached; ///< the last HTTP answer, whatever it said
  CredentialEvidence token, forward_secret;
  std::optional<MissingRight> missing_right;
  Reason failure = Reason::none;         ///< of the last request, where none came back or a 5xx
  std::optional<Timestamp> last_success; ///< a 2xx of this start, with an answer of its own kind
  std::optional<LastError> last_error;   ///< of this start

  void take(const ConnectionSign& sign, Timestamp now);
  /// Any HTTP answer came.
  void answered(Timestamp now) { reached = now; }
  /// The secret that is refused; null where none is.
  const CredentialEvidence* refusal() const;
  /// The secret that was accepted last; null where none was.
  const CredentialEvidence* acceptance() const;
  /// The newest acceptance of either secret.
  std::optional<Timestamp> accepted() const;

private:
  void note_outcome(const ConnectionSign& sign, Timestamp now);
};

enum class ConnectionWord : std::uint8_t {
  connected, ///< an answer within `reached_lasts`, and our secret was accepted when last judged
  unknown,   ///< neither that nor a refusal
  refused,   ///< the system refused our secret and has not accepted it since
  limited,   ///< the secret lacks a right, or nobody knows that it was given it since
};
/// An answer that the clock places in the future, as after it was set back, shows nothing.
ConnectionWord word_of(const ConnectionEvidence& evidence, Timestamp now);
/// Has it answered within `reached_lasts`?
bool is_reached(const ConnectionEvidence& evidence, Timestamp now);

/// What the log says of a connector's secrets: each change of the judgement is recorded, so that a
/// restart forgets no refusal.
class CredentialJournal {
public:
  /// An event of the past, oldest first. What it says of another key than the one in use says
  /// nothing now. Evidence of this start is newer and stays.
  void restore(const events::CredentialChanged& event, Timestamp recorded_at,
               const std::string& key_id, ConnectionEvidence& evidence);
  /// What is to be recorded now.
  std::vector<events::CredentialChanged> note(const ConnectorName& connector,
                                              const std::string& key_id,
                                              const ConnectionEvidence& evidence);

private:
  std::optional<events::CredentialChanged> token_, forward_secret_; ///< recorded last
};

} // namespace tidemark::domain
