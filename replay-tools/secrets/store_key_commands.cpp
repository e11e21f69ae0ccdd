#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/secrets/secret_commands.hpp"
#include "replay-tools/service/service_http.hpp"
#include "storage/folder/fence.hpp"
#include "storage/folder/folder_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <iterator>

namespace tidemark::tools {
namespace {

Result<storage::StoreKey> key_in(const std::string& file) {
  TRY(key, storage::StoreKey::load(file));
  return std::move(*key); // a path is given
}

struct KeyPair {
  storage::StoreKey from, to;
};

/// How many files were sealed.
Result<std::size_t> rotate_by_service(const std::string& dir, const KeyPair& keys) {
  const nlohmann::ordered_json body{{"from", keys.from.id()}, {"to", keys.to.text().reveal()}};
  TRY(answer, ask_service(dir, {"", "POST", "/api/v1/store-key/rotate", to_text(body)}));
  return answer["sealed"].get<std::size_t>();
}

Result<std::size_t> rotate_at_rest(const std::string& dir, const KeyPair& keys) {
  const storage::FolderPaths paths(dir);
  TRYV(storage::check_is_folder(paths, false));
  TRY(alone, storage::Fence::take(paths.lock));
  TRYV(alone.check());
  TRY(secrets, storage::SecretFiles::open_in(paths.keys, keys.from, true));
  TRY(state, secrets.state()); // the key opens all that is sealed: is anything?
  if (state.key_ids.empty())
    return Error{"store_key_wrong", "nothing in this folder is sealed under the store key "
                                        + keys.from.id()
                                        + ": its secrets stand plain, and a start of the service "
                                          "with --store-key FILE seals them"};
  return secrets.rotate(keys.to);
}

} // namespace

Result<int> rotate_store_key(const CommonOptions& common, const StoreKeyOptions& options) {
  TRY(from, key_in(options.from));
  TRY(to, key_in(options.to));
  if (from.id() == to.id())
    return Error{"bad_usage", "both files hold the store key " + to.id()
                                  + ", so nothing changes: make another one with tidemark "
                                    "store-key init FILE"};
  TRY(dir, data_dir_of(common));
  const bool runs = storage::connect_to_service(dir).ok();
  const KeyPair keys{std::move(from), std::move(to)};
  const auto rotated = runs ? rotate_by_service(dir, keys) : rotate_at_rest(dir, keys);
  if (!rotated && rotated.error().code == "store_key_wrong")
    return Error{rotated.error().code, options.from + " holds the store key " + keys.from.id()
                                           + ", which is not the one in use, so nothing was "
                                             "changed: "
                                           + rotated.error().text};
  if (!rotated)
    return rotated.error();
  const auto sealed = *rotated;
  print(common.format,
        {{"from", keys.from.id()}, {"to", keys.to.id()}, {"sealed", sealed}, {"service", runs}},
        fmt::format(
            "{} files are sealed under the store key {} now. Give {} at the next start: the "
            "key {} opens nothing of this folder any more. Backups taken before still need it.",
            sealed, keys.to.id(), options.to, keys.from.id()));
  return exit_code::done;
}

Result<int> init_store_key(const CommonOptions& common, const StoreKeyOptions& options) {
  const auto key = storage::StoreKey::make();
  TRYV(key.save(options.file));
  print(common.format,
        {{"store_key", key.id()}, {"file", options.file}, {"recovery_copy", key.text().reveal()}},
        fmt::format("{} holds the store key {}.\nThe recovery copy, shown this once; write it down "
                    "and keep it apart from data and backups,\nfor without the key no secret in "
                    "them can be read again:\n{}",
                    options.file, key.id(), key.text().reveal()));
  return exit_code::done;
}

Result<int> show_store_key_id(const CommonOptions& common, const StoreKeyOptions& options) {
  TRY(key, key_in(options.file));
  print(common.format, {{"store_key", key.id()}}, key.id());
  return exit_code::done;
}

Result<int> recover_store_key(const CommonOptions& common, const StoreKeyOptions& options) {
  const SecretText copy(
      std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()));
  TRY(key, storage::StoreKey::read(copy.reveal()));
  TRYV(key.save(options.file));
  print(common.format, {{"store_key", key.id()}, {"file", options.file}},
        fmt::format("{} holds the store key {} again.", options.file, key.id()));
  return exit_code::done;
}

} // namespace tidemark::tools
