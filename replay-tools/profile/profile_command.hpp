#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tidemark::tools {

/// `tidemark profile memory`: what the running service has in memory, what for, and whether it
/// rises. Errors: as of ask_service.
Result<int> profile_memory(const CommonOptions& common);

/// `tidemark profile cpu`: processor time of the running service's threads over so many seconds.
/// Errors: as of ask_service.
Result<int> profile_cpu(const CommonOptions& common, std::uint32_t seconds);

/// What a look at the memory says of its trend, as a sentence.
std::string trend_sentence(const nlohmann::ordered_json& memory);

struct ThreadUse {
  std::string name;
  std::uint64_t threads = 0, milliseconds = 0;
};
/// What came between two looks, the most first. What is not of a thread that is there now is "of
/// threads that ended".
std::vector<ThreadUse> thread_use(const nlohmann::ordered_json& before,
                                  const nlohmann::ordered_json& after);

} // namespace tidemark::tools
