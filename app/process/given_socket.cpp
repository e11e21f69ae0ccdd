#include "app/process/given_socket.hpp"

#include <systemd/sd-daemon.h>

namespace tidemark::app {

Result<int> given_socket() {
  const int count = sd_listen_fds(1);
  if (count < 0)
    return Error{"wrong_socket", "LISTEN_FDS and LISTEN_PID are not what systemd sets"};
  if (count > 1)
    return Error{"wrong_socket", std::to_string(count)
                                     + " sockets were handed over; tidemark.socket is to have one "
                                       "ListenStream="};
  return count == 1 ? SD_LISTEN_FDS_START : -1;
}

} // namespace tidemark::app
