#pragma once
#include <string>

namespace tidemark::app {

struct ServeOptions {
  std::string config_file = "tidemark.toml";
  std::string data_dir;         ///< instead of [log] dir
  std::string store_key;        ///< file; "" for what the environment says
  int ready_fd = -1;            ///< a line with the port is written here once the listener is open
  int given_listener = -1;      ///< `serve` finds it itself (app/process/given_socket.hpp)
  bool test_failpoints = false; ///< arm what TIDEMARK_FAILPOINTS names; for tests only
};

/// Runs the service until SIGTERM or SIGINT, then drains. Gives the process's exit code
/// (docs/operating.md): 0, 64 configuration, 65 data damaged or rolled back, 74 storage, 75 data in
/// use, 69 when the address cannot be listened on.
int serve(const ServeOptions& options);

} // namespace tidemark::app
