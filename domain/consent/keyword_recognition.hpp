#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// What an incoming message asks for (requirements E6, A5 and A1.7.6).
namespace tidemark::domain {

/// Version of the rules and of the words in keywords.cpp. Raise it with any change of
/// either: decisions name it, and tests/golden/recognition.v*.tsv pins it.
inline constexpr unsigned recognition_version = 2;

/// In rising order of what weighs more when a message could be several.
enum class MessageSign : std::uint8_t {
  none,
  help,            ///< asks for the help answer, which is allowed even after an opt-out
  resume,          ///< takes an opt-out back
  resume_if_asked, ///< "YES": takes it back only as the answer to a question for it
  review,          ///< a stop word inside other text: a person decides
  opt_out,         ///< the message is an opt-out
};

constexpr bool may_be_opt_out(MessageSign sign) {
  return sign == MessageSign::opt_out || sign == MessageSign::review;
}

struct Recognised {
  MessageSign sign = MessageSign::none;
  /// Requirement and version, such as "E6.2@1"; "" for none.
  std::string rule;
  bool operator==(const Recognised&) const = default;
};

/// Reads a message. Words count as whole words, never as parts of others; case, punctuation,
/// emoji, quotes and characters without width change nothing; a hyphen or
/// apostrophe between words hides neither. Takes any bytes, never throws.
Recognised recognise(std::string_view text);

} // namespace tidemark::domain
