#pragma once
#include "domain/consent/suppression.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a row of a list of opt-outs from elsewhere means. It closes, or asks a person; it never
/// opens, and lifts nothing.
namespace tidemark::domain {

/// The rule that statements of an import name: which file it was.
std::string import_rule(std::string_view file_hash);

/// What a list's word closes at an address of the kind: sms, calls, email, or all of it. Nothing
/// for another word, and for one that such an address does not have.
std::optional<std::vector<events::Channel>> channels_named(std::string_view word,
                                                           events::Field kind);

/// What the row says to an address with that state; `received`: when the row was recorded.
/// - A channel that the person opened later than the row says is for a person to decide, and closed
///   until then.
/// - A channel that an imported opt-out as new holds closed already needs none. Empty: none does.
std::vector<ConsentSignal> signs_of(const events::OptOutImported& row, const ConsentState& state,
                                    Timestamp received);

/// What may be an opt-out in a text of before, as far as a person has to say what it meant: of
/// channels that are open, and that the person has not opened later. `received`: when the row was
/// recorded.
ConsentSignal doubt_left(ConsentSignal doubt, const ConsentState& state, Timestamp received);

} // namespace tidemark::domain
