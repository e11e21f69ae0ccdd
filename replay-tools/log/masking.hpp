#pragma once
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace tidemark::tools {

/// Masks the personal data in an event's payload: values of contact fields, remote ids, the values
/// of a conflict and stored headers. What is masked is decided by member names, which are the
/// storage format; a member that is not known to be harmless inside `fields` is masked too.
void mask_payload(nlohmann::ordered_json& payload);

/// A contact field's value in the form that anyone may see.
std::string masked_field(std::string_view field, std::string_view value);

} // namespace tidemark::tools
