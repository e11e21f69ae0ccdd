#pragma once
#include "config/environment.hpp"

#include <ostream>
#include <string>

namespace tidemark::config {

enum class OutputFormat : std::uint8_t { text, json };

struct CheckConfigOptions {
  std::string file = "tidemark.toml";
  bool effective = false; ///< also print every value and where it comes from, secrets masked
  OutputFormat format = OutputFormat::text;
  std::string store_key{}; ///< file that was named, "" for what the environment says
};

/// The command `check-config`: prints all faults to `out`. Exit code 0, or 64 when there is a
/// fault.
int run_check_config(const CheckConfigOptions& options, const Environment& environment,
                     std::ostream& out);

} // namespace tidemark::config
