#pragma once
#include <iosfwd>
#include <string>

namespace tidemark::demo {

struct DemoOptions {
  bool once = false;    ///< play, check and end
  std::string data_dir; ///< keep the data there; "": a temporary folder that is removed
  bool colours = false;
  unsigned patience_s = 15; ///< how long each change may take to arrive
};

/// Starts the sandbox systems and the service on loopback, plays changes through them and shows
/// what comes of each. Without `once` it then runs until Ctrl-C. Gives the exit code: 0; 1 when
/// something did not end as it should (or it was interrupted before); 2 for a data folder that is
/// not empty; 69 when something could not be started.
int run_demo(const DemoOptions& options, std::ostream& out);

} // namespace tidemark::demo
