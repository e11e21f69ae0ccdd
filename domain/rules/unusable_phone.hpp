#pragma once
#include "events/format/field_set.hpp"
#include "events/format/reason.hpp"

#include <string_view>

/// Numbers by which nobody can be reached or found (requirement C2).
namespace tidemark::domain {

/// What is wrong with the stored form of a telephone number; none when it can be one, or is empty.
Reason why_unusable(std::string_view phone);

/// Can nobody be found by these values? Then why not, else none.
Reason why_not_found(const events::FieldSet& values);

} // namespace tidemark::domain
