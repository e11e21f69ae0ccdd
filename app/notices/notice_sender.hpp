#pragma once
#include "app/notices/notice_text.hpp"

#include <functional>

namespace tidemark::app {

/// Sends by libcurl and waits, ten seconds at most: no redirects, certificates checked. Gives ""
/// when it was taken (2xx, or the mail server's yes), else why not. `stopped` is asked meanwhile,
/// and ends it.
std::string send_notice(const OutgoingNotice& notice, const std::function<bool()>& stopped);

} // namespace tidemark::app
