#pragma once
#include "events/format/field_set.hpp"

#include <string>
#include <string_view>
#include <vector>

/// One form per value, so that equal things are equal (requirement C9). All functions are
/// idempotent.
namespace tidemark::domain {

/// The stored form: phones E.164 where they can be read (else trimmed as they came), e-mail with
/// its domain in lower case, everything else trimmed and with inner white space made single.
/// Not valid UTF-8 becomes U+FFFD.
std::string normalised(events::Field field, std::string_view value, std::string_view region);

/// The form in which two values of a field are the same to us: e-mail and names without case.
std::string comparable(events::Field field, std::string_view value);

/// A key for identity: E.164 or lower-case e-mail with a domain; "" when the value cannot be one.
std::string identity_key(events::Field field, std::string_view value);

/// The form that all spellings of one mailbox share, where another spelling than this one reaches
/// it too: Google's hosts ignore dots and what follows a plus. "" when the value has no such form,
/// or is written so. `email` is as identity_key gives it.
std::string shared_mailbox(std::string_view email);

/// Words of a name, folded to lower case without accents, sorted, each once.
std::vector<std::string> name_words(std::string_view first, std::string_view last);

/// Splits a full name at the last space: {"Ana Maria", "Lopez"}.
std::pair<std::string, std::string> split_name(std::string_view full);

} // namespace tidemark::domain
