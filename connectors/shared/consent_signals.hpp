#pragma once
#include "domain/consent/keyword_recognition.hpp"
#include "domain/rules/command.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How translations state what a body says about consent.
namespace tidemark::connectors {

/// All ways to reach a person by number, and all ways there are.
std::vector<events::Channel> phone_channels();
std::vector<events::Channel> all_channels();
/// STOP to one text ends all texts (requirement E6.6).
std::vector<events::Channel> text_channels();

/// A mark on a record: do-not-disturb, do-not-call, a tag.
domain::ConsentSignal mark(events::ConsentChange change, std::vector<events::Channel> channels,
                           events::Evidence evidence, std::string stated_at, bool stale);

/// What the person's own words say; nothing when they say nothing about consent. `number` is
/// theirs, normalised.
std::optional<domain::ConsentSignal> sign_in_words(std::string_view text, std::string number,
                                                   std::string stated_at, bool stale);

/// What a provider says that the person did.
domain::ConsentSignal told_by_provider(events::ConsentChange change, std::string number,
                                       std::string stated_at, bool stale);

/// A provider refused a send because the person opted out there.
domain::ConsentSignal refused_by_provider(std::string number, std::string stated_at);

/// May any of them close something, perhaps after a person has read it?
bool may_close(const std::vector<domain::ConsentSignal>& signs);
/// Does any of them close something?
bool closes_any(const std::vector<domain::ConsentSignal>& signs);

} // namespace tidemark::connectors
