#pragma once
#include <string>
#include <string_view>

namespace tidemark::domain {

/// The form in which two spellings of one tag are equal: systems differ in what they make of case
/// and spaces. A tag without any word is its own key.
std::string tag_key(std::string_view tag);

/// Is it a tag that systems read (`SYS:...`)? Such tags come first (requirement A1.6).
bool is_system_tag(std::string_view tag);

} // namespace tidemark::domain
