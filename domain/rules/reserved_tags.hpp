#pragma once
#include <string_view>

/// Tags with a meaning of their own, which no rule of an account gives or takes.
namespace tidemark::domain {

/// The tag that an archived contact has in systems that keep tags.
inline constexpr std::string_view archived_tag = "Archived";

/// Whether text looks like one of the marks by which people tag those who opted out ("DNC",
/// "SMS Opted Out", "unsubscribed"); errs towards yes.
bool is_opt_out_tag(std::string_view tag);

} // namespace tidemark::domain
