#pragma once
#include <string_view>

namespace tidemark::domain {

/// Whether text looks like one of the marks by which people tag those who opted out ("DNC",
/// "SMS Opted Out", "unsubscribed"); errs towards yes.
bool is_opt_out_tag(std::string_view tag);

} // namespace tidemark::domain
