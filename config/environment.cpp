#include "config/environment.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tidemark::config {
namespace {

constexpr std::size_t secret_bytes_max = 64 * 1024;
constexpr mode_t others_and_execution = 0177; // what a mode of 0600 leaves out

Result<SecretText> read_all(int descriptor) {
  std::string text(secret_bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(descriptor, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return Error{"unreadable", std::generic_category().message(errno)};
    if (got == 0)
      break;
    size += static_cast<std::size_t>(got);
  }
  if (size > secret_bytes_max)
    return Error{"too_large", "it is larger than 64 KiB"};
  text.resize(size);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  return SecretText(std::move(text));
}

class ProcessEnvironment final : public Environment {
public:
  std::optional<SecretText> variable(const std::string& name) const override {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr)
      return std::nullopt;
    return SecretText(value);
  }

  Result<SecretText> secret_file(const std::string& path) const override {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
      return Error{errno == ENOENT ? "not_found" : "unreadable",
                   std::generic_category().message(errno)};
    auto secret = checked(descriptor);
    ::close(descriptor);
    return secret;
  }

private:
  /// The mode is read from the open file, so it cannot change in between.
  static Result<SecretText> checked(int descriptor) {
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0)
      return Error{"unreadable", std::generic_category().message(errno)};
    if (!S_ISREG(facts.st_mode))
      return Error{"unreadable", "it is not a regular file"};
    if ((facts.st_mode & others_and_execution) != 0)
      return Error{"open_to_others", "other users may read it"};
    return read_all(descriptor);
  }
};

} // namespace

std::unique_ptr<Environment> process_environment() {
  return std::make_unique<ProcessEnvironment>();
}

StoreKeySource store_key_source(const std::string& option, const Environment& environment) {
  if (!option.empty())
    return {option, false};
  if (const auto file = environment.variable("TIDEMARK_STORE_KEY_FILE"); file && !file->empty())
    return {file->reveal(), false};
  if (const auto folder = environment.variable("CREDENTIALS_DIRECTORY");
      folder && !folder->empty()) {
    const auto path = folder->reveal() + "/tidemark-store-key";
    std::error_code unseen; // the folder may hold other credentials only
    if (std::filesystem::exists(path, unseen))
      return {path, true};
  }
  return {};
}

} // namespace tidemark::config
