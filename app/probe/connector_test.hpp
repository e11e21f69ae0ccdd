#pragma once
#include "config/check_config.hpp"

#include <iosfwd>
#include <string>

/// `tidemark test`: asks a system, as the service would, and tells credential from permission from
/// network. It changes nothing over there.
namespace tidemark::app {

struct ConnectorTestOptions {
  std::string config_file = "tidemark.toml";
  std::string data_dir; ///< where tokens of connected accounts are; "" for `[log] dir`
  std::string
      store_key;      ///< file of the key that those are sealed under; "" as the environment says
  std::string tenant; ///< "" for all
  std::string connector; ///< "" for all
  config::OutputFormat format = config::OutputFormat::text;
};

/// A line for each step of each connector. Exit code 0 when nothing failed, 1 when a step did, 2
/// when there is no such connector, 64 when the configuration has faults.
int test_connectors(const ConnectorTestOptions& options, std::ostream& out);

} // namespace tidemark::app
