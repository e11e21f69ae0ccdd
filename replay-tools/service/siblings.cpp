#include "replay-tools/service/siblings.hpp"

#include "base/contains.hpp"
#include "replay-tools/output.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace tidemark::tools {

std::optional<std::string> service_command(const std::vector<std::string>& arguments) {
  constexpr auto with_value = words("--config", "--data", "--tenant", "--format");
  constexpr std::array<std::string_view, 4> of_service{"serve", "demo", "check-config", "diagnose"};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& word = arguments[i];
    if (contains(with_value, word))
      ++i;
    else if (!word.starts_with('-')) {
      const bool found = contains(of_service, word);
      return found ? std::optional(word) : std::nullopt;
    }
  }
  return std::nullopt;
}

int become_service(char** argv) {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  const auto sibling = (self.parent_path() / "tidemarkd").string();
  if (!failed)
    ::execv(sibling.c_str(), argv);
  return report({"service_unreachable", "the service's program " + sibling
                                            + " cannot be started: " + std::strerror(errno)
                                            + "; install it beside this one"});
}

} // namespace tidemark::tools
