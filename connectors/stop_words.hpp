#pragma once
#include <cstdint>
#include <string_view>

namespace tidemark::connectors {

enum class StopSign : std::uint8_t {
  none,
  possible, ///< longer text with a word in it: a person decides
  opt_out,  ///< the message is an opt-out
};

/// Reads a message as its sender's wish (mission A5, STOP matching): the whole message equals a
/// word after trimming, punctuation and case; for STOP, UNSUBSCRIBE and OPTOUT also at most three
/// words that begin with it. Quotes, other spaces and emoji are punctuation too. "weekend" and
/// "cancel my other appointment" are no opt-outs (A1.7 6).
StopSign stop_sign(std::string_view message);

} // namespace tidemark::connectors
