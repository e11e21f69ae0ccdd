#pragma once
#include "domain/rules/command.hpp"

namespace tidemark::domain {

/// Somebody asked to be left alone and nobody can tell who: held for a person to read, and an alert
/// (requirement O19).
events::SkippedPart unreadable_opt_out();

/// Adds that part when the body was taken for a possible opt-out, some of it could not be read, and
/// no command closes anything.
void hold_unreadable_opt_out(Translation& translation);

} // namespace tidemark::domain
