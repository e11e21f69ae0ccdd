#pragma once
#include <string_view>

namespace tidemark::connectors {

/// May a body that cannot be read as JSON hold an opt-out? Looks for words that
/// domain/consent/keyword_recognition.hpp takes for one, and for marks such as `dnd` that are not
/// plainly off, in JSON with any fault, in form fields and in UTF-16. Rather too often than too
/// seldom: it raises an alert for a person (requirement O19). Takes any bytes, never throws.
bool may_hold_opt_out(std::string_view body);

} // namespace tidemark::connectors
