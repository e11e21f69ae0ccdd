#pragma once
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

/// Personal data for callers who may not see it (docs/api.md): phones keep their last two digits,
/// e-mails their first letter and domain, other texts their first letter.
namespace tidemark::gateway {

/// A contact field's value.
std::string masked_field(std::string_view field, std::string_view value);
/// Any text, masked by what it looks like. For remote ids too: some systems use the phone number.
std::string masked_any(std::string_view text);
/// An event's payload: every text whose member is not known to be harmless.
void mask_payload(nlohmann::ordered_json& payload);

} // namespace tidemark::gateway
