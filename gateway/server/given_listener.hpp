#pragma once
#include "base/result.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace tidemark::gateway {

/// Is `descriptor` a TCP socket that listens at `wanted` (port 0: any port)? Errors: wrong_socket,
/// which says what it is instead.
Status check_given_listener(int descriptor, const boost::asio::ip::tcp::endpoint& wanted);

} // namespace tidemark::gateway
