#pragma once
#include "base/result.hpp"

namespace tidemark::app {

/// The listening socket that whoever started this process hands over, as systemd does (LISTEN_FDS,
/// LISTEN_PID); -1 when there is none. Once: the environment is cleared. Errors: wrong_socket.
Result<int> given_socket();

} // namespace tidemark::app
