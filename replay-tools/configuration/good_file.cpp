#include "replay-tools/configuration/good_file.hpp"

#include "base/text/joined.hpp"

namespace tidemark::tools {

Result<config::LoadedConfig> good_file(const std::string& file) {
  auto loaded = config::load_config_file(file, *config::process_environment());
  if (loaded.ok())
    return loaded;
  return Error{"bad_configuration", joined(loaded.faults, "\n", [](const auto& fault) {
                 return config::to_text(fault);
               })};
}

} // namespace tidemark::tools
