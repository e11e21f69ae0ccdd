#pragma once
#include "connectors/connector.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What a vendor says is wrong with a request, without what it repeats of a person.
namespace tidemark::connectors {

/// A vendor's words, as nobody has to hide them: of one line and bounded length. E-mail addresses,
/// numbers that may be telephone numbers, quoted values and each of `personal` are masked.
std::string masked_words(std::string_view words, std::span<const std::string> personal);

/// Of an attempt that ended without success: the newest answer that says something, one to a
/// look-up that found nobody last. Nothing where none does.
std::optional<events::Refusal> refusal_of(const Connector& connector,
                                          std::span<const Exchange> exchanges,
                                          std::span<const std::string> personal);

} // namespace tidemark::connectors
