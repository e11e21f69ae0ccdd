#pragma once
#include "explanation/chain.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the entries of a chain have in common. Texts are built from names of systems and fields,
/// ids and positions; values of fields never enter them.
namespace tidemark::explanation {

using Entries = std::vector<ChainEntry>;

/// Their names with commas, "no fields" for none.
std::string names_of(const events::FieldSet& fields);
std::string names_of(const std::vector<events::Channel>& channels);
/// As ChainEntry::parts.
std::vector<std::string> parts_of(const std::vector<events::Channel>& channels);
/// `1 record`, `2 records`.
std::string counted(std::size_t count, std::string_view noun);

/// The entry of the event with this envelope.
ChainEntry start(const events::Envelope& envelope, std::string_view kind, std::string text);
/// Adds the sentence of the reason to the text, and its next step: about the subject, such as the
/// webhook that could not be read, else about the entry's own position, delivery and target.
void give_reason(ChainEntry& entry, Reason reason, std::optional<Position> subject = {});
/// What a decision means for each system; `work` and `parts` as in ChainEntry.
void add_targets(Entries& entries, const events::Envelope& at,
                 const std::vector<events::TargetOutcome>& targets, std::string_view work,
                 const std::vector<std::string>& parts = {});

/// What intents, requests and answers say; nothing for an event that is about no delivery.
Entries delivery_entries(const events::Recorded& recorded);

} // namespace tidemark::explanation
