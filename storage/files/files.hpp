#pragma once
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The few file operations with their syncs. Errors: storage_failed, with the path and errno's
/// text.
namespace tidemark::storage {

/// A file descriptor that closes itself.
class Descriptor {
public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

private:
  int fd_ = -1;
};

/// `doing path: text of errno`. `code` is storage_failed unless said otherwise.
Error file_error(std::string_view doing, const std::string& path,
                 std::string code = "storage_failed");

/// Nothing when the file does not exist.
Result<std::optional<std::string>> read_file(const std::string& path);
/// Whole or not at all, and there after a power cut: temporary file, sync, rename, sync of the
/// folder.
Status write_file(const std::string& path, std::string_view bytes, unsigned mode);
Status sync_folder(const std::string& path);
/// Errors: keys_exposed when others than its owner may read it.
Status check_private(const std::string& path);
/// Gone after a power cut too; none there is well.
Status remove_file(const std::string& path);
/// Makes one folder if it is missing, and makes it last.
Status make_folder(const std::string& path, unsigned mode);

} // namespace tidemark::storage
