#include "storage/folder/folder_files.hpp"

#include "base/crypto.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace tidemark::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t pepper_bytes = 32;

bool exists(const std::string& path) {
  std::error_code unreadable; // what cannot be seen counts as missing, and is then named as such
  return fs::exists(path, unreadable);
}

Error missing(const std::string& path, std::string_view meaning) {
  return {"data_damaged", path + " is missing beside a log: " + std::string(meaning)
                              + "; put it back from a backup"};
}

Result<SecretText> load_pepper(const FolderPaths& paths, Access access, bool has_log,
                               const SecretFiles& secrets, bool keyless) {
  TRY(bytes, read_file(paths.pepper));
  if (!bytes) {
    if (access == Access::read)
      return SecretText{}; // copies without their keys are useful too
    if (has_log)
      return missing(paths.pepper, "without it no address can be found again");
    SecretText fresh(random_bytes(pepper_bytes));
    TRYV(secrets.write("pepper", fresh));
    return fresh;
  }
  if ((access == Access::read || keyless) && is_sealed(*bytes) && secrets.key_id().empty())
    return SecretText{}; // most can be read without it
  TRY(pepper, secrets.open("pepper", *bytes));
  if (pepper.reveal().size() != pepper_bytes)
    return Error{"data_damaged", paths.pepper + " has the wrong length; put it back from a backup"};
  if (access == Access::write)
    if (auto is_private = check_private(paths.pepper); !is_private)
      return is_private.error();
  return pepper;
}

/// Another log's pepper would find none of this log's people again and make each a second time.
Status check_pepper_mark(const FolderPaths& paths, const SecretText& pepper, Access access) {
  if (pepper.reveal().empty())
    return Done{}; // a copy without its keys
  const auto mark = to_hex(hmac_sha256(pepper.reveal(), {"tidemark pepper mark"})).substr(0, 32);
  TRY(stored, read_file(paths.pepper_mark));
  if (stored && std::string_view(*stored).substr(0, mark.size()) != mark)
    return Error{"data_damaged", paths.pepper
                                     + " is not the key that this log was written with; put the "
                                       "right one back from a backup"};
  if (stored || access == Access::read)
    return Done{};
  return write_file(paths.pepper_mark, mark + "\n", 0600);
}

Result<Hash16> load_incarnation(const FolderPaths& paths, Access access, bool has_log) {
  TRY(text, read_file(paths.incarnation));
  if (text) {
    const auto value = hash16_from_hex(std::string_view(*text).substr(0, 32));
    if (!value)
      return Error{"data_damaged",
                   paths.incarnation + " cannot be read; put it back from a backup"};
    return *value;
  }
  if (has_log || access == Access::read)
    return missing(paths.incarnation, "it is part of every id");
  Hash16 fresh{};
  const auto bytes = random_bytes(fresh.size());
  std::ranges::copy(bytes, fresh.begin());
  TRYV(write_file(paths.incarnation, to_hex(fresh) + "\n", 0600));
  return fresh;
}

} // namespace

Status check_is_folder(const FolderPaths& paths, bool may_create) {
  if (exists(paths.log + "/CURRENT") || exists(paths.anchor))
    return Done{};
  if (exists(paths.log))
    if (std::error_code unreadable; !fs::is_empty(paths.log, unreadable))
      return Error{"data_damaged", paths.log
                                       + "/CURRENT and the anchor are missing; restore the folder "
                                         "from a backup"};
  if (!may_create)
    return Error{"not_a_data_folder", paths.folder
                                          + " holds no Tidemark data (no log/ in it); check the "
                                            "path, or start the service once to make it"};
  if (!exists(paths.folder))
    return Done{};
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(paths.folder, unreadable)) {
    // What an interrupted first start may have left, or what an operator lays beside it.
    const auto name = entry.path().filename().string();
    if (name != "writer.lock" && name != "incarnation" && name != "pepper.mark" && name != "keys"
        && name != "log" && !name.ends_with(".new") && !name.ends_with(".sock"))
      return Error{"not_a_data_folder",
                   paths.folder + " holds other things (such as " + name
                       + ") and no Tidemark data; name an empty or a new folder"};
  }
  if (unreadable)
    return Error{"not_a_data_folder", paths.folder + ": " + unreadable.message()};
  return Done{};
}

Result<FolderFiles> load_files(const FolderPaths& paths, Access access, const SecretFiles& secrets,
                               bool keyless) {
  FolderFiles out;
  TRY(anchor, Anchor::look(paths.anchor));
  out.anchor = anchor;
  out.has_log = exists(paths.log + "/CURRENT") || (out.anchor && out.anchor->position.value > 0);
  if (out.has_log && !out.anchor)
    return missing(paths.anchor, "nothing can show that the log is whole");
  TRY(incarnation, load_incarnation(paths, access, out.has_log));
  out.incarnation = incarnation;
  TRY(pepper, load_pepper(paths, access, out.has_log, secrets, keyless));
  out.pepper = std::move(pepper);
  TRYV(check_pepper_mark(paths, out.pepper, access));
  return out;
}

} // namespace tidemark::storage
